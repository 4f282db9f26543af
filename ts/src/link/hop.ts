/** The way to other threads: payload and envelope become a frame, checked and encoded before anything is sent. */
import type { Codecs } from '../codec/codecs.js'
import { encodeMsgpack } from '../codec/msgpack.js'
import { encodePayload } from '../codec/payload.js'
import * as layout from '../core/native/layout.js'
import { messageTooLarge, payloadNotEncodable } from '../errors.js'
import { deadlineWord } from './deadline-word.js'
import type { Envelope } from './envelope.js'
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
}

/** What one copy of a parcel is for. */
export interface Label {
  readonly kind: number
  /** The one that is meant; 0 for every match of the topic. */
  readonly endpoint: number
  readonly correlation: CorrelationId
  /** The deadline by the core's clock; 0 for none. */
  readonly dueMs: number
  /** The number under which the core is to hold it; 0 for not at all. */
  readonly delivery: number
  /** Of a request, the lower half of word 7. */
  readonly attempt?: number
}

const NO_BYTES = new Uint8Array(0)
const NO_CORRELATION: CorrelationId = { slot: 0, generation: 0 }

/** Sends messages and answers from this thread to others. */
export class Hop {
  readonly #submission: Submission
  readonly #maxMessageBytes: number
  readonly #codecs: Codecs

  constructor(submission: Submission, maxMessageBytes: number, codecs: Codecs) {
    this.#submission = submission
    this.#maxMessageBytes = maxMessageBytes
    this.#codecs = codecs
  }

  /** Encodes a message for any number of threads; throws when it cannot travel. */
  wrap(topic: string, payload: unknown, envelope: Envelope | undefined): Parcel {
    const headers = envelope === undefined ? undefined : encodeEnvelope(topic, envelope)
    const { codec, bytes } = encodePayload(topic, payload, this.#codecs)
    this.#mustFit(topic, bytes)
    return { topic, lane: envelope?.lane ?? layout.LANE_NORMAL, codec, headers, payload: bytes }
  }

  /** Sends a copy of a parcel to some attachments; to none of them, it is for the core alone. */
  ship(targets: readonly number[], parcel: Parcel, label: Label): void {
    const { topic, lane, codec, headers, payload } = parcel
    const { kind, endpoint, correlation, dueMs, delivery, attempt = 0 } = label
    const { slot, generation } = correlation
    this.#submission.append(
      targets,
      {
        kind,
        lane,
        endpoint,
        slot,
        generation,
        topic,
        codec,
        deadline: deadlineWord(dueMs),
        timestampMs: Date.now(),
        delivery,
        attempt,
      },
      headers,
      payload,
    )
  }

  /** Sends an event to all subscriptions of its topic in `targets`; `sequence` tells this sender's events apart. */
  event(
    targets: readonly number[],
    topic: string,
    payload: unknown,
    envelope: Envelope | undefined,
    sequence: number,
  ): void {
    // A sequence outgrows 32 bits; its two halves take the places of slot and generation.
    const correlation = { slot: sequence >>> 0, generation: Math.floor(sequence / 2 ** 32) }
    const label = { kind: layout.KIND_EVENT, endpoint: 0, correlation, dueMs: 0, delivery: 0 }
    this.ship(targets, this.wrap(topic, payload, envelope), label)
  }

  /** Answers `topic` with a value; throws when it cannot travel. */
  reply(target: number, correlation: CorrelationId, topic: string, value: unknown): void {
    const { codec, bytes } = encodePayload(topic, value, this.#codecs)
    this.#mustFit(topic, bytes)
    this.#submission.append(
      [target],
      answer(layout.KIND_REPLY, layout.LANE_NORMAL, correlation, codec),
      undefined,
      bytes,
    )
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

  /** Tells a handler's thread that the caller of a request has given up, and why, in bytes. */
  abort(target: number, endpoint: number, correlation: CorrelationId, bytes: Uint8Array): void {
    // In the lane of the request, which it must not overtake.
    const head = { ...answer(layout.KIND_ABORT, layout.LANE_NORMAL, correlation, 0), endpoint }
    this.#submission.append([target], head, undefined, bytes)
  }

  /** Tells an attachment that all that was sent to it before this has been handed over. */
  synced(target: number, token: number, lane: number): void {
    const correlation = { slot: token, generation: 0 }
    this.#submission.append([target], answer(layout.KIND_SYNCED, lane, correlation, 0), undefined, NO_BYTES)
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

/** The head of a frame that names no topic. */
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
    timestampMs: Date.now(),
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
