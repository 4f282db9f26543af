/** What one attachment submits: frames on their way to others, and frames that are meant for the core itself. */
import * as layout from '../native/layout.js'
import { readBatch, type SentFrame } from './batch.js'
import type { Bus } from './bus.js'
import type { DeliveryKey } from './delivery/ledger.js'
import type { Untied } from './delivery/untied.js'
import { topicOf, wordOf } from './frames.js'
import type { Grants } from './grants.js'
import type { Timers } from './timers.js'

/** The intake of an attachment. */
export class Intake {
  readonly #attachment: number
  readonly #bus: Bus
  readonly #timers: Timers
  readonly #untied: Untied
  readonly #grants: Grants
  /** How many frames found their target gone. */
  undeliverable = 0

  /**
   * @param timers - its deadlines
   * @param untied - the ids that it has taken for deliveries to come
   * @param grants - the room that it has taken
   */
  constructor(attachment: number, bus: Bus, timers: Timers, untied: Untied, grants: Grants) {
    this.#attachment = attachment
    this.#bus = bus
    this.#timers = timers
    this.#untied = untied
    this.#grants = grants
  }

  /** Does with the frames of a batch what they are for; throws when one does not follow the layout, and has done nothing then. */
  take(batch: Uint8Array): void {
    const sender = this.#attachment
    const isHeld = (number: number): boolean => this.#bus.deliveries.has({ sender, number })
    for (const frame of readBatch(batch, sender, isHeld)) this.#takeOne(frame)
  }

  #takeOne(frame: SentFrame): void {
    const { kind, bytes, payload } = frame
    const { letters, schedule } = this.#bus
    if (frame.delivery !== 0) this.#hold(frame)
    else if (kind === layout.KIND_ARM) this.#arm(payload)
    else if (kind === layout.KIND_DISARM) this.#disarm(payload)
    else if (kind === layout.KIND_SETTLE) this.#settle(payload)
    else if (kind === layout.KIND_RELEASE) this.#release(payload)
    else if (kind === layout.KIND_ATTEMPT) this.#attempted(payload)
    else if (kind === layout.KIND_SCHEDULE) schedule.add(Uint8Array.from(bytes))
    else if (kind === layout.KIND_RETAIN) this.#retain(bytes, payload)
    else if (kind === layout.KIND_DEAD) letters.bury(bytesOf(payload))
    else this.#send(frame)
  }

  #hold(frame: SentFrame): void {
    const claim = this.#untied.next(wordOf(frame.bytes, layout.WORD_ENDPOINT))
    this.#bus.deliveries.accept(frame, this.#attachment, claim)
  }

  #send({ targets, lane, messages, bytes }: SentFrame): void {
    let copy: Uint8Array | undefined
    for (const target of targets) {
      const inbox = this.#bus.members.get(target)
      if (inbox === undefined) this.undeliverable += messages
      else {
        // The batch's memory is the sender's: it writes the next one there.
        copy ??= Uint8Array.from(bytes)
        inbox.push(lane, copy)
        this.#grants.use(target, copy.length)
      }
    }
  }

  #arm(entries: DataView): void {
    const nowMs = this.#bus.clock.nowMs()
    for (let at = 0; at < entries.byteLength; at += 16) {
      const [slot, generation] = [entries.getUint32(at, true), entries.getUint32(at + 4, true)]
      this.#timers.arm(slot, generation, entries.getFloat64(at + 8, true), nowMs)
    }
  }

  #disarm(entries: DataView): void {
    for (let at = 0; at < entries.byteLength; at += 4) this.#timers.disarm(entries.getUint32(at, true))
  }

  #settle(entries: DataView): void {
    for (let at = 0; at < entries.byteLength; at += 8) this.#bus.deliveries.settle(keyAt(entries, at))
  }

  #release(entries: DataView): void {
    const keys: DeliveryKey[] = []
    for (let at = 0; at < entries.byteLength; at += 8) keys.push(keyAt(entries, at))
    this.#bus.deliveries.release(this.#attachment, keys)
  }

  #attempted(entries: DataView): void {
    for (let at = 0; at < entries.byteLength; at += 16) {
      const attempt = entries.getUint32(at + 8, true)
      this.#bus.deliveries.attempted(this.#attachment, keyAt(entries, at), attempt)
    }
  }

  /** The last message of its topic; one that says nothing at all says that there is none. */
  #retain(bytes: Uint8Array, payload: DataView): void {
    const { retained } = this.#bus
    const codec = wordOf(bytes, layout.WORD_TOPIC) >>> 24
    if (payload.byteLength === 0 && codec === 0) retained.forget(topicOf(bytes))
    else retained.keep(topicOf(bytes), Uint8Array.from(bytes))
  }
}

function keyAt(entries: DataView, at: number): DeliveryKey {
  return { sender: entries.getUint32(at, true), number: entries.getUint32(at + 4, true) }
}

/** A copy: the batch's memory is the sender's. */
function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength))
}
