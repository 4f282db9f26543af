/** Takes what became of a message back to whoever waits for it, in this thread or another. */
import { encodeFailure } from '../codec/failure.js'
import type { Receipt } from '../contract/receipts.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import type { Outcomes, Refusal } from '../delivery/outcomes.js'
import { type BusError, handlerFailed, handlerGone, overloaded } from '../errors.js'
import type { Correlation } from '../link/correlation.js'
import type { Frame } from '../link/frame.js'
import type { Hop } from '../link/hop.js'
import type { Events } from './events.js'

/** A notification that is in the mailbox of its handler. */
export const ACCEPTED: Receipt = Object.freeze({
  matched: 1,
  accepted: 1,
  processed: 0,
  dropped: Object.freeze([]),
  failed: Object.freeze([]),
  deadLettered: 0,
})

/** The answers of one attachment. */
export class Answers implements Outcomes {
  readonly #bus: string
  readonly #attachment: number
  readonly #correlation: Correlation
  readonly #hop: Hop
  readonly #events: Events

  constructor(bus: string, attachment: number, correlation: Correlation, hop: Hop, events: Events) {
    this.#bus = bus
    this.#attachment = attachment
    this.#correlation = correlation
    this.#hop = hop
    this.#events = events
  }

  accepted(_endpoint: Endpoint, message: ReceivedMessage): void {
    this.#answer(message, ReceivedMessage.originOf(message), ACCEPTED)
  }

  fulfilled(_endpoint: Endpoint, message: ReceivedMessage, value: unknown): void {
    this.#answer(message, ReceivedMessage.originOf(message), value)
  }

  failed(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void {
    const { topic, id, attempt } = message
    const isRequest = message.kind === 'request'
    if (isRequest) this.#refuse(ReceivedMessage.originOf(message), failureOf(topic, endpoint.id, error))
    this.#events.failure(this.#bus, { topic, id, attempt, endpoint: endpoint.id, error }, isRequest)
  }

  refused(endpoint: Endpoint, message: ReceivedMessage, why: Refusal): void {
    if (message.kind === 'event') return
    const { topic } = message
    const error =
      why === 'gone'
        ? handlerGone(topic, endpoint.id)
        : overloaded(topic, endpoint.id, endpoint.settings.capacity)
    this.#refuse(ReceivedMessage.originOf(message), error)
  }

  /** Answers a request or a notification for an endpoint that is not here any more. */
  gone(frame: Frame, topic: string): void {
    this.#refuse(originOf(frame), handlerGone(topic, frame.endpoint))
  }

  /** Answers for a message that could not be decoded; where nobody waits, the bus tells it as a failure. */
  unreadable(frame: Frame, topic: string, error: unknown): void {
    const { endpoint, sender, slot, generation } = frame
    if (endpoint !== 0) this.#refuse(originOf(frame), error)
    else {
      const id = `${sender}-e${generation}-${slot}`
      this.#events.failure(this.#bus, { topic, id, attempt: 1, endpoint, error }, false)
    }
  }

  #answer(message: ReceivedMessage, origin: Origin, value: unknown): void {
    const { sender, slot, generation } = origin
    if (sender === this.#attachment) {
      this.#correlation.close(slot, generation)?.fulfil(value)
      return
    }
    try {
      this.#hop.reply(sender, origin, message.topic, value === ACCEPTED ? undefined : value)
    } catch (error) {
      // The reply cannot travel: that is an answer, too.
      this.#refuse(origin, error)
    }
  }

  #refuse(origin: Origin, error: unknown): void {
    const { sender, slot, generation } = origin
    if (sender === this.#attachment) this.#correlation.close(slot, generation)?.reject(error)
    else this.#hop.failure(sender, origin, encodeFailure(error))
  }
}

function originOf({ sender, slot, generation }: Frame): Origin {
  return { sender, slot, generation, dueMs: 0 }
}

/** The answer to a request whose handler threw, even something that throws when it is looked at. */
function failureOf(topic: string, endpoint: number, thrown: unknown): BusError {
  try {
    return handlerFailed(topic, endpoint, thrown)
  } catch {
    return handlerFailed(topic, endpoint, new Error('something that cannot be shown', { cause: thrown }))
  }
}
