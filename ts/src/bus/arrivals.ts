/** Handles what comes from the core and from other threads, frame by frame. */
import type { Codecs } from '../codec/codecs.js'
import { decodeFailure } from '../codec/failure.js'
import { decodeMsgpack } from '../codec/msgpack.js'
import { decodePayload } from '../codec/payload.js'
import type { Message } from '../contract/messages.js'
import type { CoreAttachment } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import { Delivery } from '../delivery/delivery.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import type { OpenRequests } from '../delivery/open-requests.js'
import type { Outlet } from '../delivery/outlet.js'
import { aborted, handlerGone } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Correlation } from '../link/correlation.js'
import { deadlineOf } from '../link/deadline-word.js'
import { type Envelope, PLAIN } from '../link/envelope.js'
import type { Frame } from '../link/frame.js'
import type { Hop } from '../link/hop.js'
import type { PlanCache } from '../link/plan-cache.js'
import type { Settlements } from '../link/settlements.js'
import type { Tracker } from '../operate/tracing/tracker.js'
import type { Answers } from './answers.js'
import type { Barriers } from './barriers.js'
import type { Consequences } from './consequences.js'
import { slotOf } from './courier.js'
import type { DirectAnswers } from './direct-answers.js'
import type { Events } from './events.js'
import type { Expiries } from './expiries.js'
import type { Notifications } from './notifications.js'
import type { Orphans } from './orphans.js'
import type { Publishing } from './publishing.js'
import type { Receivers } from './receivers.js'
import type { Requests } from './requests.js'
import { readDue } from './schedule.js'
import type { Shutdown } from './shutdown.js'

/** The parts of an attachment that frames are for. */
export interface ArrivalParts {
  readonly attachment: CoreAttachment
  readonly correlation: Correlation
  readonly dispatcher: Dispatcher
  readonly hop: Hop
  readonly codecs: Codecs
  readonly clock: Clock
  readonly expiries: Expiries
  readonly openRequests: OpenRequests
  readonly lifelines: Lifelines
  readonly settlements: Settlements
  readonly answers: Answers
  readonly directAnswers: DirectAnswers
  readonly events: Events
  readonly requests: Requests
  readonly orphans: Orphans
  readonly barriers: Barriers
  readonly plans: PlanCache<Endpoint>
  readonly receivers: Receivers
  readonly outcomes: Consequences
  readonly publishing: Publishing
  readonly notifications: Notifications
  readonly tracker: Tracker
  readonly shutdown: Shutdown
}

/** The incoming frames of one attachment. */
export class Arrivals {
  readonly #parts: ArrivalParts
  #origin: Origin | undefined

  constructor(parts: ArrivalParts) {
    this.#parts = parts
  }

  /** Handles one frame. */
  readonly receive = (frame: Frame): void => {
    const { barriers, hop, receivers } = this.#parts
    switch (frame.kind) {
      case layout.KIND_EVENT:
        if (frame.endpoint === 0) this.#event(frame)
        else this.#toEndpoint(frame, 'event')
        break
      case layout.KIND_EVENTS:
        this.#events(frame)
        break
      case layout.KIND_NOTIFICATION:
        this.#toEndpoint(frame, 'notification')
        break
      case layout.KIND_REQUEST:
        this.#request(frame)
        break
      case layout.KIND_REPLY:
      case layout.KIND_FAILURE:
        this.#answer(frame)
        break
      case layout.KIND_ITEM:
        this.#item(frame)
        break
      case layout.KIND_CREDIT:
        this.#room(frame)
        break
      case layout.KIND_CLOSE:
        this.#parts.shutdown.asked(frame.sender, this.#dueMs(frame))
        break
      case layout.KIND_CLOSED:
        this.#parts.shutdown.others.told(frame.sender, frame.payload)
        break
      case layout.KIND_EXPIRED:
        this.#parts.expiries.expired(frame.payload)
        break
      case layout.KIND_ABORT:
        this.#abort(frame)
        break
      case layout.KIND_ROOM:
        hop.backlog.room(frame.sender)
        break
      case layout.KIND_DUE:
        this.#due(frame)
        break
      case layout.KIND_LAPSED:
        this.#lapsed(frame)
        break
      case layout.KIND_TOPIC_CHANGED:
        receivers.routesChanged(frame.topic)
        break
      case layout.KIND_ROUTES_CHANGED:
        receivers.routesChanged(undefined)
        break
      case layout.KIND_REPLACED:
        receivers.replaced(frame.slot)
        break
      case layout.KIND_GONE:
        receivers.routesChanged(undefined)
        this.#gone(frame.sender)
        break
      case layout.KIND_SYNC:
        hop.synced(frame.sender, frame.slot, layout.LANE_CONTROL)
        break
      case layout.KIND_SYNCED:
        barriers.synced(frame.slot, frame.sender)
        break
    }
  }

