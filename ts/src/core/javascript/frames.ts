/** Frames, as the core reads and writes them: the layout is that of the native core. */
import * as layout from '../native/layout.js'

/** A word of a frame's header. */
export function wordOf(frame: Uint8Array, index: number): number {
  const at = index * 4
  const upper = ((frame[at + 3] ?? 0) << 8) | (frame[at + 2] ?? 0)
  const lower = ((frame[at + 1] ?? 0) << 8) | (frame[at] ?? 0)
  return ((upper << 16) | lower) >>> 0
}

/** The lane that a frame travels in. */
export function laneOf(frame: Uint8Array): number {
  return (wordOf(frame, layout.WORD_KIND) >>> 8) & 0xff
}

/** The topic of a frame. */
export function topicOf(frame: Uint8Array): string {
  const start = layout.HEADER_BYTES + targetListBytes(frame)
  return Buffer.from(frame.buffer, frame.byteOffset + start, topicBytesOf(frame)).toString()
}

/** How often the delivery that a frame holds had been given to a thread before. */
export function attemptOf(frame: Uint8Array): number {
  return wordOf(frame, layout.WORD_TOPIC) & MAX_ATTEMPT
}

/** As far as attempts are counted. */
export const MAX_ATTEMPT = 0x7fff

/** What is different in a frame that is sent again. */
export interface Forwarding {
  readonly kind?: number
  readonly target: number
  readonly endpoint?: number
  readonly attempt?: number
  readonly delivery?: number
}

/** A copy of a frame that had one target at most; what is not named stays as it is. */
export function forwarded(
  frame: Uint8Array,
  { kind, target, endpoint, attempt, delivery }: Forwarding,
): Uint8Array {
  const copy = Uint8Array.from(frame)
  const view = new DataView(copy.buffer)
  const write = (index: number, value: number): void => view.setUint32(index * 4, value, true)
  write(layout.WORD_KIND, (kind ?? wordOf(frame, layout.WORD_KIND) & 0xff) | (laneOf(frame) << 8) | (1 << 16))
  write(layout.WORD_TARGET, target)
  if (endpoint !== undefined) write(layout.WORD_ENDPOINT, endpoint)
  if (delivery !== undefined) write(layout.WORD_DELIVERY, delivery)
  if (attempt !== undefined) {
    const others = wordOf(frame, layout.WORD_TOPIC) & ~(MAX_ATTEMPT | layout.MOVED)
    write(layout.WORD_TOPIC, others | layout.MOVED | attempt)
    // How long its sender was ready to wait for its acceptance: that is over, one way or the other.
    write(layout.WORD_DEADLINE, 0)
  }
  return copy
}

/** The attachments that a frame is for. */
export function targetsOf(frame: Uint8Array): number[] {
  const count = targetCount(frame)
  const list = count > 1 ? layout.HEADER_WORDS : layout.WORD_TARGET
  return Array.from({ length: count }, (_, index) => wordOf(frame, list + index))
}

function targetCount(frame: Uint8Array): number {
  return wordOf(frame, layout.WORD_KIND) >>> 16
}

function targetListBytes(frame: Uint8Array): number {
  const count = targetCount(frame)
  return count > 1 ? padded(count * 4) : 0
}

function topicBytesOf(frame: Uint8Array): number {
  return (wordOf(frame, layout.WORD_TOPIC) >>> 16) & 0xff
}

/** Where the payload of a frame begins. */
export function payloadStartOf(frame: Uint8Array): number {
  const headersBytes = wordOf(frame, layout.WORD_HEADERS_LENGTH)
  return layout.HEADER_BYTES + targetListBytes(frame) + padded(topicBytesOf(frame)) + padded(headersBytes)
}

const NOTHING = new Uint8Array(0)

/** Writes a frame of the core's own: no targets, no headers, `topic` at most 255 bytes. */
export function controlFrame(
  kind: number,
  sender: number,
  slot: number,
  topic = '',
  payload: Uint8Array = NOTHING,
): Uint8Array {
  const topicBytes = topic === '' ? 0 : Buffer.byteLength(topic)
  const payloadStart = layout.HEADER_BYTES + padded(topicBytes)
  const size = payloadStart + padded(payload.length)
  // Not from the pool: a part of it would keep all of it alive as long as the frame waits.
  const frame = Buffer.alloc(size)
  const write = (index: number, value: number): number => frame.writeUInt32LE(value, index * 4)
  write(layout.WORD_SIZE, size)
  write(layout.WORD_KIND, kind | (layout.LANE_CONTROL << 8))
  write(layout.WORD_SENDER, sender)
  write(layout.WORD_SLOT, slot)
  write(layout.WORD_TOPIC, topicBytes << 16)
  write(layout.WORD_PAYLOAD_LENGTH, payload.length)
  if (topicBytes > 0) frame.write(topic, layout.HEADER_BYTES)
  frame.set(payload, payloadStart)
  return frame
}

/** Rounded up to the alignment of a part. */
export function padded(bytes: number): number {
  return Math.ceil(bytes / layout.ALIGNMENT) * layout.ALIGNMENT
}
