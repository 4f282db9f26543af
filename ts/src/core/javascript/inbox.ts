/** The inbox of an attachment: frames in lanes, of which the first is drained first. */
import * as layout from '../native/layout.js'
import { padded, payloadStartOf, wordOf } from './frames.js'
import { Room } from './room.js'

/** Frames that wait. The front is an index, so that taking one does not move the others. */
interface Lane {
  frames: Uint8Array[]
  front: number
}

const LANES = 5

/** The inbox. */
export class Inbox {
  readonly #lanes: readonly Lane[] = Array.from({ length: LANES }, () => ({ frames: [], front: 0 }))
  readonly #wake: () => void
  readonly room: Room
  #asleep = false
  #closed = false
  /** Whose next frame was said to need more room. */
  #large: Lane | undefined

  /**
   * @param limit - how many bytes may wait
   * @param wake - called in a turn of its own when there is something after the owner has found nothing
   */
  constructor(limit: number, wake: () => void) {
    this.room = new Room(limit)
    this.#wake = wake
  }

  /** Appends a frame, which must not change any more, and wakes the owner if it sleeps. */
  push(lane: number, frame: Uint8Array): void {
    this.room.add(frame.length)
    this.#lanes[lane]?.frames.push(frame)
    if (!this.#asleep) return
    this.#asleep = false
    setImmediate(() => {
      if (!this.#closed) this.#wake()
    })
  }

  /** Whether there is something to take out. Who finds nothing so does not count as asleep. */
  get hasFrames(): boolean {
    return this.#lanes.some(({ frames, front }) => front < frames.length)
  }

  /**
   * Copies as many whole frames into `buffer` as it holds; returns their bytes, 0 when there is nothing and the owner
   * counts as asleep, and minus the size of a buffer when the next frame needs a larger one: then its header is copied.
   */
  drain(buffer: Uint8Array): number {
    const drained = this.#drain(buffer)
    this.room.giveBack(Math.max(drained, 0))
    return drained
  }

  /** Copies the next frame in two parts; returns the bytes of the first, or minus its size when a part does not fit. */
  drainApart(head: Uint8Array, payload: Uint8Array): number {
    // Not one that has come since then in a lane that is more urgent.
    const lane = this.#large
    const frame = lane?.frames[lane.front]
    if (lane === undefined || frame === undefined) return layout.STATUS_ASLEEP
    const payloadBytes = wordOf(frame, layout.WORD_PAYLOAD_LENGTH)
    const headBytes = frame.length - padded(payloadBytes)
    if (headBytes > head.length || payloadBytes !== payload.length) return -frame.length
    head.set(frame.subarray(0, headBytes))
    payload.set(frame.subarray(payloadStartOf(frame)).subarray(0, payloadBytes))
    lane.front++
    this.#large = undefined
    this.room.giveBack(frame.length)
    return headBytes
  }

  #drain(buffer: Uint8Array): number {
    let written = 0
    for (const lane of this.#lanes) {
      for (let frame = lane.frames[lane.front]; frame !== undefined; frame = lane.frames[++lane.front]) {
        if (written + frame.length > buffer.length) {
          if (written > 0) return written
          buffer.set(frame.subarray(0, Math.min(layout.HEADER_BYTES, buffer.length)))
          this.#large = lane
          return -frame.length
        }
        buffer.set(frame, written)
        written += frame.length
      }
      if (lane.front > 0) {
        lane.frames = []
        lane.front = 0
      }
    }
    if (written === 0) this.#asleep = true
    return written === 0 ? layout.STATUS_ASLEEP : written
  }

  /** Forgets what waits; nobody is woken any more. */
  close(): void {
    this.#closed = true
    this.#asleep = false
    for (const lane of this.#lanes) {
      lane.frames = []
      lane.front = 0
    }
  }
}
