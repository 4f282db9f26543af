/**
 * What leaves this thread: frames are appended to one buffer and handed to the core in batches: at the end of the microtask;
 * before the thread looks for more, where they answer what has come; or at once when the buffer is full.
 */
import type { CoreAttachment } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import { padded } from './alignment.js'
import { Credits } from './credits.js'
import type { Meter } from './meter.js'
import { soon } from './soon.js'
import { Stamps } from './stamps.js'
import { TopicWriter } from './topics.js'

const INITIAL_BYTES = 1 << 16
/** A batch grows up to this before it is handed over within the microtask. */
const BATCH_BYTES = 1 << 15
/** A frame of several events has as many bytes at the most: it is taken out of an inbox as a whole. */
const MOST_EVENTS_BYTES = 1 << 13
/** A payload of so many bytes crosses by itself: through the buffer it would be copied twice. */
const APART_BYTES = 1 << 14
/** A larger buffer, needed for one large frame, is given back after the batch. */
const KEPT_BYTES = 1 << 20

/** What a frame says besides its payload; what does not apply is 0. */
export interface FrameHead {
  readonly kind: number
  readonly lane: number
  readonly endpoint: number
  readonly slot: number
  readonly generation: number
  readonly topic: string
  readonly codec: number
  /** See {@link deadlineWord}; 0 for none. */
  readonly deadline: number
  /** Milliseconds since the Unix epoch. */
  readonly timestampMs: number
  /** This attachment's number of a message that the core is to hold until it is settled, or room for items; 0 for others. */
  readonly delivery: number
  /** How often a delivery has been given to a thread, less one; 0 for others. */
  readonly attempt: number
}

/** The head of a frame that says something to the core itself, and is no message. */
export function headToCore(kind: number): FrameHead {
  return {
    kind,
    lane: layout.LANE_CONTROL,
    endpoint: 0,
    slot: 0,
    generation: 0,
    topic: '',
    codec: 0,
    deadline: 0,
    timestampMs: 0,
    delivery: 0,
    attempt: 0,
  }
}

const NO_BYTES = new Uint8Array(0)
const NOBODY: readonly number[] = []

