/** The envelope that a receiver sees. What is rarely asked for is made when it is. */
import type { Headers, Message } from '../contract/messages.js'
import type { Clock } from '../link/clock.js'
import type { Envelope } from '../options/send.js'

const NO_HEADERS: Headers = Object.freeze({})

/** The named groups of a receiver's regular expression in a topic. */
export type ParamsOf = (topic: string) => Readonly<Record<string, string>>

/** Where a message came from and where its answer goes. */
export interface Origin {
  /** The sending attachment. */
  readonly sender: number
  /** The sender's correlation; 0 for an event, which has no answer. */
  readonly slot: number
  readonly generation: number
  /** By the core's clock, in milliseconds; 0 for none. */
  readonly dueMs: number
  /** What that is in the time of the day can be asked of this clock. */
  readonly clock?: Clock
}

/** A message in the hands of a receiver. */
export class ReceivedMessage<Payload = unknown>
  implements
    Omit<Message<Payload>, 'priority' | 'idempotencyKey' | 'signal' | 'ack' | 'nak' | 'term' | 'extend'>
{
  readonly topic: string
  readonly payload: Payload
  readonly kind: Message['kind']
  readonly #origin: Origin
  readonly #sequence: number
  readonly #envelope: Envelope | undefined
  #timestampMs: number

  /**
   * @param origin - for an event one object serves all that this sender sends
   * @param sequence - tells a sender's events apart; 0 for others
   * @param timestampMs - since the Unix epoch; 0 for "now", which is then read when somebody asks
   */
  constructor(
    topic: string,
    payload: Payload,
    kind: Message['kind'],
    origin: Origin,
    sequence: number,
    envelope: Envelope | undefined,
    timestampMs: number,
  ) {
    this.topic = topic
    this.payload = payload
    this.kind = kind
    this.#origin = origin
    this.#sequence = sequence
    this.#envelope = envelope
    this.#timestampMs = timestampMs
  }

  get id(): string {
    const { sender, slot, generation } = this.#origin
    const own = this.kind === 'event' ? `e${this.#sequence}` : `r${generation}-${slot}`
    return this.#envelope?.id ?? `${sender}-${own}`
  }

  get timestamp(): number {
    if (this.#timestampMs === 0) this.#timestampMs = Date.now()
    return this.#timestampMs
  }

  get sender(): number {
    return this.#origin.sender
  }

  get attempt(): number {
    return 1
  }

  get headers(): Headers {
    return this.#envelope?.headers ?? NO_HEADERS
  }

  get deadline(): number | undefined {
    const { dueMs, clock } = this.#origin
    return dueMs === 0 ? undefined : clock?.toEpochMs(dueMs)
  }

  /** Only a receiver whose pattern has named groups sees any: {@link MessageWithParams}. */
  get params(): Readonly<Record<string, string>> | undefined {
    return undefined
  }

  /** Where a message came from; not for its receiver. */
  static originOf(message: ReceivedMessage): Origin {
    return message.#origin
  }

  /** What the constructor needs to make the same message again. */
  protected static partsOf(message: ReceivedMessage): ConstructorParameters<typeof ReceivedMessage> {
    const { topic, payload, kind, timestamp } = message
    return [topic, payload, kind, message.#origin, message.#sequence, message.#envelope, timestamp]
  }

  /** Fixes the time of a message that has to wait. */
  static stamp(message: ReceivedMessage): void {
    if (message.#timestampMs === 0) message.#timestampMs = Date.now()
  }
}

/** A message as a receiver sees it whose pattern has named groups; they are looked up when they are asked for. */
export class MessageWithParams extends ReceivedMessage {
  readonly #paramsOf: ParamsOf
  #params: Readonly<Record<string, string>> | undefined

  constructor(message: ReceivedMessage, paramsOf: ParamsOf) {
    super(...ReceivedMessage.partsOf(message))
    this.#paramsOf = paramsOf
  }

  override get params(): Readonly<Record<string, string>> {
    this.#params ??= this.#paramsOf(this.topic)
    return this.#params
  }
}
