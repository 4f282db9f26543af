/** Reads frames in place. One object is moved over a whole batch. */
import { type Stretch, stretchOf } from '../codec/stretch.js'
import * as layout from '../core/native/layout.js'
import { padded } from './alignment.js'
import type { TopicReader } from './topics.js'

const NO_BYTES = new Uint8Array(0)

/** A frame in the buffer of incoming frames; valid until the next one is read. */
export class Frame {
  readonly #bytes: Uint8Array<ArrayBuffer>
  readonly #buffer: Buffer
  readonly #words: Uint32Array
  readonly #doubles: Float64Array
  #start = 0
  #word = 0
  #apart: Uint8Array | undefined
  /** Of several events, where that one starts that was gone to; 0 before the first. */
  #event = 0
  #eventBytes = 0
  #eventCodec = 0
  readonly #stretch: { -readonly [Key in keyof Stretch]: Stretch[Key] }
  readonly #topics: TopicReader

  /** @param topics - what reads topics, also those of other buffers */
  constructor(bytes: Uint8Array<ArrayBuffer>, topics: TopicReader) {
    this.#topics = topics
    this.#bytes = bytes
    this.#buffer = Buffer.from(bytes.buffer)
    this.#stretch = { memory: bytes.buffer, bytes, buffer: this.#buffer, start: 0, end: 0, isOwn: false }
    this.#words = new Uint32Array(bytes.buffer)
    this.#doubles = new Float64Array(bytes.buffer)
  }

  /** Reads on at byte `start`; `payload` where it is not in the buffer. */
  moveTo(start: number, payload?: Uint8Array): this {
    this.#start = start
    this.#word = start >>> 2
    this.#apart = payload
    this.#event = 0
    return this
  }

  /** How many bytes the payload has. */
  get payloadBytes(): number {
    return this.#at(layout.WORD_PAYLOAD_LENGTH)
  }

  get size(): number {
    return this.#at(layout.WORD_SIZE)
  }

  get kind(): number {
    return this.#at(layout.WORD_KIND) & 0xff
  }

  get lane(): number {
    return (this.#at(layout.WORD_KIND) >>> 8) & 0xff
  }

  get sender(): number {
    return this.#at(layout.WORD_SENDER)
  }

  get endpoint(): number {
    return this.#at(layout.WORD_ENDPOINT)
  }

  get slot(): number {
    return this.#at(layout.WORD_SLOT)
  }

  get generation(): number {
    return this.#at(layout.WORD_GENERATION)
  }

  /** The sender's number of a message that the core holds until it is settled; 0 for others. */
  get delivery(): number {
    return this.kind === layout.KIND_REQUEST ? 0 : this.#at(layout.WORD_DELIVERY)
  }

  /** For how many items of a stream, more items, its reader has room; 0 of a request that asks for one reply. */
  get room(): number {
    return this.#at(layout.WORD_DELIVERY)
  }

  /** How often a delivery has been given to a thread before. */
  get attempt(): number {
    return this.#at(layout.WORD_TOPIC) & ~layout.MOVED & 0xffff
  }

  /** Whether another endpoint had the delivery before. */
  get wasMoved(): boolean {
    return (this.#at(layout.WORD_TOPIC) & layout.MOVED) !== 0
  }

  /** Of a delivery that nobody is left for, what kind of message it is. */
  get lapsedKind(): number {
    return this.#at(layout.WORD_TARGET)
  }

  /** How often a request has been made before. */
  get requestAttempt(): number {
    return this.#at(layout.WORD_TOPIC) & (layout.FLAG_HANDS_DOWN - 1)
  }

  /** Whether what the handler of this request asks in turn is to inherit its deadline and its abort. */
  get handsDown(): boolean {
    return (this.#at(layout.WORD_TOPIC) & layout.FLAG_HANDS_DOWN) !== 0
  }

  /** How many messages it is: one, but for several events. */
  get messages(): number {
    return this.kind === layout.KIND_EVENTS ? this.#at(layout.WORD_DELIVERY) : 1
  }

  /** Goes to the next of several events, at first to the first. */
  nextEvent(): void {
    const at =
      this.#event === 0 ? this.#payloadStart() : this.#event + layout.EVENT_BYTES + padded(this.#eventBytes)
    const word = this.#words[at >>> 2] ?? 0
    this.#event = at
    this.#eventBytes = word & 0xff_ffff
    this.#eventCodec = word >>> 24
  }

  get eventCodec(): number {
    return this.#eventCodec
  }

  /** Where its encoded payload lies. */
  get eventStretch(): Stretch {
    const stretch = this.#stretch
    stretch.start = this.#event + layout.EVENT_BYTES
    stretch.end = stretch.start + this.#eventBytes
    return stretch
  }

  get codec(): number {
    return this.#at(layout.WORD_TOPIC) >>> 24
  }

  /** To be read by {@link deadlineOf}; 0 for none. */
  get deadline(): number {
    return this.#at(layout.WORD_DEADLINE)
  }

  /** Milliseconds since the Unix epoch. */
  get timestampMs(): number {
    return this.#doubles[(this.#start + layout.WORD_TIMESTAMP * 4) >>> 3] ?? 0
  }

  get topic(): string {
    return this.#topics.read(this.#buffer, this.#words, this.#topicStart() >>> 2, this.#topicBytes())
  }

  /** Whether it says nothing that would have to be told with its message: as most do. */
  get isPlain(): boolean {
    return this.#at(layout.WORD_HEADERS_LENGTH) === 0 && this.lane === layout.LANE_NORMAL
  }

  /** The encoded headers; empty when there are none. */
  get headers(): Uint8Array {
    // As a rule, and a view of nothing costs as much as one of something.
    if (this.#at(layout.WORD_HEADERS_LENGTH) === 0) return NO_BYTES
    const start = this.#topicStart() + padded(this.#topicBytes())
    return this.#buffer.subarray(start, start + this.#at(layout.WORD_HEADERS_LENGTH))
  }

  /** Where the encoded payload lies. */
  get stretch(): Stretch {
    // Nobody will write to memory of its own.
    if (this.#apart !== undefined) return stretchOf(this.#apart, true)
    const stretch = this.#stretch
    stretch.start = this.#payloadStart()
    stretch.end = stretch.start + this.payloadBytes
    return stretch
  }

  /** The encoded payload. */
  get payload(): Uint8Array {
    if (this.#apart !== undefined) return this.#apart
    const start = this.#payloadStart()
    return this.#bytes.subarray(start, start + this.payloadBytes)
  }

  #payloadStart(): number {
    const headersBytes = padded(this.#at(layout.WORD_HEADERS_LENGTH))
    return this.#topicStart() + padded(this.#topicBytes()) + headersBytes
  }

  #at(index: number): number {
    return this.#words[this.#word + index] ?? 0
  }

  #topicBytes(): number {
    return (this.#at(layout.WORD_TOPIC) >>> 16) & 0xff
  }

  #topicStart(): number {
    const targets = this.#at(layout.WORD_KIND) >>> 16
    return this.#start + layout.HEADER_BYTES + (targets > 1 ? padded(targets * 4) : 0)
  }
}
