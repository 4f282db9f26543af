/** Events: to every subscription of a topic, at once or later, with a receipt or without. */
import type { Receipt } from '../contract/receipts.js'
import type { CoreAttachment } from '../core/core.js'
import type { DirectWay } from '../delivery/direct-way.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { BlindHandler } from '../delivery/front.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { eventOf, type Origin, ReceivedMessage } from '../delivery/message.js'
import { aborted, noHandler } from '../errors.js'
import type { Clock } from '../link/clock.js'
import { type Envelope, envelopeOf, PLAIN } from '../link/envelope.js'
import type { Hop } from '../link/hop.js'
import type { Plan, Recipient } from '../link/plan.js'
import type { PlanCache } from '../link/plan-cache.js'
import type { Channels } from '../operate/tracing/channels.js'
import type { DeliverSettings, PublishSettings } from '../options/send.js'
import type { Courier, Outgoing } from './courier.js'
import type { Events } from './events.js'
import type { Preparation } from './preparation.js'
import { PendingReceipt, UNMATCHED } from './receipt.js'
import type { Schedule } from './schedule.js'

/** The parts of an attachment that an event passes through. */
export interface PublishingParts {
  readonly attachment: CoreAttachment
  readonly plans: PlanCache<Endpoint>
  readonly dispatcher: Dispatcher
  readonly hop: Hop
  readonly clock: Clock
  readonly courier: Courier
  readonly schedule: Schedule
  readonly preparation: Preparation
  readonly events: Events
  readonly lifelines: Lifelines
  readonly channels: Channels
}

/** The publishing side of one attachment. */
export class Publishing {
  readonly #parts: PublishingParts
  readonly #dispatcher: Dispatcher
  readonly #channels: Channels
  /** Of all events of this thread that go to whoever matches. */
  readonly #origin: Origin
  #sequence = 0

  constructor(parts: PublishingParts) {
    this.#parts = parts
    this.#dispatcher = parts.dispatcher
    this.#channels = parts.channels
    const { attachment, lifelines } = parts
    this.#origin = { sender: attachment.id, slot: 0, generation: 0, dueMs: 0, lifelines }
  }

  /** How many events were published; what is for later counts when its time has come. */
  get count(): number {
    return this.#sequence
  }

  /**
   * Publishes what needs nothing but its only receiver, and of that nothing but its handler. Returns false where it would
   * have to wait; then nothing has happened.
   */
  tryDirect(only: Endpoint, topic: string, payload: unknown): boolean {
    return only.isFree ? this.#tryNow(only, topic, payload) : this.#tryQueue(only, topic, payload)
  }

