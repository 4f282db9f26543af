/** The way to other threads: payload and envelope become a frame, checked and encoded before anything is sent. */
import type { Codecs } from '../codec/codecs.js'
import { encodeMsgpack } from '../codec/msgpack.js'
import { encodePayload } from '../codec/payload.js'
import * as layout from '../core/native/layout.js'
import { messageTooLarge, payloadNotEncodable } from '../errors.js'
import { padded } from './alignment.js'
import { Backlog, type Waiting } from './backlog.js'
import { deadlineWord } from './deadline-word.js'
import type { Envelope } from './envelope.js'
import { type Mark, markOf } from './mark.js'
import type { Recipient } from './plan.js'
import type { FrameHead, Submission } from './submission.js'

/** A use of a slot. */
export interface CorrelationId {
  readonly slot: number
  readonly generation: number
}

/** A message that is encoded; valid until the next one is. */
export interface Parcel {
  readonly topic: string
  readonly lane: number
  readonly codec: number
  readonly headers: Uint8Array | undefined
  readonly payload: Uint8Array
  /** Where it is reported how it goes on; most often nowhere. */
  readonly mark: Mark | undefined
}

/** Hears what becomes of messages on their way; nothing of it may throw, or encode anything. */
export interface HopListener {
  /** There was no room for an event that cannot wait, in so many threads: it is told once for each. */
  refused(parcel: Parcel, target: number): void
  /** A marked message was put into a batch; `endpoint` is 0 where all that match are meant. */
  shipped(mark: Mark, targets: readonly number[], endpoint: number, batch: number, place: number): void
}

/** What one copy of a parcel is for. */
export interface Label {
  readonly kind: number
  /** The one that is meant; 0 for every match of the topic. */
  readonly endpoint: number
  readonly correlation: CorrelationId
  /** The deadline by the core's clock; 0 for none. */
  readonly dueMs: number
  /** The number under which the core is to hold it; 0 for not at all. Of a request, the room for the items of a stream. */
  readonly delivery: number
  /** Of a request, the lower half of word 7. */
  readonly attempt?: number
}

/** What is written anew for each request, rather than made: a stream of them is to leave little garbage behind. */
type Written<T> = { -readonly [Key in keyof T]: T[Key] }

const NO_BYTES = new Uint8Array(0)
const NOBODY: readonly number[] = []
const NO_CORRELATION: CorrelationId = { slot: 0, generation: 0 }

