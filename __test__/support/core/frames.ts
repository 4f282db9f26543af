/** Frames as a test writes and reads them. */
import type { CoreAttachment } from '../../../ts/src/core/core.js'
import { layout } from './cores.js'

/** What a frame says; what is not named is 0, and there are no targets, and nothing else. */
export interface Written {
  readonly kind: number
  readonly lane?: number
  readonly sender: number
  readonly targets?: readonly number[]
  readonly slot?: number
  readonly endpoint?: number
  readonly delivery?: number
  readonly attempt?: number
  readonly topic?: string
  readonly codec?: number
  readonly deadline?: number
  readonly payload?: Uint8Array
}

/** What was found in a frame. */
export interface Read {
  readonly kind: number
  readonly lane: number
  readonly targets: readonly number[]
  readonly sender: number
  readonly slot: number
  readonly endpoint: number
  readonly delivery: number
  readonly attempt: number
  readonly topic: string
  readonly payload: Buffer
}

/** A deadline: which use of a slot, and when. */
export type Deadline = readonly [slot: number, generation: number, dueMs: number]

const padded = (bytes: number): number => Math.ceil(bytes / layout.ALIGNMENT) * layout.ALIGNMENT

/** A frame. */
export function frame({
  kind,
  lane = 0,
  sender,
  targets = [],
  slot = 0,
  endpoint = 0,
  delivery = 0,
  attempt = 0,
  topic = '',
  codec = 0,
  deadline = 0,
  payload = Buffer.alloc(0),
}: Written): Buffer {
  const listBytes = targets.length > 1 ? padded(targets.length * 4) : 0
  const topicBytes = Buffer.byteLength(topic)
  const payloadStart = layout.HEADER_BYTES + listBytes + padded(topicBytes)
  const bytes = Buffer.alloc(payloadStart + padded(payload.length))
  const write = (word: number, value: number): number => bytes.writeUInt32LE(value, word * 4)
  write(layout.WORD_SIZE, bytes.length)
  write(layout.WORD_KIND, kind | (lane << 8) | (targets.length << 16))
  write(layout.WORD_TARGET, targets[0] ?? 0)
  write(layout.WORD_SENDER, sender)
  write(layout.WORD_ENDPOINT, endpoint)
  write(layout.WORD_SLOT, slot)
  write(layout.WORD_TOPIC, (attempt | (topicBytes << 16) | (codec << 24)) >>> 0)
  write(layout.WORD_DELIVERY, delivery)
  write(layout.WORD_DEADLINE, deadline)
  write(layout.WORD_PAYLOAD_LENGTH, payload.length)
  for (const [index, target] of targets.entries())
    if (listBytes > 0) write(layout.HEADER_WORDS + index, target)
  bytes.write(topic, layout.HEADER_BYTES + listBytes)
  bytes.set(payload, payloadStart)
  return bytes
}

/** The frame that arms deadlines. */
export function arming(sender: number, deadlines: readonly Deadline[]): Buffer {
  const payload = Buffer.alloc(deadlines.length * 16)
  for (const [index, [slot, generation, dueMs]] of deadlines.entries()) {
    payload.writeUInt32LE(slot, index * 16)
    payload.writeUInt32LE(generation, index * 16 + 4)
    payload.writeDoubleLE(dueMs, index * 16 + 8)
  }
  return frame({ kind: layout.KIND_ARM, sender, payload })
}

/** The frame that takes deadlines back. */
export function disarming(sender: number, slots: readonly number[]): Buffer {
  const payload = Buffer.alloc(slots.length * 4)
  for (const [index, slot] of slots.entries()) payload.writeUInt32LE(slot, index * 4)
  return frame({ kind: layout.KIND_DISARM, sender, payload })
}

/** Hands over a batch. */
export function submit(core: CoreAttachment, ...frames: readonly Buffer[]): void {
  const batch = Buffer.concat(frames)
  core.submit(batch, batch.length)
}

/** All frames that wait. */
export function drain(core: CoreAttachment): Read[] {
  const buffer = Buffer.alloc(1 << 16)
  const frames: Read[] = []
  for (let length = core.drain(buffer); length > 0; length = core.drain(buffer)) {
    for (let at = 0; at < length; at += buffer.readUInt32LE(at)) frames.push(readAt(buffer, at))
  }
  return frames
}

function readAt(buffer: Buffer, at: number): Read {
  const word = (index: number): number => buffer.readUInt32LE(at + index * 4)
  const count = word(layout.WORD_KIND) >>> 16
  const list = count > 1 ? layout.HEADER_WORDS : layout.WORD_TARGET
  const topicStart = at + layout.HEADER_BYTES + (count > 1 ? padded(count * 4) : 0)
  const topicBytes = (word(layout.WORD_TOPIC) >>> 16) & 0xff
  const payloadStart = topicStart + padded(topicBytes) + padded(word(layout.WORD_HEADERS_LENGTH))
  return {
    kind: word(layout.WORD_KIND) & 0xff,
    lane: (word(layout.WORD_KIND) >>> 8) & 0xff,
    targets: Array.from({ length: count }, (_, index) => word(list + index)),
    sender: word(layout.WORD_SENDER),
    slot: word(layout.WORD_SLOT),
    endpoint: word(layout.WORD_ENDPOINT),
    delivery: word(layout.WORD_DELIVERY),
    attempt: word(layout.WORD_TOPIC) & 0x7fff,
    topic: buffer.toString('utf8', topicStart, topicStart + topicBytes),
    payload: Buffer.from(buffer.subarray(payloadStart, payloadStart + word(layout.WORD_PAYLOAD_LENGTH))),
  }
}
