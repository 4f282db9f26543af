/** The envelope that a receiver sees. What is rarely asked for is made when it is. */
import { AsyncResource } from 'node:async_hooks'
import type { Headers, Message, NakOptions } from '../contract/messages.js'
import type { Priority } from '../contract/policies.js'
import type { BusError } from '../errors.js'
import type { Clock } from '../link/clock.js'
import { type Envelope, PLAIN, priorityOf } from '../link/envelope.js'
import { extensionMs, nakDelayMs } from '../options/settle.js'
import type { Delivery } from './delivery.js'
import type { Handling } from './handling.js'
import type { Lifeline } from './lifeline.js'
import type { Lifelines } from './lifelines.js'
import type { Outlet } from './outlet.js'

const NO_HEADERS: Headers = Object.freeze({})

/** The named groups of a receiver's regular expression in a topic. */
export type ParamsOf = (topic: string) => Readonly<Record<string, string>>

/** Where a message came from and where its answer goes. */
export interface Origin {
  /** The sending attachment. */
  readonly sender: number
  /** The sender's correlation; generation 0 where nobody waits for an answer. */
  readonly slot: number
  readonly generation: number
  /** By the core's clock, in milliseconds; 0 for none. */
  readonly dueMs: number
  /** What that is in the time of the day can be asked of this clock. */
  readonly clock?: Clock
  /** Whether its sender wants to hear that it was processed, not only that it was accepted. */
  readonly awaitsProcessed?: boolean
  /** Of a request, how often it has been made, this time included. */
  readonly attempt?: number | undefined
  /** Of a request, whether what its handler asks is to inherit from it also after an `await`. */
  readonly handsDown?: boolean
  /** Where its lifeline is made, if anybody asks for it. */
  readonly lifelines?: Lifelines
  /** Of a request that asks for a stream, where its items go. */
  readonly outlet?: Outlet | undefined
  /** What is known of it where the core holds it until it is settled. */
  readonly delivery?: Delivery | undefined
}