/** Sends messages and answers from this thread to others. */
export class Hop {
  readonly #submission: Submission
  readonly #maxMessageBytes: number
  readonly #codecs: Codecs
  readonly #listener: HopListener
  readonly #request: Written<Parcel> = emptyParcel()
  readonly #head: Written<FrameHead> = answer(layout.KIND_REPLY, layout.LANE_NORMAL, NO_CORRELATION, 0)
  readonly #requestLabel: Written<Label> = {
    kind: layout.KIND_REQUEST,
    endpoint: 0,
    correlation: NO_CORRELATION,
    dueMs: 0,
    delivery: 0,
    attempt: 0,
  }
  readonly #requestId: Written<CorrelationId> = { slot: 0, generation: 0 }
  /** The only target of a frame. */
  readonly #target = [0]
  /** What waits for room. */
  readonly backlog: Backlog

  /**
   * @param bounds.inboxBytes - how much may wait here for one other thread
   * @param listener - told of what becomes of messages
   */
  constructor(
    submission: Submission,
    codecs: Codecs,
    bounds: { readonly maxMessageBytes: number; readonly inboxBytes: number },
    listener: HopListener,
  ) {
    this.#submission = submission
    this.#codecs = codecs
    this.#maxMessageBytes = bounds.maxMessageBytes
    this.#listener = listener
    this.backlog = new Backlog(bounds.inboxBytes)
  }

  /**
   * Takes the room that one copy of a parcel needs in `places`: an attachment, or `layout.HOLDINGS` where the core is to
   * hold it. False where there is not enough, or others wait for it; else the copy has to be shipped before anything else.
   */
  takeRoom(places: readonly number[], parcel: Parcel): boolean {
    const [place = layout.HOLDINGS] = places
    if (this.backlog.isBehind(place, parcel.lane)) return false
    const bytes = mostBytes(parcel, 1)
    const { credits } = this.#submission
    this.#submission.prepare(bytes, parcel.payload.length)
    return places.length === 1 ? credits.take(place, bytes) : places.every((one) => credits.take(one, bytes))
  }

  /**
   * Has a copy of a parcel wait for room in `places`, and then calls `send` with it. Returns how to give that up; undefined
   * where too much waits already.
   */
  wait(places: readonly number[], parcel: Parcel, send: (parcel: Parcel) => void): (() => void) | undefined {
    // A copy, because the payload is encoded into the same buffer next.
    const kept = { ...parcel, payload: new Uint8Array(parcel.payload) }
    const [place = layout.HOLDINGS] = places
    const bytes = mostBytes(kept, 1)
    const { credits } = this.#submission
    const waiting: Waiting = {
      lane: kept.lane,
      bytes,
      takeRoom: () => {
        this.#submission.prepare(bytes, kept.payload.length)
        return places.every((one) => credits.takeOrAwait(one, bytes))
      },
      send: () => send(kept),
    }
    return this.backlog.add(place, waiting) ? () => this.backlog.delete(place, waiting) : undefined
  }

  /** An attachment has left: nobody waits for its room. */
  gone(attachment: number): void {
    this.backlog.room(attachment)
    this.#submission.credits.forget(attachment)
  }

  /** Encodes a message for any number of threads; throws when it cannot travel. */
  wrap(topic: string, payload: unknown, envelope: Envelope | undefined): Parcel {
    const parcel = emptyParcel()
    this.#fill(parcel, topic, payload, envelope)
    return parcel
  }

  #fill(parcel: Written<Parcel>, topic: string, payload: unknown, envelope: Envelope | undefined): void {
    const headers = envelope === undefined ? undefined : encodeEnvelope(topic, envelope)
    const { codec, bytes } = encodePayload(topic, payload, this.#codecs)
    this.#mustFit(topic, bytes)
    parcel.topic = topic
    parcel.lane = envelope === undefined ? layout.LANE_NORMAL : envelope.lane
    parcel.codec = codec
    parcel.headers = headers
    parcel.payload = bytes
    parcel.mark = headers === undefined ? undefined : markOf(envelope)
  }

  /** Sends a copy of a parcel to some attachments; to none of them, it is for the core alone. */
  ship(targets: readonly number[], parcel: Parcel, label: Label): void {
    const { headers, payload, mark } = parcel
    const { endpoint, correlation } = label
    const head = this.#head
    head.kind = label.kind
    head.lane = parcel.lane
    head.endpoint = endpoint
    head.slot = correlation.slot
    head.generation = correlation.generation
    head.topic = parcel.topic
    head.codec = parcel.codec
    head.deadline = deadlineWord(label.dueMs)
    head.timestampMs = this.#submission.stamps.next()
    head.delivery = label.delivery
    head.attempt = label.attempt ?? 0
    this.#submission.append(targets, head, headers, payload)
    if (mark === undefined || targets.length === 0) return
    const { batches, frames } = this.#submission
    this.#listener.shipped(mark, targets, endpoint, batches + 1, frames)
  }

  /** Sends an event to all subscriptions of its topic in `targets`; `sequence` tells this sender's events apart. */
  event(
    targets: readonly number[],
    topic: string,
    payload: unknown,
    envelope: Envelope | undefined,
    sequence: number,
  ): void {
    if (envelope === undefined) {
      this.#plainEvent(targets, topic, payload, sequence)
      return
    }
    const parcel = this.wrap(topic, payload, envelope)
    const roomy = this.#withRoom(
      targets,
      parcel.lane,
      mostBytes(parcel, targets.length),
      parcel.payload.length,
    )
    if (roomy !== targets) this.#refuse(targets, roomy, parcel)
    if (roomy.length === 0) return
    const correlation = { slot: sequence >>> 0, generation: Math.floor(sequence / 2 ** 32) }
    const label = { kind: layout.KIND_EVENT, endpoint: 0, correlation, dueMs: 0, delivery: 0 }
    this.ship(roomy, parcel, label)
  }

  /** An event of which nothing is said: most are, and there may be millions in a second, so nothing is made of it but bytes. */
  #plainEvent(targets: readonly number[], topic: string, payload: unknown, sequence: number): void {
    const { codec, bytes } = encodePayload(topic, payload, this.#codecs)
    this.#mustFit(topic, bytes)
    // It must not overtake what waits for room.
    if (this.backlog.isEmpty && this.#submission.joins(targets, topic, codec, bytes, sequence)) return
    const most = frameBytes(topic, 0, bytes.length, targets.length)
    const roomy = this.#withRoom(targets, layout.LANE_NORMAL, most, bytes.length)
    if (roomy !== targets) this.#refuse(targets, roomy, { ...emptyParcel(), topic, codec, payload: bytes })
    if (roomy.length > 0) this.#submission.event(roomy, topic, codec, bytes, sequence)
  }

  /**
   * Asks an endpoint, where nothing is said of the request but until when it is waited for. False where there is no room;
   * throws when the payload cannot travel.
   *
   * @param attempt - the lower half of word 7
   */
  request(
    { attachment, endpoint }: Pick<Recipient<unknown>, 'attachment' | 'endpoint'>,
    topic: string,
    payload: unknown,
    slot: number,
    generation: number,
    dueMs: number,
    attempt: number,
  ): boolean {
    const parcel = this.#request
    this.#fill(parcel, topic, payload, undefined)
    this.#target[0] = attachment
    const hasRoom = this.takeRoom(this.#target, parcel)
    if (hasRoom) {
      const label = this.#requestLabel
      this.#requestId.slot = slot
      this.#requestId.generation = generation
      label.correlation = this.#requestId
      label.endpoint = endpoint
      label.dueMs = dueMs
      label.attempt = attempt
      this.ship(this.#target, parcel, label)
    }
    parcel.payload = NO_BYTES
    return hasRoom
  }

  /** Those of some attachments that have room for an event, which is taken; the same array where all of them have. */
  #withRoom(
    targets: readonly number[],
    lane: number,
    bytes: number,
    payloadBytes: number,
  ): readonly number[] {
    this.#submission.prepare(bytes, payloadBytes)
    const [target = 0] = targets
    if (targets.length === 1) return this.#takesEvent(target, lane, bytes) ? targets : NOBODY
    const roomy = targets.filter((one) => this.#takesEvent(one, lane, bytes))
    return roomy.length === targets.length ? targets : roomy
  }

  /** Takes the room that an event needs in one attachment; false where there is not enough. */
  #takesEvent(target: number, lane: number, bytes: number): boolean {
    return !this.backlog.isBehind(target, lane) && this.#submission.credits.take(target, bytes)
  }

  /** Tells of those of some attachments that had no room. */
  #refuse(targets: readonly number[], roomy: readonly number[], parcel: Parcel): void {
    for (const target of targets) if (!roomy.includes(target)) this.#listener.refused(parcel, target)
  }

  /** Answers `topic` with a value; throws when it cannot travel. */
  reply(target: number, correlation: CorrelationId, topic: string, value: unknown): void {
    const { codec, bytes } = encodePayload(topic, value, this.#codecs)
    this.#mustFit(topic, bytes)
    const head = this.#head
    head.kind = layout.KIND_REPLY
    head.lane = layout.LANE_NORMAL
    head.endpoint = 0
    head.slot = correlation.slot
    head.generation = correlation.generation
    head.topic = ''
    head.codec = codec
    head.deadline = 0
    // Nobody asks when a reply was sent, and to look at the clock costs as much as to write the rest.
    head.timestampMs = 0
    head.delivery = 0
    head.attempt = 0
    this.#target[0] = target
    this.#submission.append(this.#target, head, undefined, bytes)
  }

  /** Answers with a failure that is encoded already. */
  failure(target: number, correlation: CorrelationId, bytes: Uint8Array): void {
    this.#submission.append(
      [target],
      answer(layout.KIND_FAILURE, layout.LANE_NORMAL, correlation, 0),
      undefined,
      bytes,
    )
  }

  /** Sends an item of the stream that `topic` is answered with; throws when it cannot travel. */
  item(target: number, correlation: CorrelationId, topic: string, value: unknown): void {
    const { codec, bytes } = encodePayload(topic, value, this.#codecs)
    this.#mustFit(topic, bytes)
    // In the lane of the answer that follows the last one.
    const head = answer(layout.KIND_ITEM, layout.LANE_NORMAL, correlation, codec)
    this.#submission.append([target], head, undefined, bytes)
  }

  /** Reports a step of a marked message, in bytes, to the thread that wants to know. No stream has the generation 0. */
  step(target: number, trace: number, bytes: Uint8Array): void {
    const head = answer(layout.KIND_ITEM, layout.LANE_NORMAL, { slot: trace, generation: 0 }, 0)
    this.#submission.append([target], head, undefined, bytes)
  }

  /** Tells a handler's thread that there is room for `count` items more. */
  credit(target: number, correlation: CorrelationId, count: number): void {
    const head = { ...answer(layout.KIND_CREDIT, layout.LANE_NORMAL, correlation, 0), delivery: count }
    this.#submission.append([target], head, undefined, NO_BYTES)
  }

  /** Tells a handler's thread that the caller of a request has given up, and why, in bytes. */
  abort(target: number, endpoint: number, correlation: CorrelationId, lane: number, bytes: Uint8Array): void {
    // In the lane of the request, which it must not overtake.
    const head = { ...answer(layout.KIND_ABORT, lane, correlation, 0), endpoint }
    this.#submission.append([target], head, undefined, bytes)
  }

  /** Tells an attachment that all that was sent to it before this has been handed over. */
  synced(target: number, token: number, lane: number): void {
    const correlation = { slot: token, generation: 0 }
    this.#submission.append([target], answer(layout.KIND_SYNCED, lane, correlation, 0), undefined, NO_BYTES)
  }

  /** Tells an attachment that the bus is shut down: it is to leave it by `dueMs` of the core's clock. */
  close(target: number, dueMs: number): void {
    const head = answer(layout.KIND_CLOSE, layout.LANE_CONTROL, NO_CORRELATION, 0)
    this.#submission.append([target], { ...head, deadline: deadlineWord(dueMs) }, undefined, NO_BYTES)
  }

  /** Tells the attachment that has said so that this one has heard, or with bytes, what came of it. */
  closed(target: number, bytes: Uint8Array = NO_BYTES): void {
    const head = answer(layout.KIND_CLOSED, layout.LANE_CONTROL, NO_CORRELATION, 0)
    this.#submission.append([target], head, undefined, bytes)
  }

  /** Keeps an event as the last of its topic; without a payload there is none any more. */
  retain(topic: string, payload: unknown, envelope: Envelope | undefined): void {
    const label = { endpoint: 0, correlation: NO_CORRELATION, dueMs: 0, delivery: 0 }
    this.ship([], this.wrap(topic, payload, envelope), { kind: layout.KIND_RETAIN, ...label })
  }

  /** Gives the core a dead letter, which it keeps as it is. */
  bury(bytes: Uint8Array): void {
    const head = answer(layout.KIND_DEAD, layout.LANE_NORMAL, NO_CORRELATION, 0)
    this.#submission.append([], head, undefined, bytes)
  }

  #mustFit(topic: string, bytes: Uint8Array): void {
    if (bytes.length > this.#maxMessageBytes)
      throw messageTooLarge(topic, bytes.length, this.#maxMessageBytes)
  }
}

function emptyParcel(): Written<Parcel> {
  return {
    topic: '',
    lane: layout.LANE_NORMAL,
    codec: 0,
    headers: undefined,
    payload: NO_BYTES,
    mark: undefined,
  }
}

/** As many bytes as the frame of a parcel has at most. Of its topic only the length is looked at. */
function mostBytes({ topic, headers, payload }: Parcel, targets: number): number {
  return frameBytes(topic, headers === undefined ? 0 : padded(headers.length), payload.length, targets)
}

function frameBytes(topic: string, headersBytes: number, payloadBytes: number, targets: number): number {
  const topicBytes = Math.min(topic.length * MOST_BYTES_PER_CHARACTER, MOST_TOPIC_BYTES)
  const listBytes = targets > 1 ? padded(targets * 4) : 0
  const bodyBytes = listBytes + padded(topicBytes) + headersBytes + padded(payloadBytes)
  // An event has them in a frame with others, and not the rest of the head.
  return layout.HEADER_BYTES + layout.EVENT_BYTES + bodyBytes
}

const MOST_BYTES_PER_CHARACTER = 3
const MOST_TOPIC_BYTES = 255

/** The head of a frame that names no topic, of which nobody asks when it was sent. */
function answer(kind: number, lane: number, { slot, generation }: CorrelationId, codec: number): FrameHead {
  return {
    kind,
    lane,
    endpoint: 0,
    slot,
    generation,
    topic: '',
    codec,
    deadline: 0,
    timestampMs: 0,
    delivery: 0,
    attempt: 0,
  }
}

/** A copy, because the payload is encoded into the same buffer next. */
function encodeEnvelope(
  topic: string,
  { id, headers, key, expiresMs, notify }: Envelope,
): Uint8Array | undefined {
  // The lane travels in the frame itself.
  if ((id ?? headers ?? key ?? notify) === undefined && expiresMs === 0) return undefined
  try {
    return new Uint8Array(encodeMsgpack([id, headers, key, expiresMs, notify]))
  } catch (error) {
    throw payloadNotEncodable(topic, 'its headers', error)
  }
}
