/**
 * A stream at the side of whoever reads it. Items that come before they are asked for wait here; as they are taken, the
 * handler is told of the room in batches, so it is never further ahead than it may be.
 */
import type { Stream } from '../contract/streams.js'
import { Fifo } from '../delivery/fifo.js'
import type { Dependent, Support } from '../delivery/lifeline.js'
import { aborted, readerGone, timedOut } from '../errors.js'
import type { TimerId, Timers } from '../link/timers.js'
import type { Reading } from './reading.js'

type Result = IteratorResult<unknown, undefined>

const END: Result = { done: true, value: undefined }

/** Somebody who waits for an item. */
interface Waiting {
  resolve(result: Result): void
  reject(error: unknown): void
}

/** What a reader is made of. */
export interface ReaderParts {
  readonly topic: string
  /** How many items the handler may be ahead. */
  readonly prefetch: number
  /** How long an item may take; 0 for ever. */
  readonly idleTimeoutMs: number
  readonly timers: Timers
  /** Asks a handler; rejects when none has begun to answer. */
  readonly ask: (reader: Reader) => Promise<unknown>
  /** Called when it has ended, however that was; not when it was never read. */
  readonly onEnd: (reader: Reader) => void
}

/** The reader; see the head of this file. */
export class Reader implements Stream<unknown>, Reading, Dependent, Support {
  readonly #parts: ReaderParts
  readonly #items = new Fifo<{ readonly value: unknown }>()
  readonly #waiting = new Fifo<Waiting>()
  /** Room is told of when there is so much of it. */
  readonly #batch: number
  #taken = 0
  #hasBegun = false
  #hasEnded = false
  /** What the next one is told who asks for an item that will not come. */
  #failure: { readonly error: unknown } | undefined
  /** Why its reader has left. */
  #reason: unknown
  /** What has to be told that: an attempt, or a wait for one. */
  #dependent: Dependent | undefined
  #timer: TimerId | undefined
  #letGo: (() => void) | undefined
  grant: ((count: number) => void) | undefined

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.#batch = Math.max(1, parts.prefetch >>> 1)
  }

  get room(): number {
    return this.#parts.prefetch
  }

  // For whoever reads.

  next(): Promise<Result> {
    const item = this.#items.shift()
    if (item !== undefined) {
      this.#took()
      return Promise.resolve({ done: false, value: item.value })
    }
    if (this.#hasEnded) return this.#afterEnd()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (!this.#hasBegun) this.#begin()
      if (this.#waiting.length === 1) this.#limit()
    })
  }

  async return(): Promise<Result> {
    this.leave(readerGone(this.#parts.topic))
    return END
  }

  async throw(error?: unknown): Promise<Result> {
    this.leave(error)
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  /** As {@link return}, for a reason. */
  leave(reason: unknown): void {
    this.#leave(reason, undefined)
  }

  // For whoever answers.

  item(value: unknown): void {
    if (this.#hasEnded) return
    this.#unlimit()
    const waiting = this.#waiting.shift()
    if (waiting === undefined) {
      this.#items.push({ value })
      return
    }
    waiting.resolve({ done: false, value })
    this.#took()
    if (this.#waiting.length > 0) this.#limit()
  }

  end(): void {
    this.#end(undefined)
  }

  fail(error: unknown): void {
    this.#end({ error })
  }

  refuse(error: unknown): void {
    if (this.#hasEnded) return
    this.#reason = error
    this.#end({ error })
    this.#dependent?.cut(error)
  }

  // Of what it hangs on itself, and what hangs on it.

  /** How to let go of what may cut it. */
  hangsBy(letGo: (() => void) | undefined): void {
    this.#letGo = letGo
  }

  cut(reason: unknown): void {
    if (!this.#hasEnded) this.#leave(reason, { error: aborted(this.#parts.topic, reason) })
  }

  add(dependent: Dependent): void {
    this.#dependent = dependent
    // Not before it is complete.
    if (this.#hasEnded) queueMicrotask(() => this.#dependent?.cut(this.#reason))
  }

  delete(dependent: Dependent): void {
    if (this.#dependent === dependent) this.#dependent = undefined
  }

  #begin(): void {
    this.#hasBegun = true
    this.#parts.ask(this).catch((error: unknown) => this.fail(error))
  }

  #took(): void {
    if (this.#hasEnded || ++this.#taken < this.#batch) return
    const count = this.#taken
    this.#taken = 0
    this.grant?.(count)
  }

  /** Nobody reads any more; `failure` is what whoever still waits is told. */
  #leave(reason: unknown, failure: { readonly error: unknown } | undefined): void {
    while (this.#items.shift() !== undefined);
    this.#failure = undefined
    if (this.#hasEnded) return
    this.#reason = reason
    this.#end(failure)
    this.#dependent?.cut(reason)
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.grant = undefined
    this.#unlimit()
    this.#letGo?.()
    this.#letGo = undefined
    const first = failure === undefined ? undefined : this.#waiting.shift()
    if (first === undefined) this.#failure = failure
    else first.reject(failure?.error)
    for (let one = this.#waiting.shift(); one !== undefined; one = this.#waiting.shift()) one.resolve(END)
    if (this.#hasBegun) this.#parts.onEnd(this)
  }

  #afterEnd(): Promise<Result> {
    const failure = this.#failure
    if (failure === undefined) return Promise.resolve(END)
    this.#failure = undefined
    return Promise.reject(failure.error)
  }

  /** An item is waited for, and may take so long. */
  #limit(): void {
    const { idleTimeoutMs, timers, topic } = this.#parts
    if (idleTimeoutMs === 0 || this.#hasEnded) return
    this.#timer = timers.after(idleTimeoutMs, () => {
      this.#timer = undefined
      this.refuse(timedOut(topic, idleTimeoutMs))
    })
  }

  #unlimit(): void {
    if (this.#timer !== undefined) this.#parts.timers.cancel(this.#timer)
    this.#timer = undefined
  }
}
