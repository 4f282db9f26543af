/** Frames, as the core reads and writes them: the layout is that of the native core. */
import { internal } from '../../errors.js'
import * as layout from '../native/layout.js'

const LANES = 5
const KINDS: ReadonlySet<number> = new Set([
  layout.KIND_EVENT,
  layout.KIND_NOTIFICATION,
  layout.KIND_REQUEST,
  layout.KIND_REPLY,
  layout.KIND_FAILURE,
  layout.KIND_ARM,
  layout.KIND_DISARM,
  layout.KIND_SYNC,
  layout.KIND_SYNCED,
  layout.KIND_EXPIRED,
  layout.KIND_TOPIC_CHANGED,
  layout.KIND_ROUTES_CHANGED,
  layout.KIND_GONE,
  layout.KIND_REPLACED,
])

/** A frame of a batch. */
export interface SentFrame {
  readonly kind: number
  readonly lane: number
  readonly targets: readonly number[]
  /** The frame itself; of the batch's memory. */
  readonly bytes: Uint8Array
  /** The payload; of the batch's memory. */
  readonly payload: DataView
}

/** Reads the frames of a batch by `sender`; throws when one does not follow the layout: then none is to be sent. */
export function readBatch(bytes: Uint8Array, sender: number): SentFrame[] {
  const frames: SentFrame[] = []
  let at = 0
  while (at < bytes.length) {
    const frame = readFrame(bytes.subarray(at), sender)
    if (typeof frame === 'string') throw internal(`bad frame at byte ${at}: ${frame}`)
    frames.push(frame)
    at += frame.bytes.length
  }
  return frames
}

/** The first frame in `rest`, or what is wrong with it. */
function readFrame(rest: Uint8Array, sender: number): SentFrame | string {
  if (rest.length < layout.HEADER_BYTES) return 'its header is cut off'
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength)
  const word = (index: number): number => view.getUint32(index * 4, true)
  const size = word(layout.WORD_SIZE)
  if (size < layout.HEADER_BYTES || size % layout.ALIGNMENT !== 0)
    return 'its size is less than a header, or no multiple of 8'
  if (size > rest.length) return 'its body is cut off'
  const kind = word(layout.WORD_KIND) & 0xff
  const lane = (word(layout.WORD_KIND) >>> 8) & 0xff
  const count = word(layout.WORD_KIND) >>> 16
  if (!KINDS.has(kind)) return 'its kind is unknown'
  if (lane >= LANES) return 'its lane is unknown'
  if (word(layout.WORD_SENDER) !== sender) return 'its sender is another attachment'
  const list = count > 1 ? layout.HEADER_WORDS : layout.WORD_TARGET
  const targetBytes = count > 1 ? padded(count * 4) : 0
  const topicBytes = padded((word(layout.WORD_TOPIC) >>> 16) & 0xff)
  const payloadStart =
    layout.HEADER_BYTES + targetBytes + topicBytes + padded(word(layout.WORD_HEADERS_LENGTH))
  const payloadLength = word(layout.WORD_PAYLOAD_LENGTH)
  if (payloadStart + padded(payloadLength) > size) return 'its parts are longer than the frame'
  const targets = Array.from({ length: count }, (_, index) => word(list + index))
  const payload = new DataView(rest.buffer, rest.byteOffset + payloadStart, payloadLength)
  return { kind, lane, targets, bytes: rest.subarray(0, size), payload }
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

function padded(bytes: number): number {
  return Math.ceil(bytes / layout.ALIGNMENT) * layout.ALIGNMENT
}
