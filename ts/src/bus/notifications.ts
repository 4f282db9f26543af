/** Notifications: to one handler of a topic or an address, at once or later. */
import type { Address } from '../contract/addresses.js'
import type { Receipt } from '../contract/receipts.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { aborted, isFailure } from '../errors.js'
import type { Clock } from '../link/clock.js'
import { envelopeOf, PLAIN } from '../link/envelope.js'
import type { Recipient } from '../link/plan.js'
import type { Channels } from '../operate/tracing/channels.js'
import type { EntrySettings } from '../options/entry.js'
import type { SendSettings } from '../options/send.js'
import { targetOf, topicOf } from './address.js'
import type { Choice } from './choice.js'
import type { Courier, Outgoing } from './courier.js'
import type { Detours } from './detours.js'
import type { Events } from './events.js'
import type { Preparation } from './preparation.js'
import { PendingReceipt, type ReceiptTerms, UNMATCHED } from './receipt.js'
import type { Schedule } from './schedule.js'

/** The parts of an attachment that a notification passes through. */
export interface NotificationParts {
  readonly attachment: number
  readonly clock: Clock
  readonly choice: Choice
  readonly detours: Detours
  readonly courier: Courier
  readonly schedule: Schedule
  readonly preparation: Preparation
  readonly events: Events
  readonly channels: Channels
}

/** The sending side of one attachment. */
export class Notifications {
  readonly #parts: NotificationParts
  #sequence = 0

  constructor(parts: NotificationParts) {
    this.#parts = parts
  }

  /** Sends, and resolves when its handler has accepted or processed it. Never throws: what is wrong is a rejection. */
  async send(
    target: string | Address,
    given: unknown,
    asked: SendSettings,
    entry: EntrySettings | undefined,
  ): Promise<Receipt> {
    const sending = { topic: topicOf(target), kind: 'notification' as const, payload: given }
    return this.#parts.channels.deliver(sending, asked, (settings) =>
      this.#send(target, given, settings, entry),
    )
  }

  async #send(
    target: string | Address,
    given: unknown,
    asked: SendSettings,
    entry: EntrySettings | undefined,
  ): Promise<Receipt> {
    const { schedule, preparation } = this.#parts
    const topic = topicOf(target)
    const { payload, settings } = preparation.isNeeded(entry)
      ? await preparation.later('notification', topic, given, asked, entry)
      : { payload: given, settings: asked }
    const { signal } = settings
    if (signal?.aborted === true) throw aborted(topic, signal.reason)
    if (settings.delayMs > 0) {
      schedule.later('notification', topic, payload, settings)
      return UNMATCHED
    }
    return this.#take(target, payload, settings)
  }

  /** Sends what was prepared before, perhaps by another thread; `topic` may be that of an address. */
  due(topic: string, payload: unknown, settings: SendSettings): Promise<Receipt> {
    return this.#take(targetOf(topic), payload, settings)
  }

  async #take(target: string | Address, payload: unknown, settings: SendSettings): Promise<Receipt> {
    const { choice, courier, detours, events } = this.#parts
    const { signal, timeoutMs, wait, failOn, guarantee } = settings
    const topic = topicOf(target)
    // What is sent can wait in the mailbox until a circuit is closed again.
    const handler = choice.of(target, settings) ?? detours.waiting(target, settings)
    if (handler === undefined) {
      events.unrouted(topic, 'notification')
      throw detours.nobody(target, 0)
    }
    const id = settings.envelope?.id ?? `${this.#parts.attachment}-n${++this.#sequence}`
    const envelope = { ...(envelopeOf(settings, this.#parts.clock.nowMs) ?? PLAIN), id }
    const outgoing: Outgoing = { kind: 'notification', topic, payload, envelope, guarantee }
    const isHeld = (recipient: Recipient<Endpoint>): boolean => courier.isHeld(outgoing, recipient)
    const terms = { topic, timeoutMs, awaitsProcessed: wait === 'processed', failOn, isHeld }
    return courier.inquire(outgoing, [handler], new PendingNotification(terms), signal)
  }
}

/** The receipt of a notification: that its one handler did not take it is a rejection. */
class PendingNotification extends PendingReceipt {
  constructor(terms: ReceiptTerms) {
    super(1, terms)
  }

  override reject(recipient: Recipient<Endpoint>, error: unknown): void {
    if (isFailure(error)) super.reject(recipient, error)
    else this.abandon(error)
  }
}
