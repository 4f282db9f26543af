/** One batch of frames on its way out, and what is wrong with it. */
import { internal } from '../../errors.js'
import * as layout from '../native/layout.js'
import { laneOf, padded, payloadStartOf, targetsOf, wordOf } from './frames.js'

const LANES = 5

/** What only the core says. */
const KINDS_OF_THE_CORE: ReadonlySet<number> = new Set([
  layout.KIND_SYNC,
  layout.KIND_EXPIRED,
  layout.KIND_TOPIC_CHANGED,
  layout.KIND_ROUTES_CHANGED,
  layout.KIND_GONE,
  layout.KIND_REPLACED,
  layout.KIND_DUE,
  layout.KIND_LAPSED,
  layout.KIND_ROOM,
])

/** What is said to the core as a list, and how many bytes an entry has. */
const ENTRY_BYTES: ReadonlyMap<number, number> = new Map([
  [layout.KIND_ARM, 16],
  [layout.KIND_DISARM, 4],
  [layout.KIND_SETTLE, 8],
  [layout.KIND_RELEASE, 8],
  [layout.KIND_ATTEMPT, 16],
])

/** What the core keeps, to be sent on by itself or not at all. */
const KINDS_KEPT: ReadonlySet<number> = new Set([layout.KIND_SCHEDULE, layout.KIND_RETAIN, layout.KIND_DEAD])

/** What is between threads, or within one. */
const KINDS_SENT: ReadonlySet<number> = new Set([
  layout.KIND_EVENT,
  layout.KIND_NOTIFICATION,
  layout.KIND_REQUEST,
  layout.KIND_REPLY,
  layout.KIND_FAILURE,
  layout.KIND_ABORT,
  layout.KIND_ITEM,
  layout.KIND_CREDIT,
  layout.KIND_CLOSE,
  layout.KIND_CLOSED,
  layout.KIND_EVENTS,
  layout.KIND_SYNCED,
])

/** A frame of a batch. */
export interface SentFrame {
  readonly kind: number
  readonly lane: number
  readonly targets: readonly number[]
  /** The sender's number where the core is to hold it until it is settled; 0 where it is not. */
  readonly delivery: number
  /** How many messages it is: more than one only where it is of several events. */
  readonly messages: number
  /** The frame itself; of the batch's memory. */
  readonly bytes: Uint8Array
  /** The payload; of the batch's memory. */
  readonly payload: DataView
}

/**
 * Reads the frames of a batch by `sender`; throws when one does not follow the layout: then none is to be sent.
 *
 * @param isHeld - whether the sender has a delivery of that number already
 */
export function readBatch(
  bytes: Uint8Array,
  sender: number,
  isHeld: (delivery: number) => boolean,
): SentFrame[] {
  const frames: SentFrame[] = []
  const deliveries = new Set<number>()
  let at = 0
  while (at < bytes.length) {
    const frame = readFrame(bytes.subarray(at), sender)
    if (typeof frame === 'string') throw badFrame(at, frame)
    const { delivery } = frame
    if (delivery !== 0) {
      // With two of the same number, who settles one would settle the other.
      if (deliveries.has(delivery) || isHeld(delivery)) throw badFrame(at, 'its delivery is held already')
      deliveries.add(delivery)
    }
    frames.push(frame)
    at += frame.bytes.length
  }
  return frames
}

function badFrame(at: number, reason: string): Error {
  return internal(`bad frame at byte ${at}: ${reason}`)
}

/** The first frame in `rest`, or what is wrong with it. */
function readFrame(rest: Uint8Array, sender: number): SentFrame | string {
  if (rest.length < layout.HEADER_BYTES) return 'its header is cut off'
  const size = wordOf(rest, layout.WORD_SIZE)
  if (size < layout.HEADER_BYTES || size % layout.ALIGNMENT !== 0)
    return 'its size is less than a header, or no multiple of 8'
  if (size > rest.length) return 'its body is cut off'
  const bytes = rest.subarray(0, size)
  const kind = wordOf(bytes, layout.WORD_KIND) & 0xff
  const lane = laneOf(bytes)
  if (lane >= LANES) return 'its lane is unknown'
  if (wordOf(bytes, layout.WORD_SENDER) !== sender) return 'its sender is another attachment'
  const payloadStart = payloadStartOf(bytes)
  const payloadBytes = wordOf(bytes, layout.WORD_PAYLOAD_LENGTH)
  if (payloadStart + padded(payloadBytes) > size) return 'its parts are longer than the frame'
  const targets = targetsOf(bytes)
  const isMessage = kind === layout.KIND_EVENT || kind === layout.KIND_NOTIFICATION
  const delivery = isMessage ? wordOf(bytes, layout.WORD_DELIVERY) : 0
  const payload = new DataView(rest.buffer, rest.byteOffset + payloadStart, payloadBytes)
  const messages = kind === layout.KIND_EVENTS ? wordOf(bytes, layout.WORD_DELIVERY) : 1
  const wrong =
    delivery === 0
      ? (wrongWith(kind, targets.length, payloadBytes) ?? wrongWithEvents(kind, messages, payload))
      : wrongWithDelivery(wordOf(bytes, layout.WORD_ENDPOINT), targets.length)
  return wrong ?? { kind, lane, targets, delivery, messages, bytes, payload }
}

function wrongWith(kind: number, targets: number, payloadBytes: number): string | undefined {
  const entryBytes = ENTRY_BYTES.get(kind)
  if (entryBytes !== undefined)
    return payloadBytes % entryBytes === 0 ? undefined : 'its payload is no whole number of entries'
  if (KINDS_OF_THE_CORE.has(kind)) return 'only the core says what it says'
  if (KINDS_KEPT.has(kind)) return targets === 0 ? undefined : 'it is for the core, and has a target'
  if (!KINDS_SENT.has(kind)) return 'its kind is unknown'
  // It would be lost, and counted nowhere.
  return targets === 0 ? 'it has no target' : undefined
}

/** Whether the payload of a frame of several events is a list of as many as it says. */
function wrongWithEvents(kind: number, messages: number, list: DataView): string | undefined {
  if (kind !== layout.KIND_EVENTS) return undefined
  let at = 0
  let left = messages
  while (left > 0 && at + layout.EVENT_BYTES <= list.byteLength) {
    at += layout.EVENT_BYTES + padded(list.getUint32(at, true) & 0xff_ffff)
    left--
  }
  return left === 0 && at === list.byteLength ? undefined : 'its payload is no list of so many events'
}

function wrongWithDelivery(endpoint: number, targets: number): string | undefined {
  if (endpoint === 0) return 'it is a delivery, and for no endpoint'
  return targets > 1 ? 'it is a delivery, and has several targets' : undefined
}