  #tryNow(only: Endpoint, topic: string, payload: unknown): boolean {
    return only.blind === undefined
      ? this.#trySeen(only, topic, payload)
      : this.#tryBlind(only.way, only.blind, topic, payload)
  }

  /** As {@link tryDirect}, where it has to wait for others, and for nothing else. */
  #tryQueue(only: Endpoint, topic: string, payload: unknown): boolean {
    if (!this.#dispatcher.isFree() || this.#channels.seesEvents()) return false
    // Counted before: who hears that the mailbox is full may publish.
    if (only.tryQueue(topic, payload, this.#origin, ++this.#sequence)) return true
    this.#sequence--
    return false
  }

  /** As {@link tryDirect}, where the way is at hand and there is credit. */
  tryWay(way: DirectWay, topic: string, payload: unknown): boolean {
    const { handler } = way
    return handler !== undefined && way.credit > 0 && this.#tryBlind(way, handler, topic, payload)
  }

  #tryBlind(way: DirectWay, handler: BlindHandler, topic: string, payload: unknown): boolean {
    const dispatcher = this.#dispatcher
    if (!dispatcher.isFree() || this.#channels.seesEvents()) return false
    dispatcher.hand(way, handler, topic, payload, this.#origin, ++this.#sequence)
    return true
  }

  #trySeen(only: Endpoint, topic: string, payload: unknown): boolean {
    const dispatcher = this.#dispatcher
    const handler = only.simple
    if (handler === undefined || !dispatcher.isFree() || this.#channels.seesEvents()) return false
    dispatcher.handMessage(only, handler, eventOf(topic, payload, this.#origin, ++this.#sequence))
    return true
  }

  /** Whether an event with these terms needs nothing but its receivers. */
  isPlain(plan: Plan<Endpoint>): boolean {
    return plan.isPlain && !this.#channels.seesPublish()
  }

  /** Publishes what needs nothing but its receivers; returns how many there are. */
  plain(plan: Plan<Endpoint>, payload: unknown, envelope: Envelope | undefined): number {
    const sequence = ++this.#sequence
    const { topic, locals, remotes, held, matched, isBare } = plan
    const { hop, dispatcher } = this.#parts
    if (matched === 0) this.#parts.events.unrouted(topic, 'event')
    // First the other threads: a payload that cannot travel is refused before anybody has received it.
    if (remotes.length > 0) hop.event(remotes, topic, payload, envelope, sequence)
    if (held.length > 0) this.#hold(plan, payload, envelope, sequence)
    if (locals.length > 0) {
      const message = new ReceivedMessage(topic, payload, 'event', this.#origin, sequence, envelope, 0)
      dispatcher.dispatch(locals, message, isBare && envelope === undefined && !this.#channels.seesEvents())
    }
    return matched
  }

  /** Publishes as `settings` say; returns how many receivers there are now. */
  publish(plan: Plan<Endpoint>, given: unknown, asked: PublishSettings): number {
    return this.#parts.channels.seesPublish()
      ? this.#traced(plan, given, asked)
      : this.#publish(plan, given, asked)
  }

  #traced(plan: Plan<Endpoint>, given: unknown, asked: PublishSettings): number {
    const { topic } = plan
    return this.#channels.publish({ topic, kind: 'event', payload: given }, asked, (settings) =>
      this.#publish(plan, given, settings),
    )
  }

  #publish(plan: Plan<Endpoint>, given: unknown, asked: PublishSettings): number {
    const { topic, matched, defaults } = plan
    const { payload, settings } = this.#parts.preparation.now('event', topic, given, asked, defaults.entry)
    return this.#isPutOff(topic, payload, settings) ? matched : this.prepared(plan, payload, settings)
  }

  /** Publishes what was prepared before, perhaps by another thread; returns how many receivers there are. */
  prepared(plan: Plan<Endpoint>, payload: unknown, settings: PublishSettings): number {
    const { topic, matched } = plan
    const { plans, courier } = this.#parts
    if (settings.mandatory && matched === 0) throw noHandler(topic)
    const envelope = this.#envelope(settings)
    if (settings.retain) this.#parts.hop.retain(topic, payload, envelope)
    if (settings.guarantee === 'at-most-once') return this.plain(plan, payload, envelope)
    const outgoing = this.#outgoing(topic, payload, envelope, settings.guarantee)
    if (matched === 0) this.#parts.events.unrouted(topic, 'event')
    else courier.take(outgoing, plans.subscribers(topic), undefined)
    return matched
  }

  /** Publishes, and resolves when all receivers have accepted or processed it. */
  deliver(plan: Plan<Endpoint>, given: unknown, asked: DeliverSettings): Promise<Receipt> {
    const { topic } = plan
    return this.#channels.deliver({ topic, kind: 'event', payload: given }, asked, (settings) =>
      this.#deliver(plan, given, settings),
    )
  }

  async #deliver(plan: Plan<Endpoint>, given: unknown, asked: DeliverSettings): Promise<Receipt> {
    const { topic, defaults } = plan
    const { preparation, plans, courier } = this.#parts
    const { payload, settings } = preparation.isNeeded(defaults.entry)
      ? await preparation.later('event', topic, given, asked, defaults.entry)
      : { payload: given, settings: asked }
    const { signal, wait, timeoutMs, failOn, mandatory } = settings
    if (signal?.aborted === true) throw aborted(topic, signal.reason)
    if (this.#isPutOff(topic, payload, settings)) return UNMATCHED
    const recipients = plans.subscribers(topic)
    if (mandatory && recipients.length === 0) throw noHandler(topic)
    const envelope = this.#envelope(settings)
    if (settings.retain) this.#parts.hop.retain(topic, payload, envelope)
    const outgoing = this.#outgoing(topic, payload, envelope, settings.guarantee)
    if (recipients.length === 0) {
      this.#parts.events.unrouted(topic, 'event')
      return UNMATCHED
    }
    const isHeld = (recipient: Recipient<Endpoint>): boolean => courier.isHeld(outgoing, recipient)
    const terms = { topic, timeoutMs, awaitsProcessed: wait === 'processed', failOn, isHeld }
    return courier.inquire(outgoing, recipients, new PendingReceipt(recipients.length, terms), signal)
  }

  /** Publishes what the bus has to say for a sender who asked for it. It must not fail because of that. */
  notice(topic: string, payload: unknown): void {
    try {
      const plan = this.#parts.plans.get(topic)
      this.plain(plan, payload, undefined)
    } catch (error) {
      this.#parts.events.failure({ topic, id: topic, attempt: 1, endpoint: 0, error }, false)
    }
  }

  /** Whether a message is for later; then the core has it. */
  #isPutOff(topic: string, payload: unknown, settings: PublishSettings): boolean {
    if (settings.delayMs === 0) return false
    this.#parts.schedule.later('event', topic, payload, settings)
    return true
  }

  /** The held ones among the receivers of an event, each by itself. */
  #hold(plan: Plan<Endpoint>, payload: unknown, envelope: Envelope | undefined, sequence: number): void {
    const { topic, held } = plan
    const id = envelope?.id ?? this.#eventId(sequence)
    const outgoing: Outgoing = {
      kind: 'event',
      topic,
      payload,
      envelope: { ...(envelope ?? PLAIN), id },
      guarantee: 'at-most-once',
    }
    this.#parts.courier.take(outgoing, held, undefined)
  }

  #envelope(settings: PublishSettings): Envelope | undefined {
    return envelopeOf(settings, this.#parts.clock.nowMs)
  }

  #outgoing(
    topic: string,
    payload: unknown,
    envelope: Envelope | undefined,
    guarantee: PublishSettings['guarantee'],
  ): Outgoing {
    const sequence = ++this.#sequence
    const id = envelope?.id ?? this.#eventId(sequence)
    return { kind: 'event', topic, payload, envelope: { ...(envelope ?? PLAIN), id }, guarantee }
  }

  #eventId(sequence: number): string {
    return `${this.#parts.attachment.id}-e${sequence}`
  }
}