/** The outgoing side of an attachment. */
export class Submission {
  /** The room that the frames of the batch may use. */
  readonly credits: Credits
  /** When its frames are sent. */
  readonly stamps: Stamps = new Stamps()
  readonly #topics = new TopicWriter()
  readonly #attachment: CoreAttachment
  readonly #sender: number
  #buffer = Buffer.from(new ArrayBuffer(INITIAL_BYTES))
  #words = new Uint32Array(this.#buffer.buffer)
  #doubles = new Float64Array(this.#buffer.buffer)
  #length = 0
  #scheduled = false
  #isInTurn = false
  /** How many frames have been appended to the batch. */
  #frames = 0
  readonly #batchSize: Meter
  #batches = 0
  #bytes = 0
  #lastWords = (): void => {}
  #isEnding = false
  /** Where the last frame starts, if it is of an event that another may follow, or of several; else −1. */
  #last = -1
  /** How many bytes may be put into it; 0 where it is not of several. The room for them has been taken. */
  #room = 0
  #lastTargets = NOBODY
  #lastTopic = ''
  #lastMs = 0
  #nextSequence = 0
  readonly #eventHead: { -readonly [Key in keyof FrameHead]: FrameHead[Key] } = {
    ...headToCore(layout.KIND_EVENT),
    lane: layout.LANE_NORMAL,
  }

  /** @param batchSize - told how many frames each batch has */
  constructor(attachment: CoreAttachment, batchSize: Meter) {
    this.#attachment = attachment
    this.#sender = attachment.id
    this.credits = new Credits(attachment)
    this.#batchSize = batchSize
  }

  /**
   * Has `append` called before each batch is handed over, for what is to be in it: the core hears of it with the rest, also
   * where the thread is ended right after.
   */
  endWith(append: () => void): void {
    this.#lastWords = append
  }

  /** Hands over what there is at the end of the microtask. */
  handOverSoon(): void {
    this.#schedule()
  }

  /** How many batches have been handed over. */
  get batches(): number {
    return this.#batches
  }

  /** How many frames there are in the one that is open. */
  get frames(): number {
    return this.#frames
  }

  /** How many bytes those had. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Sees to it that a frame of at most `bytes` is part of the batch that is open now: the room that is taken for it after
   * this is still its own when it is appended.
   */
  prepare(bytes: number, payloadBytes: number): void {
    const mustBeFirst = payloadBytes >= APART_BYTES || this.#length + bytes > BATCH_BYTES
    if (mustBeFirst && this.#length > 0) this.flush()
    // What is not used after all is given back with the batch.
    this.#schedule()
  }

  /**
   * Appends an event of which nothing is said, after {@link prepare}. Those of a stream share frames, which have once what
   * they have in common (`docs/decisions/several-events.md`); the first has one to itself, because most events have no next.
   *
   * @param targets - the same array as long as they are the same
   */
  event(
    targets: readonly number[],
    topic: string,
    codec: number,
    payload: Uint8Array,
    sequence: number,
  ): void {
    const timestampMs = this.stamps.next()
    const bytes = layout.EVENT_BYTES + padded(payload.length)
    const isNext = this.#last >= 0 && this.#isNext(targets, topic, sequence) && timestampMs === this.#lastMs
    const startsSeveral = isNext && bytes <= MOST_EVENTS_BYTES / 4
    const head = this.#eventHead
    head.kind = startsSeveral ? layout.KIND_EVENTS : layout.KIND_EVENT
    // A sequence outgrows 32 bits; its two halves take the places of slot and generation.
    head.slot = sequence >>> 0
    head.generation = Math.floor(sequence / 2 ** 32)
    head.topic = topic
    head.codec = startsSeveral ? 0 : codec
    head.timestampMs = timestampMs
    this.#last = this.append(targets, head, undefined, startsSeveral ? NO_BYTES : payload)
    this.#lastTargets = targets
    this.#lastTopic = topic
    this.#lastMs = timestampMs
    this.#nextSequence = sequence + 1
    if (!startsSeveral) return
    // It is counted with what is put into it.
    this.#frames--
    this.#join(codec, payload, bytes)
    this.#takeAhead(targets)
  }

  /** Puts an event into the frame of those before it; false where there is none, or no room in it, and nothing has happened. */
  joins(
    targets: readonly number[],
    topic: string,
    codec: number,
    payload: Uint8Array,
    sequence: number,
  ): boolean {
    const bytes = layout.EVENT_BYTES + padded(payload.length)
    if (bytes > this.#room || !this.#isNext(targets, topic, sequence)) return false
    if (this.stamps.next() !== this.#lastMs) return false
    this.#room -= bytes
    this.#nextSequence = sequence + 1
    this.#join(codec, payload, bytes)
    return true
  }

  #isNext(targets: readonly number[], topic: string, sequence: number): boolean {
    return sequence === this.#nextSequence && topic === this.#lastTopic && targets === this.#lastTargets
  }

  /** Takes the room for what may be put into the last frame, which is of several events. */
  #takeAhead(targets: readonly number[]): void {
    const most = Math.min(MOST_EVENTS_BYTES, BATCH_BYTES - this.#last) - (this.#length - this.#last)
    if (most > 0 && targets.every((target) => this.credits.take(target, most))) this.#room = most
  }

  /** Puts an event of so many bytes into the last frame. */
  #join(codec: number, payload: Uint8Array, bytes: number): void {
    this.#grow(bytes)
    const at = this.#length
    const words = this.#words
    words[at >>> 2] = payload.length | (codec << 24)
    words[(at >>> 2) + 1] = 0
    if (payload.length > 0) this.#buffer.set(payload, at + layout.EVENT_BYTES)
    const word = this.#last >>> 2
    words[word + layout.WORD_SIZE] = (words[word + layout.WORD_SIZE] as number) + bytes
    words[word + layout.WORD_DELIVERY] = (words[word + layout.WORD_DELIVERY] as number) + 1
    words[word + layout.WORD_PAYLOAD_LENGTH] = (words[word + layout.WORD_PAYLOAD_LENGTH] as number) + bytes
    this.#length = at + bytes
    this.#frames++
  }

  /** Appends a frame for `targets`, which leaves with the next batch; returns where it starts, −1 where it has left already. */
  append(
    targets: readonly number[],
    head: FrameHead,
    headers: Uint8Array | undefined,
    payload: Uint8Array,
  ): number {
    this.#last = -1
    this.#room = 0
    const extra = headers ?? NO_BYTES
    const { bytes: topicBytes, words: topicWords } = this.#topics.encode(head.topic)
    const listBytes = targets.length > 1 ? padded(targets.length * 4) : 0
    const bodyBytes = listBytes + padded(topicBytes) + padded(extra.length) + padded(payload.length)
    const size = layout.HEADER_BYTES + bodyBytes
    const isApart = payload.length >= APART_BYTES
    this.#makeRoom(isApart ? size - padded(payload.length) : size)

    const start = this.#length
    const words = this.#words
    const word = start >>> 2
    words[word + layout.WORD_SIZE] = size
    words[word + layout.WORD_KIND] = head.kind | (head.lane << 8) | (targets.length << 16)
    words[word + layout.WORD_TARGET] = targets[0] ?? 0
    words[word + layout.WORD_SENDER] = this.#sender
    words[word + layout.WORD_ENDPOINT] = head.endpoint
    words[word + layout.WORD_SLOT] = head.slot
    words[word + layout.WORD_GENERATION] = head.generation
    words[word + layout.WORD_TOPIC] = head.attempt | (topicBytes << 16) | (head.codec << 24)
    words[word + layout.WORD_DELIVERY] = head.delivery
    words[word + layout.WORD_HEADERS_LENGTH] = extra.length
    words[word + layout.WORD_PAYLOAD_LENGTH] = payload.length
    words[word + layout.WORD_DEADLINE] = head.deadline
    this.#doubles[(start + layout.WORD_TIMESTAMP * 4) >>> 3] = head.timestampMs

    let at = start + layout.HEADER_BYTES
    if (listBytes > 0) {
      words.set(targets, at >>> 2)
      at += listBytes
    }
    const { length: topicLength } = topicWords
    for (let index = 0; index < topicLength; index++) words[(at >>> 2) + index] = topicWords[index] as number
    at += padded(topicBytes)
    if (extra.length > 0) {
      this.#buffer.set(extra, at)
      at += padded(extra.length)
    }
    if (isApart) {
      this.#submitApart(start, at, payload)
      return -1
    }
    if (payload.length > 0) this.#buffer.set(payload, at)
    this.#length = start + size
    this.#frames++
    this.#schedule()
    return start
  }

  /** Hands over what was appended before, then a frame whose head is in the buffer and whose payload is elsewhere. */
  #submitApart(start: number, end: number, payload: Uint8Array): void {
    if (start > 0) this.#submit(start)
    this.#length = 0
    this.#frames++
    this.#count(end - start + payload.length)
    this.#attachment.submitApart(this.#buffer.subarray(start, end), payload)
    this.#batchOver()
  }

  #submit(length: number): void {
    // Without frames, it is but the room that is given back.
    if (length > 0) this.#count(length)
    this.#attachment.submit(this.#buffer, length)
  }

  #batchOver(): void {
    this.#last = -1
    this.#room = 0
    this.credits.batchOver()
    this.stamps.batchOver()
  }

  #count(bytes: number): void {
    this.#batches++
    this.#bytes += bytes
    this.#batchSize.record(this.#frames, 1)
    this.#frames = 0
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    if (!this.#isInTurn) soon(this.flush)
  }

  /** This thread handles what has come to it: until it is done, what that leads to is handed over by {@link flush}. */
  startTurn(): void {
    this.#isInTurn = true
  }

  /** It is done. */
  endTurn(): void {
    this.#isInTurn = false
    this.flush()
  }

  /** Hands over what has been appended. */
  readonly flush = (): void => {
    if (!this.#scheduled) return
    this.#isEnding = true
    this.#lastWords()
    this.#isEnding = false
    this.#scheduled = false
    const length = this.#length
    if (length === 0 && !this.credits.areOpen) return
    this.#length = 0
    this.#submit(length)
    this.#batchOver()
    if (this.#buffer.length > KEPT_BYTES) this.#allocate(INITIAL_BYTES)
  }

  #makeRoom(size: number): void {
    // The last words of a batch are in it, and not in the next one, however full it is.
    if (!this.#isEnding && this.#length > 0 && this.#length + size > BATCH_BYTES) {
      this.flush()
      // The microtask is still due; what is appended now leaves with it.
      this.#scheduled = true
    }
    this.#grow(size)
  }

  /** Sees to it that the buffer has `size` bytes more. */
  #grow(size: number): void {
    const needed = this.#length + size
    if (needed <= this.#buffer.length) return
    const old = this.#buffer.subarray(0, this.#length)
    this.#allocate(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.set(old)
  }

  #allocate(bytes: number): void {
    this.#buffer = Buffer.from(new ArrayBuffer(padded(bytes)))
    this.#words = new Uint32Array(this.#buffer.buffer)
    this.#doubles = new Float64Array(this.#buffer.buffer)
  }
}
