/** Takes a message to single endpoints, in this thread or another, held by the core or not. */
import type { Letter } from '../codec/letter.js'
import type { Guarantee } from '../contract/policies.js'
import type { Receipt } from '../contract/receipts.js'
import type { CoreAttachment } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import { Delivery } from '../delivery/delivery.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import { aborted, duplicate, noRoom } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Correlation, Waiter } from '../link/correlation.js'
import type { Deadlines } from '../link/deadlines.js'
import type { Envelope } from '../link/envelope.js'
import type { CorrelationId, Hop, Parcel } from '../link/hop.js'
import type { Recipient } from '../link/plan.js'
import type { Events } from './events.js'
import { PendingReceipt } from './receipt.js'

/** A message for any number of endpoints. */
export interface Outgoing {
  readonly kind: 'event' | 'notification'
  readonly topic: string
  readonly payload: unknown
  /** With the id that the message has at all endpoints, however it gets there. */
  readonly envelope: Envelope & { readonly id: string }
  readonly guarantee: Guarantee
}

/** Who wants to hear what becomes of a message at one endpoint. */
export interface Inquiry {
  readonly timeoutMs: number
  /** Whether to hear that it was processed; else that it was accepted. */
  readonly awaitsProcessed: boolean
  fulfil(recipient: Recipient<Endpoint>): void
  reject(recipient: Recipient<Endpoint>, error: unknown): void
}

/** The parts of an attachment that a message passes through. */
export interface CourierParts {
  readonly attachment: CoreAttachment
  readonly correlation: Correlation
  readonly deadlines: Deadlines
  readonly dispatcher: Dispatcher
  readonly events: Events
  readonly hop: Hop
  readonly clock: Clock
  readonly lifelines: Lifelines
}

/** One copy of a message. */
interface Consignment {
  readonly outgoing: Outgoing
  readonly recipient: Recipient<Endpoint>
  readonly inquiry: Inquiry | undefined
  readonly pending: Pending
}

/** A use of a slot that somebody waits in. */
interface Pending extends CorrelationId {
  readonly dueMs: number
}

/** How long a dead letter that is sent again may wait for room, in milliseconds. */
const RESEND_MS = 30_000

/** Why a thread does not take a message. */
export const FULL = 'the inbox of its receiver (inboxBytes), or what the bus may hold (heldBytes), is full'

const NOBODY: Pending = { slot: 0, generation: 0, dueMs: 0 }

/** The courier of one attachment. */
export class Courier {
  readonly #parts: CourierParts
  #lastDelivery = 0

  constructor(parts: CourierParts) {
    this.#parts = parts
  }

  /**
   * Takes a message to each of some endpoints, and tells `inquiry` of each of them once. Throws when the payload cannot
   * travel where it has to: then nobody has got it.
   *
   * @returns what each inquiry waits in, so that it can be given up
   */
  take(
    outgoing: Outgoing,
    recipients: readonly Recipient<Endpoint>[],
    inquiry: Inquiry | undefined,
  ): readonly CorrelationId[] {
    const { hop } = this.#parts
    const { topic, payload, envelope } = outgoing
    const mustTravel = recipients.some(
      (recipient) => recipient.local === undefined || this.isHeld(outgoing, recipient),
    )
    const parcel = mustTravel ? hop.wrap(topic, payload, envelope) : undefined
    const pendings: Pending[] = []
    const offers: (() => void)[] = []
    // First whatever leaves this thread: a handler that runs meanwhile may encode a message of its own over the parcel.
    for (const recipient of recipients) {
      const copy = recipient.local === undefined || this.isHeld(outgoing, recipient) ? parcel : undefined
      const pending = inquiry === undefined ? NOBODY : this.#open(topic, recipient, inquiry)
      if (pending !== NOBODY) pendings.push(pending)
      const consignment = { outgoing, recipient, inquiry, pending }
      if (copy !== undefined && !hop.takeRoom(this.#places(outgoing, recipient), copy)) {
        this.#wait(consignment, copy, offers)
        continue
      }
      const offer = this.#consign(consignment, copy)
      if (offer !== undefined) offers.push(offer)
    }
    for (const offer of offers) offer()
    this.#arm(pendings)
    return pendings
  }

  /** Where one copy of a message needs room. */
  #places(outgoing: Outgoing, recipient: Recipient<Endpoint>): readonly number[] {
    const { attachment, local } = recipient
    if (!this.isHeld(outgoing, recipient)) return [attachment]
    return local === undefined ? [attachment, layout.HOLDINGS] : [layout.HOLDINGS]
  }