/** A message in the hands of a receiver. */
export class ReceivedMessage<Payload = unknown> implements Message<Payload> {
  readonly topic: string
  readonly payload: Payload
  readonly kind: Message['kind']
  readonly #origin: Origin
  readonly #sequence: number
  readonly #envelope: Envelope | undefined
  #timestampMs: number
  /** The try that this object was made for. */
  #handling: Handling | undefined
  /** The message that this is a copy of, for one receiver. */
  #original: ReceivedMessage | undefined
  #lifeline: Lifeline | undefined
  /** The asynchronous context that it was sent in, where that is asked for. */
  #context: AsyncResource | undefined
  /** How many handlers are busy with it. */
  #running = 0
  /** Whose handler began with it last. */
  #receiver: object | undefined
  /** Whether its handler was called inside of it, and has not ended. */
  #handsDown = false

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
    return (
      this.#handling?.attempt ?? this.#origin.attempt ?? Math.max(1, this.#origin.delivery?.attempts ?? 1)
    )
  }

  get priority(): Priority {
    return priorityOf((this.#envelope ?? PLAIN).lane)
  }

  get key(): string | undefined {
    return this.#envelope?.key
  }

  get signal(): AbortSignal {
    return ReceivedMessage.lifelineOf(this)?.signal ?? new AbortController().signal
  }

  get correlationId(): string | undefined {
    if (this.kind !== 'request') return undefined
    const { sender, slot, generation } = this.#origin
    return `${sender}-r${generation}-${slot}`
  }

  get idempotencyKey(): string {
    return this.id
  }

  ack(): void {
    this.#handling?.ack()
  }

  nak(options?: NakOptions): void {
    const delayMs = nakDelayMs(options)
    this.#handling?.nak(delayMs)
  }

  term(reason?: string): void {
    this.#handling?.term(reason)
  }

  extend(ms: number): void {
    this.#handling?.extend(extensionMs(ms))
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

  /** Whether it is an event of which nothing is known but what {@link eventOf} takes: it can be made again from that. */
  static isPlain(message: ReceivedMessage): boolean {
    if (message.kind !== 'event' || message.#envelope !== undefined || message.#context !== undefined)
      return false
    const { generation, dueMs, delivery } = message.#origin
    return generation === 0 && dueMs === 0 && delivery === undefined
  }

  /** What tells a sender's events apart. */
  static sequenceOf(message: ReceivedMessage): number {
    return message.#sequence
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

  /** What the sender said besides the payload. */
  static envelopeOf(message: ReceivedMessage): Envelope | undefined {
    return message.#envelope
  }

  protected static copied(from: ReceivedMessage, to: ReceivedMessage): void {
    to.#handling = from.#handling
    to.#original = from.#original ?? from
    to.#context = from.#context
  }

  /** The same message for one try of it, so that a handler that is late speaks of its own try only. */
  static forTry(message: ReceivedMessage, handling: Handling): ReceivedMessage {
    const seen = new ReceivedMessage(...ReceivedMessage.partsOf(message))
    seen.#handling = handling
    seen.#context = message.#context
    return seen
  }

  /** The same message, which nobody holds. */
  static unheld(message: ReceivedMessage): ReceivedMessage {
    const [topic, payload, kind, { delivery: _, ...origin }, ...others] = ReceivedMessage.partsOf(message)
    const unheld = new ReceivedMessage(topic, payload, kind, origin, ...others)
    unheld.#context = message.#context
    return unheld
  }

  /** Remembers the asynchronous context that it is sent in: this one. */
  static capture(message: ReceivedMessage): void {
    message.#context = new AsyncResource('busbar.message')
  }

  /** What {@link capture} has remembered. */
  static contextOf(message: ReceivedMessage): AsyncResource | undefined {
    return message.#context
  }

  /** The handler of `receiver` begins with it. */
  static started(message: ReceivedMessage, receiver: object): void {
    message.#running++
    message.#receiver = receiver
  }

  /** Whose handler began with it last: of a request, which has one handler, whose it is. */
  static receiverOf(message: ReceivedMessage): object | undefined {
    return (message.#original ?? message).#receiver
  }

  /** A handler has ended. */
  static ended(message: ReceivedMessage): void {
    if (--message.#running > 0 || message.#lifeline === undefined) return
    message.#lifeline.release()
    message.#lifeline = undefined
  }

  /** Its handler is called inside of it: what the handler asks for inherits from it. Whether that is news, and it runs. */
  static handsDown(message: ReceivedMessage): boolean {
    const own = message.#original ?? message
    if (own.#handsDown || own.#running === 0) return false
    own.#handsDown = true
    return true
  }

  /** Whether that was so; it has ended now. */
  static handedDown(message: ReceivedMessage): boolean {
    const own = message.#original ?? message
    const did = own.#handsDown
    own.#handsDown = false
    return did
  }

  /** Whether a handler is busy with it. */
  static isRunning(message: ReceivedMessage): boolean {
    return (message.#original ?? message).#running > 0
  }

  /** What the work on it hangs on, made at the first call. */
  static lifelineOf(message: ReceivedMessage): Lifeline | undefined {
    const own = message.#original ?? message
    const { lifelines, dueMs, generation, awaitsProcessed } = own.#origin
    // Of a notification that was accepted, the sender's patience is no deadline.
    const isAwaited = own.kind === 'request' || (generation !== 0 && awaitsProcessed === true)
    own.#lifeline ??= lifelines?.open(own.topic, isAwaited ? dueMs : 0, own.#running > 0)
    return own.#lifeline
  }

  /** Why nobody needs the work on it any more; undefined while somebody does. */
  static cutBy(message: ReceivedMessage): BusError | undefined {
    return message.#lifeline?.error
  }

  /** Fixes the time of a message that has to wait. */
  static stamp(message: ReceivedMessage): void {
    if (message.#timestampMs === 0) message.#timestampMs = Date.now()
  }
}

/** An event of which nothing was said; `timestampMs` as for the constructor. */
export function eventOf(
  topic: string,
  payload: unknown,
  origin: Origin,
  sequence: number,
  timestampMs = 0,
): ReceivedMessage {
  return new ReceivedMessage(topic, payload, 'event', origin, sequence, undefined, timestampMs)
}

/** A message as a receiver sees it whose pattern has named groups; they are looked up when they are asked for. */
export class MessageWithParams extends ReceivedMessage {
  readonly #paramsOf: ParamsOf
  #params: Readonly<Record<string, string>> | undefined

  constructor(message: ReceivedMessage, paramsOf: ParamsOf) {
    super(...ReceivedMessage.partsOf(message))
    ReceivedMessage.copied(message, this)
    this.#paramsOf = paramsOf
  }

  override get params(): Readonly<Record<string, string>> {
    this.#params ??= this.#paramsOf(this.topic)
    return this.#params
  }
}
