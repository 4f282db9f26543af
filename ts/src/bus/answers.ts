/** Takes what became of a message back to whoever waits for it, in this thread or another. */
import { encodeFailure } from '../codec/failure.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import type { OpenRequests } from '../delivery/open-requests.js'
import { type Outlet, StreamEnd } from '../delivery/outlet.js'
import type { Correlation } from '../link/correlation.js'
import type { Hop } from '../link/hop.js'

/** The answers of one attachment. */
export class Answers {
  readonly #attachment: number
  readonly #correlation: Correlation
  readonly #hop: Hop
  readonly #openRequests: OpenRequests
  readonly #redact: readonly string[]

  /** @param redact - what is left out of errors that leave the thread */
  constructor(
    attachment: number,
    correlation: Correlation,
    hop: Hop,
    openRequests: OpenRequests,
    redact: readonly string[],
  ) {
    this.#attachment = attachment
    this.#correlation = correlation
    this.#hop = hop
    this.#openRequests = openRequests
    this.#redact = redact
  }

  /** A request needs no answer: its caller does not wait any longer. */
  forget(origin: Pick<Origin, 'sender' | 'slot' | 'generation'>): void {
    this.#openRequests.delete(origin)
  }

  /** Tells the sender of a message what it waits for, that it was accepted or processed; for a request, the reply. */
  fulfil(message: ReceivedMessage, value: unknown): void {
    const origin = ReceivedMessage.originOf(message)
    const { sender, slot, generation, outlet } = origin
    if (value instanceof StreamEnd && value.error !== undefined) {
      this.refuse(origin, value.error)
      return
    }
    if (outlet !== undefined && !this.#endStream(origin, outlet, value)) return
    const reply = outlet === undefined ? value : undefined
    if (sender === this.#attachment) {
      this.#correlation.answer(slot, generation)?.fulfil(reply)
      return
    }
    this.reply(origin, message.topic, reply)
  }

  /** Replies to a request of another thread. */
  reply(origin: Pick<Origin, 'sender' | 'slot' | 'generation'>, topic: string, reply: unknown): void {
    this.#openRequests.delete(origin)
    try {
      this.#hop.reply(origin.sender, origin, topic, reply)
    } catch (error) {
      // The reply cannot travel: that is an answer, too.
      this.refuse(origin, error)
    }
  }

  /** Before a stream ends: what a handler has returned that is none is its one item. False when that cannot travel. */
  #endStream(origin: Origin, outlet: Outlet, value: unknown): boolean {
    if (value instanceof StreamEnd) return true
    try {
      outlet.item(value)
      return true
    } catch (error) {
      this.refuse(origin, error)
      return false
    }
  }

  /** Tells whoever waits in a slot that it was not to be. */
  refuse({ sender, slot, generation }: Pick<Origin, 'sender' | 'slot' | 'generation'>, error: unknown): void {
    if (sender === this.#attachment) {
      this.#correlation.answer(slot, generation)?.reject(error)
      return
    }
    this.#openRequests.delete({ sender, slot, generation })
    this.#hop.failure(sender, { slot, generation }, encodeFailure(error, this.#redact))
  }
}