  /** An attachment has left. This came in a faster lane than its last answers, which count. */
  #gone(attachment: number): void {
    const { barriers, hop, openRequests, orphans, requests } = this.#parts
    barriers.attachmentGone(attachment)
    this.#parts.shutdown.others.gone(attachment)
    // What still waits for room there is sent now, and moves with what the core holds.
    hop.gone(attachment)
    void orphans.attachmentGone(attachment)
    void barriers.reach(layout.LANE_NORMAL).then(() => {
      requests.attachmentGone(attachment)
      for (const message of openRequests.deleteAll(attachment)) cut(message, new Error(CALLER_GONE))
    })
  }

  /** The caller of a request has given up. */
  #abort({ sender, slot, generation, payload }: Frame): void {
    const message = this.#parts.openRequests.get(sender, slot, generation)
    if (message !== undefined) cut(message, decodeFailure(payload))
  }

  #event(frame: Frame): void {
    const { codecs, receivers, tracker } = this.#parts
    const { topic } = frame
    const endpoints = receivers.receiversOf(topic)
    if (endpoints.length === 0) {
      this.#notHere(frame, 'nobody')
      return
    }
    try {
      const payload = decodePayload(topic, frame.codec, frame.stretch, codecs)
      const origin = this.#originOf(frame.sender)
      const sequence = sequenceOf(frame)
      const envelope = envelopeOf(frame)
      const { timestampMs } = frame
      if (envelope === undefined) {
        this.#plainEvent(endpoints, topic, payload, origin, sequence, timestampMs)
        return
      }
      tracker.came(envelope, 'arrived', 0)
      const message = new ReceivedMessage(topic, payload, 'event', origin, sequence, envelope, timestampMs)
      this.#parts.dispatcher.dispatch(endpoints, message, false)
    } catch (error) {
      this.#unreadable(frame, topic, error)
    }
  }

  /** Several events of one topic. The receivers of each are looked up, because the one before it may have changed them. */
  #events(frame: Frame): void {
    const { codecs, receivers } = this.#parts
    const { topic, sender, timestampMs } = frame
    const origin = this.#originOf(sender)
    let sequence = sequenceOf(frame)
    for (let left = frame.messages; left > 0; left--) {
      frame.nextEvent()
      const endpoints = receivers.receiversOf(topic)
      if (endpoints.length > 0) {
        try {
          const payload = decodePayload(topic, frame.eventCodec, frame.eventStretch, codecs)
          this.#plainEvent(endpoints, topic, payload, origin, sequence, timestampMs)
        } catch (error) {
          this.#unreadableEvent(sender, sequence, topic, error)
        }
      }
      sequence++
    }
  }

  /** Gives an event of which nothing is said to its receivers. */
  #plainEvent(
    endpoints: readonly Endpoint[],
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
    timestampMs: number,
  ): void {
    const { dispatcher, receivers } = this.#parts
    const [only] = endpoints
    if (endpoints.length === 1 && only?.blind !== undefined) {
      if (only.isFree && dispatcher.isFree() && receivers.areBare) {
        dispatcher.hand(only.way, only.blind, topic, payload, origin, sequence)
        return
      }
    }
    const message = new ReceivedMessage(topic, payload, 'event', origin, sequence, undefined, timestampMs)
    dispatcher.dispatch(endpoints, message, receivers.areBare)
  }

  /** Of all events of one sender: as a rule, one after the other comes from the same. */
  #originOf(sender: number): Origin {
    if (this.#origin?.sender !== sender) {
      const { lifelines } = this.#parts
      this.#origin = { sender, slot: 0, generation: 0, dueMs: 0, lifelines }
    }
    return this.#origin
  }

  #request(frame: Frame): void {
    try {
      if (this.#parts.directAnswers.tryAnswer(frame)) return
    } catch (error) {
      this.#unreadable(frame, frame.topic, error)
      return
    }
    this.#toEndpoint(frame, 'request')
  }

  #toEndpoint(frame: Frame, kind: Message['kind']): void {
    const { answers, dispatcher, openRequests, receivers, settlements } = this.#parts
    const { topic, sender } = frame
    const endpoint = receivers.endpoints.get(frame.endpoint)
    if (endpoint === undefined) {
      this.#notHere(frame, frame.delivery === 0 ? 'nobody' : 'moved')
      // A delivery goes to another endpoint, which then answers.
      if (frame.delivery !== 0) settlements.release({ sender, number: frame.delivery })
      else if (frame.generation !== 0) answers.refuse(ownerOf(frame), handlerGone(topic, frame.endpoint))
      return
    }
    const dueMs = this.#dueMs(frame)
    if (dueMs !== 0 && dueMs <= this.#parts.clock.nowMs()) {
      this.#notHere(frame, 'expired')
      endpoint.ignoreLate(kind)
      if (frame.delivery !== 0) settlements.settle({ sender, number: frame.delivery })
      return
    }
    try {
      const message = this.#message(frame, topic, kind)
      if (kind === 'request') openRequests.add(message)
      dispatcher.dispatch([endpoint], message, false)
    } catch (error) {
      this.#unreadable(frame, topic, error)
    }
  }

  /** What comes does not get to a receiver. */
  #notHere(frame: Frame, event: 'nobody' | 'moved' | 'expired'): void {
    if (frame.headers.length > 0) this.#parts.tracker.came(envelopeOf(frame), event, frame.endpoint)
  }

  /** A message that was for later is sent now, by whichever thread gets it. */
  #due(frame: Frame): void {
    const { codecs, events, notifications, plans, publishing } = this.#parts
    const { topic } = frame
    const told = (error: unknown): void =>
      events.failure({ topic, id: topic, attempt: 1, endpoint: 0, error }, false)
    try {
      const due = readDue(frame, codecs)
      if (due.kind === 'event') publishing.prepared(plans.get(topic), due.payload, due.settings)
      else void notifications.due(topic, due.payload, due.settings).catch(told)
    } catch (error) {
      told(error)
    }
  }

  #lapsed(frame: Frame): void {
    try {
      const kind = frame.lapsedKind === layout.KIND_EVENT ? 'event' : 'notification'
      this.#parts.outcomes.lapsed(frame.endpoint, this.#message(frame, frame.topic, kind))
    } catch (error) {
      this.#unreadable(frame, frame.topic, error)
    }
  }

  /** A message cannot be decoded: whoever waits is told; where nobody does, the bus tells it as a failure. */
  #unreadable(frame: Frame, topic: string, error: unknown): void {
    const { answers, settlements } = this.#parts
    const { endpoint, sender, generation, delivery } = frame
    // It will be no more readable the next time.
    if (delivery !== 0) settlements.settle({ sender, number: delivery })
    if (endpoint !== 0 && generation !== 0) answers.refuse(ownerOf(frame), error)
    else this.#unreadableEvent(sender, sequenceOf(frame), topic, error, endpoint)
  }

  #unreadableEvent(sender: number, sequence: number, topic: string, error: unknown, endpoint = 0): void {
    this.#parts.events.failure({ topic, id: `${sender}-e${sequence}`, attempt: 1, endpoint, error }, false)
  }

  #answer(frame: Frame): void {
    const waiter = this.#parts.correlation.answer(frame.slot, frame.generation)
    // Too late: the request has ended otherwise.
    if (waiter === undefined) return
    try {
      if (frame.kind === layout.KIND_FAILURE) waiter.reject(decodeFailure(frame.payload))
      else if (waiter.isNotification) waiter.fulfil(undefined)
      else {
        const { codecs } = this.#parts
        waiter.fulfil(decodePayload(waiter.topic, frame.codec, frame.stretch, codecs))
      }
    } catch (error) {
      waiter.reject(error)
    }
  }

  #item(frame: Frame): void {
    if (frame.generation === 0) {
      this.#parts.tracker.told(frame.slot, frame.payload)
      return
    }
    const waiter = this.#parts.correlation.get(frame.slot, frame.generation)
    // Its reader has left.
    if (waiter?.taker === undefined) return
    const { taker, topic } = waiter
    let item: unknown
    try {
      item = decodePayload(topic, frame.codec, frame.stretch, this.#parts.codecs)
    } catch (error) {
      taker.unreadable(error)
      return
    }
    taker.item(item)
  }

  /** The reader of a stream has room for more of it. */
  #room({ sender, slot, generation, room }: Frame): void {
    const message = this.#parts.openRequests.get(sender, slot, generation)
    if (message !== undefined) ReceivedMessage.originOf(message).outlet?.onRoom?.(room)
  }

  #dueMs({ deadline }: Frame): number {
    return deadline === 0 ? 0 : deadlineOf(deadline, this.#parts.clock.nowMs())
  }

  /** The way of a stream to its reader in another thread. */
  #outletTo({ sender, slot, generation, room }: Frame, topic: string): Outlet {
    const { hop } = this.#parts
    const correlation = { slot, generation }
    return { room, onRoom: undefined, item: (value) => hop.item(sender, correlation, topic, value) }
  }

  #message(frame: Frame, topic: string, kind: Message['kind']): ReceivedMessage {
    const { sender, generation, timestampMs, delivery: number, attempt } = frame
    const { clock, codecs, lifelines, tracker } = this.#parts
    const payload = decodePayload(topic, frame.codec, frame.stretch, codecs)
    const envelope = envelopeOf(frame)
    if (envelope !== undefined) tracker.came(envelope, 'arrived', frame.endpoint)
    const { slot, awaitsProcessed } = slotOf(frame.slot)
    const dueMs = this.#dueMs(frame)
    const isRequest = kind === 'request'
    const outlet = isRequest && frame.room > 0 ? this.#outletTo(frame, topic) : undefined
    // One literal: to spread others into it would cost as much as all the rest of a message.
    const origin: Origin = {
      sender,
      slot,
      generation,
      dueMs,
      clock,
      lifelines,
      awaitsProcessed,
      attempt: isRequest ? frame.requestAttempt + 1 : undefined,
      handsDown: isRequest && frame.handsDown,
      outlet,
      delivery: number === 0 ? undefined : new Delivery(sender, number, attempt, frame.wasMoved),
    }
    return new ReceivedMessage(topic, payload, kind, origin, 0, envelope, timestampMs)
  }
}

/** The number of an event among those of its sender; of several, that of the first. */
function sequenceOf({ slot, generation }: Frame): number {
  return generation * 2 ** 32 + slot
}

function envelopeOf(frame: Frame): Envelope | undefined {
  if (frame.isPlain) return undefined
  const { headers, lane } = frame
  if (headers.length === 0) return { ...PLAIN, lane }
  const [id, texts, key, expiresMs, notify] = decodeMsgpack(headers) as Wire
  return { id, headers: texts, key, lane, expiresMs, notify }
}

const CALLER_GONE = 'the thread of the caller has left the bus'

function cut(message: ReceivedMessage, reason: unknown): void {
  ReceivedMessage.lifelineOf(message)?.cut(aborted(message.topic, reason))
}

/** An envelope as it travels; its lane is that of the frame. */
type Wire = [
  id: Envelope['id'],
  headers: Envelope['headers'],
  key: Envelope['key'],
  expiresMs: Envelope['expiresMs'],
  notify: Envelope['notify'],
]

/** Who waits for the answer to a message. */
function ownerOf({ sender, slot, generation }: Frame): Pick<Origin, 'sender' | 'slot' | 'generation'> {
  return { sender, slot: slotOf(slot).slot, generation }
}