  /** Sends one copy, for which there is room; returns what offers it to an endpoint of this thread. */
  #consign(
    { outgoing, recipient, inquiry, pending }: Consignment,
    parcel: Parcel | undefined,
  ): (() => void) | undefined {
    const { correlation, hop } = this.#parts
    const { endpoint, attachment, local } = recipient
    const held = this.isHeld(outgoing, recipient)
    if (held && !this.#isFirst(outgoing, recipient)) {
      const error = duplicate(outgoing.topic, outgoing.envelope.id, endpoint)
      correlation.close(pending.slot, pending.generation)?.reject(error)
      return undefined
    }
    const delivery = held ? this.#nextDelivery() : 0
    const waiter = held ? correlation.get(pending.slot, pending.generation) : undefined
    if (waiter !== undefined) waiter.deliveryNumber = delivery
    if (parcel !== undefined) {
      const kind = outgoing.kind === 'event' ? layout.KIND_EVENT : layout.KIND_NOTIFICATION
      const slot = inquiry?.awaitsProcessed ? withProcessed(pending.slot) : pending.slot
      const correlationId = { slot, generation: pending.generation }
      const label = { kind, endpoint, correlation: correlationId, dueMs: pending.dueMs, delivery }
      hop.ship(local === undefined ? [attachment] : [], parcel, label)
    }
    return local && (() => this.#offer(outgoing, local, pending, inquiry, delivery))
  }

  /** There is no room for one copy: it waits, if its sender does. What is to be offered at once goes to `offers`. */
  #wait(consignment: Consignment, parcel: Parcel, offers: (() => void)[]): void {
    const { correlation, events, hop } = this.#parts
    const { outgoing, recipient, inquiry, pending } = consignment
    const { topic, kind } = outgoing
    const { slot, generation } = pending
    const waiter = correlation.get(slot, generation)
    let isLater = false
    const leave =
      inquiry === undefined
        ? undefined
        : hop.wait(this.#places(outgoing, recipient), parcel, (copy) => {
            if (waiter !== undefined) waiter.release = undefined
            const offer = this.#consign(consignment, copy)
            if (isLater) offer?.()
            else if (offer !== undefined) offers.push(offer)
          })
    isLater = true
    if (leave !== undefined) {
      if (waiter !== undefined) waiter.release = leave
      return
    }
    events.congested(topic, kind)
    if (inquiry !== undefined)
      correlation.close(slot, generation)?.reject(noRoom(topic, FULL, recipient.endpoint))
  }

  /** As {@link take}; resolves to the receipt, or rejects as soon as `signal` aborts. */
  inquire(
    outgoing: Outgoing,
    recipients: readonly Recipient<Endpoint>[],
    receipt: PendingReceipt,
    signal: AbortSignal | undefined,
  ): Promise<Receipt> {
    const pendings = this.take(outgoing, recipients, receipt)
    if (signal === undefined || receipt.isOver) return receipt.promise
    const onAbort = (): void => {
      this.#giveUp(pendings)
      receipt.abandon(aborted(outgoing.topic, signal.reason))
    }
    // By a handler that has run meanwhile: then nobody will say so again.
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    const unlisten = (): void => signal.removeEventListener('abort', onAbort)
    receipt.promise.then(unlisten, unlisten)
    return receipt.promise
  }

  /** Whether the core holds a message for an endpoint until it is settled. */
  isHeld({ guarantee }: Outgoing, { flags }: Recipient<Endpoint>): boolean {
    return guarantee !== 'at-most-once' || (flags & layout.FLAG_HELD) !== 0
  }

  /** Nobody wants to hear of these any more. */
  #giveUp(pendings: readonly CorrelationId[]): void {
    for (const { slot, generation } of pendings) this.#parts.correlation.close(slot, generation)
  }

  /** Gives a dead letter to an endpoint of the pattern that it failed at; false when there is none. */
  async resend(letter: Letter, localOf: (endpoint: number) => Endpoint | undefined): Promise<boolean> {
    const recipient = this.#successorOf(letter, localOf)
    if (recipient === undefined) return false
    const { kind, topic, payload, id, headers, key, lane } = letter
    const envelope = { id, headers, key, lane, expiresMs: 0, notify: undefined }
    // Its id is in the window of those that were there already: it is meant to come again.
    this.#parts.attachment.unclaim(recipient.endpoint, id)
    const outgoing: Outgoing = { kind, topic, payload, envelope, guarantee: 'at-least-once' }
    const terms = { topic, timeoutMs: RESEND_MS, awaitsProcessed: false, failOn: 'none' as const }
    const receipt = new PendingReceipt(1, { ...terms, isHeld: () => true })
    const { accepted } = await this.inquire(outgoing, [recipient], receipt, undefined)
    return accepted === 1
  }

  /** Of the endpoints that match, one with the same pattern; where that is not known, any. */
  #successorOf(
    { topic, kind, pattern, reason }: Letter,
    localOf: (endpoint: number) => Endpoint | undefined,
  ): Recipient<Endpoint> | undefined {
    const { attachment } = this.#parts
    const matching = new Set(attachment.matched(topic).map(({ endpoint }) => endpoint))
    const isHandler = kind === 'notification'
    const candidates = attachment
      .directory()
      .filter((record) => matching.has(record.endpoint) && record.isHandler === isHandler)
      .filter((record) => !record.threadOnly || record.attachment === attachment.id)
    const same = candidates.find((record) => String(record.pattern) === String(pattern))
    const found = same ?? (isHandler || reason === 'lapsed' ? candidates[0] : undefined)
    if (found === undefined) return undefined
    const { endpoint, held, dedupe } = found
    const flags = (held ? layout.FLAG_HELD : 0) | (dedupe === undefined ? 0 : layout.FLAG_DEDUPED)
    return { endpoint, attachment: found.attachment, flags, local: localOf(endpoint) }
  }

  #offer(
    { kind, topic, payload, envelope }: Outgoing,
    local: Endpoint,
    { slot, generation, dueMs }: Pending,
    inquiry: Inquiry | undefined,
    number: number,
  ): void {
    const { attachment, clock, dispatcher, lifelines } = this.#parts
    const origin: Origin = {
      sender: attachment.id,
      slot,
      generation,
      dueMs,
      clock,
      lifelines,
      awaitsProcessed: inquiry?.awaitsProcessed ?? false,
      ...(number !== 0 && { delivery: new Delivery(attachment.id, number, 0, false) }),
    }
    dispatcher.dispatch([local], new ReceivedMessage(topic, payload, kind, origin, 0, envelope, 0), false)
  }

  #open(topic: string, recipient: Recipient<Endpoint>, inquiry: Inquiry): Pending {
    const { correlation, clock } = this.#parts
    const { timeoutMs } = inquiry
    const waiter: Waiter = {
      topic,
      timeoutMs,
      isNotification: true,
      endpoint: recipient.endpoint,
      attachment: recipient.attachment,
      // None before it is sent.
      deliveryNumber: 0,
      fulfil: () => inquiry.fulfil(recipient),
      reject: (error) => inquiry.reject(recipient, error),
    }
    const slot = correlation.open(waiter)
    return { slot, generation: correlation.generation(slot), dueMs: clock.nowMs() + timeoutMs }
  }

  #arm(pendings: readonly Pending[]): void {
    const { correlation, deadlines } = this.#parts
    for (const { slot, generation, dueMs } of pendings) {
      if (correlation.isOpen(slot, generation)) deadlines.arm(slot, generation, dueMs)
    }
  }

  /** Whether the endpoint has not had the message before, as far as anybody asked to remember. */
  #isFirst({ guarantee, envelope }: Outgoing, { endpoint, flags }: Recipient<Endpoint>): boolean {
    const isDeduped = guarantee === 'exactly-once' || (flags & layout.FLAG_DEDUPED) !== 0
    return !isDeduped || this.#parts.attachment.claim(endpoint, envelope.id)
  }

  #nextDelivery(): number {
    this.#lastDelivery = this.#lastDelivery === 0xffff_ffff ? 1 : this.#lastDelivery + 1
    return this.#lastDelivery
  }
}

/** The uppermost bit of a slot says that its owner waits until the message was processed. */
const PROCESSED_BIT = 2 ** 31

function withProcessed(slot: number): number {
  return slot + PROCESSED_BIT
}

/** The reverse of what a frame says in place of a slot. */
export function slotOf(word: number): { readonly slot: number; readonly awaitsProcessed: boolean } {
  const awaitsProcessed = word >= PROCESSED_BIT
  return { slot: awaitsProcessed ? word - PROCESSED_BIT : word, awaitsProcessed }
}
