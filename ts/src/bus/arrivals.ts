/** Handles what comes from the core and from other threads, frame by frame. */
import { decodeFailure } from '../codec/failure.js'
import { decodeMsgpack } from '../codec/msgpack.js'
import { decodePayload } from '../codec/payload.js'
import type { Message } from '../contract/messages.js'
import type { CoreAttachment } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { ReceivedMessage } from '../delivery/message.js'
import type { Clock } from '../link/clock.js'
import type { Correlation } from '../link/correlation.js'
import { deadlineOf } from '../link/deadline-word.js'
import type { Frame } from '../link/frame.js'
import type { Hop } from '../link/hop.js'
import type { Envelope } from '../options/send.js'
import { ACCEPTED, type Answers } from './answers.js'
import type { Barriers } from './barriers.js'
import type { Requests } from './requests.js'

/** The parts of an attachment that frames are for. */
export interface ArrivalParts {
  readonly attachment: CoreAttachment
  readonly correlation: Correlation
  readonly dispatcher: Dispatcher
  readonly hop: Hop
  readonly clock: Clock
  readonly answers: Answers
  readonly requests: Requests
  readonly barriers: Barriers
  readonly endpoints: ReadonlyMap<number, Endpoint>
  /** This thread's subscriptions for a topic that another thread has published to. */
  readonly receiversOf: (topic: string) => readonly Endpoint[]
  /** The receivers of a topic changed, or those of any. */
  readonly routesChanged: (topic: string | undefined) => void
  /** An endpoint of this thread lost its name to another. */
  readonly replaced: (endpoint: number) => void
}

/** The incoming frames of one attachment. */
export class Arrivals {
  readonly #parts: ArrivalParts

  constructor(parts: ArrivalParts) {
    this.#parts = parts
  }

  /** Handles one frame. */
  readonly receive = (frame: Frame): void => {
    const { barriers, hop, routesChanged, replaced } = this.#parts
    switch (frame.kind) {
      case layout.KIND_EVENT:
        this.#event(frame)
        break
      case layout.KIND_NOTIFICATION:
        this.#toEndpoint(frame, 'notification')
        break
      case layout.KIND_REQUEST:
        this.#toEndpoint(frame, 'request')
        break
      case layout.KIND_REPLY:
      case layout.KIND_FAILURE:
        this.#answer(frame)
        break
      case layout.KIND_EXPIRED:
        this.#expired(frame)
        break
      case layout.KIND_TOPIC_CHANGED:
        routesChanged(frame.topic)
        break
      case layout.KIND_ROUTES_CHANGED:
        routesChanged(undefined)
        break
      case layout.KIND_REPLACED:
        replaced(frame.slot)
        break
      case layout.KIND_GONE:
        routesChanged(undefined)
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
    const { barriers, requests } = this.#parts
    barriers.attachmentGone(attachment)
    void barriers.reach(layout.LANE_NORMAL).then(() => requests.attachmentGone(attachment))
  }

  #event(frame: Frame): void {
    const { answers, dispatcher, receiversOf } = this.#parts
    const { topic } = frame
    const receivers = receiversOf(topic)
    if (receivers.length === 0) return
    try {
      dispatcher.dispatch(receivers, this.#message(frame, topic, 'event'))
    } catch (error) {
      answers.unreadable(frame, topic, error)
    }
  }

  #toEndpoint(frame: Frame, kind: Message['kind']): void {
    const { answers, dispatcher, endpoints } = this.#parts
    const { topic } = frame
    const endpoint = endpoints.get(frame.endpoint)
    if (endpoint === undefined) {
      answers.gone(frame, topic)
      return
    }
    const dueMs = this.#dueMs(frame)
    if (dueMs !== 0 && dueMs <= this.#parts.clock.nowMs()) {
      endpoint.ignoreLate()
      return
    }
    try {
      dispatcher.dispatch([endpoint], this.#message(frame, topic, kind))
    } catch (error) {
      answers.unreadable(frame, topic, error)
    }
  }

  #answer(frame: Frame): void {
    const waiter = this.#parts.correlation.close(frame.slot, frame.generation)
    // Too late: the request has ended otherwise.
    if (waiter === undefined) return
    try {
      if (frame.kind === layout.KIND_FAILURE) waiter.reject(decodeFailure(frame.payload))
      else if (waiter.isNotification) waiter.fulfil(ACCEPTED)
      else waiter.fulfil(decodePayload(waiter.topic, frame.codec, frame.payload))
    } catch (error) {
      waiter.reject(error)
    }
  }

  #expired(frame: Frame): void {
    const { payload } = frame
    const entries = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    for (let at = 0; at < entries.byteLength; at += 8) {
      this.#parts.requests.expired(entries.getUint32(at, true), entries.getUint32(at + 4, true))
    }
  }

  #dueMs({ deadline }: Frame): number {
    return deadline === 0 ? 0 : deadlineOf(deadline, this.#parts.clock.nowMs())
  }

  #message(frame: Frame, topic: string, kind: Message['kind']): ReceivedMessage {
    const { sender, slot, generation, timestampMs } = frame
    const payload = decodePayload(topic, frame.codec, frame.payload)
    const envelope = envelopeOf(frame)
    if (kind === 'event') {
      const origin = { sender, slot: 0, generation: 0, dueMs: 0 }
      const sequence = generation * 2 ** 32 + slot
      return new ReceivedMessage(topic, payload, kind, origin, sequence, envelope, timestampMs)
    }
    const origin = { sender, slot, generation, dueMs: this.#dueMs(frame), clock: this.#parts.clock }
    return new ReceivedMessage(topic, payload, kind, origin, 0, envelope, timestampMs)
  }
}

function envelopeOf(frame: Frame): Envelope | undefined {
  const { headers } = frame
  if (headers.length === 0) return undefined
  const [id, texts] = decodeMsgpack(headers) as [Envelope['id'], Envelope['headers']]
  return { id, headers: texts }
}
