/** The way to other threads: payload and envelope become a frame, checked and encoded before anything is sent. */
import { encodeMsgpack } from '../codec/msgpack.js'
import { encodePayload } from '../codec/payload.js'
import * as layout from '../core/native/layout.js'
import { messageTooLarge, payloadNotEncodable } from '../errors.js'
import type { Envelope } from '../options/send.js'
import { deadlineWord } from './deadline-word.js'
import type { Submission } from './submission.js'

/** A use of a slot. */
export interface CorrelationId {
  readonly slot: number
  readonly generation: number
}

const NO_BYTES = new Uint8Array(0)

/** Sends messages and answers from this thread to others. */
export class Hop {
  readonly #submission: Submission
  readonly #maxMessageBytes: number

  constructor(submission: Submission, maxMessageBytes: number) {
    this.#submission = submission
    this.#maxMessageBytes = maxMessageBytes
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
    this.#message(layout.KIND_EVENT, targets, 0, correlation, topic, payload, envelope, 0)
  }

  /** Sends a request or a notification to one endpoint; `dueMs` is its deadline by the core's clock. */
  toEndpoint(
    kind: number,
    target: number,
    endpoint: number,
    correlation: CorrelationId,
    topic: string,
    payload: unknown,
    envelope: Envelope | undefined,
    dueMs: number,
  ): void {
    this.#message(kind, [target], endpoint, correlation, topic, payload, envelope, dueMs)
  }

  /** Answers `topic` with a value; throws when it cannot travel. */
  reply(target: number, correlation: CorrelationId, topic: string, value: unknown): void {
    const { codec, bytes } = encodePayload(topic, value)
    this.#mustFit(topic, bytes)
    this.#submission.append(
      [target],
      this.#head(layout.KIND_REPLY, layout.LANE_NORMAL, 0, correlation, '', codec, 0),
      undefined,
      bytes,
    )
  }

  /** Answers with a failure that is encoded already. */
  failure(target: number, correlation: CorrelationId, bytes: Uint8Array): void {
    this.#submission.append(
      [target],
      this.#head(layout.KIND_FAILURE, layout.LANE_NORMAL, 0, correlation, '', 0, 0),
      undefined,
      bytes,
    )
  }

  /** Tells an attachment that all that was sent to it before this has been handed over. */
  synced(target: number, token: number, lane: number): void {
    const correlation = { slot: token, generation: 0 }
    this.#submission.append(
      [target],
      this.#head(layout.KIND_SYNCED, lane, 0, correlation, '', 0, 0),
      undefined,
      NO_BYTES,
    )
  }

  #message(
    kind: number,
    targets: readonly number[],
    endpoint: number,
    correlation: CorrelationId,
    topic: string,
    payload: unknown,
    envelope: Envelope | undefined,
    dueMs: number,
  ): void {
    const headers = envelope === undefined ? undefined : encodeEnvelope(topic, envelope)
    const { codec, bytes } = encodePayload(topic, payload)
    this.#mustFit(topic, bytes)
    const head = this.#head(kind, layout.LANE_NORMAL, endpoint, correlation, topic, codec, dueMs)
    this.#submission.append(targets, head, headers, bytes)
  }

  #head(
    kind: number,
    lane: number,
    endpoint: number,
    { slot, generation }: CorrelationId,
    topic: string,
    codec: number,
    dueMs: number,
  ): Parameters<Submission['append']>[1] {
    return {
      kind,
      lane,
      endpoint,
      slot,
      generation,
      topic,
      codec,
      deadline: deadlineWord(dueMs),
      timestampMs: Date.now(),
    }
  }

  #mustFit(topic: string, bytes: Uint8Array): void {
    if (bytes.length > this.#maxMessageBytes)
      throw messageTooLarge(topic, bytes.length, this.#maxMessageBytes)
  }
}

/** A copy, because the payload is encoded into the same buffer next. */
function encodeEnvelope(topic: string, { id, headers }: Envelope): Uint8Array {
  try {
    return new Uint8Array(encodeMsgpack([id, headers]))
  } catch (error) {
    throw payloadNotEncodable(topic, 'its headers', error)
  }
}
