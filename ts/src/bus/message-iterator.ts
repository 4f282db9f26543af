/**
 * Messages that are pulled: an async iterable over a subscription.
 *
 * Each message is handed out once, and counts as processed when the next one is asked for, or the loop is left: until
 * then it takes the subscription's one place, so a slow reader is a slow handler, with the mailbox and its overflow policy
 * behind it. The subscription rests whenever nobody asks, so nothing is started that nobody reads, also when the place
 * is free because the reader has taken longer than `ackTimeout`.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Message } from '../contract/messages.js'
import type { Subscription } from '../contract/receivers.js'

type Result = IteratorResult<Message, undefined>

const END: Result = { done: true, value: undefined }

/** The iterator. */
export class MessageIterator implements AsyncIterableIterator<Message, undefined> {
  readonly #subscription: Subscription
  readonly #readers: ((result: Result) => void)[] = []
  /** Lets the message that a reader has count as processed. */
  #finish: (() => void) | undefined
  #ended: Promise<void> | undefined
  #onEnd: (() => void) | undefined

  /** @param subscribe - subscribes a handler for one message at a time, which rests until it is resumed */
  constructor(subscribe: (handler: HandlerFunction) => Subscription) {
    this.#subscription = subscribe(
      (_payload, message: Message) => new Promise<void>((resolve) => this.#receive(message, resolve)),
    )
  }

  next(): Promise<Result> {
    this.#finishOne()
    if (this.#ended !== undefined) return Promise.resolve(END)
    return new Promise((resolve) => {
      this.#readers.push(resolve)
      if (this.#subscription.isPaused) this.#subscription.resume()
    })
  }

  async return(): Promise<Result> {
    // Before the message in hand is finished: the next one would be started, for nobody.
    const ended = this.end()
    this.#finishOne()
    await ended
    return END
  }

  /**
   * Nothing more is handed out, and what was not is dropped. The message in hand stays there until its reader asks for
   * the next one, or leaves; the promise fulfils then.
   */
  end(): Promise<void> {
    if (this.#ended === undefined) {
      this.#ended = this.#subscription.unsubscribe()
      for (const reader of this.#readers.splice(0)) reader(END)
      this.#onEnd?.()
    }
    return this.#ended
  }

  /** Ends when `signal` aborts; calls `onEnd` when it has ended, however that was. */
  endBy(signal: AbortSignal | undefined, onEnd: () => void): void {
    const abort = (): void => void this.end()
    this.#onEnd = () => {
      signal?.removeEventListener('abort', abort)
      onEnd()
    }
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #receive(message: Message, finish: () => void): void {
    const reader = this.#readers.shift()
    if (this.#readers.length > 0) {
      // Somebody waits for the next one already.
      finish()
    } else {
      this.#finish = finish
      this.#subscription.pause()
    }
    reader?.({ done: false, value: message })
  }

  #finishOne(): void {
    this.#finish?.()
    this.#finish = undefined
  }
}
