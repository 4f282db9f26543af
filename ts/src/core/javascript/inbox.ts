/** The inbox of an attachment: frames in lanes, of which the first is drained first. */
import * as layout from '../native/layout.js'

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
  #asleep = false
  #closed = false

  /** @param wake - called in a turn of its own when there is something after the owner has found nothing */
  constructor(wake: () => void) {
    this.#wake = wake
  }

  /** Appends a frame, which must not change any more, and wakes the owner if it sleeps. */
  push(lane: number, frame: Uint8Array): void {
    this.#lanes[lane]?.frames.push(frame)
    if (!this.#asleep) return
    this.#asleep = false
    setImmediate(() => {
      if (!this.#closed) this.#wake()
    })
  }

  /**
   * Copies as many whole frames into `buffer` as it holds; returns their bytes, 0 when there is nothing and the owner
   * counts as asleep, and minus the size of a buffer when the next frame needs a larger one.
   */
  drain(buffer: Uint8Array): number {
    let written = 0
    for (const lane of this.#lanes) {
      for (let frame = lane.frames[lane.front]; frame !== undefined; frame = lane.frames[++lane.front]) {
        if (written + frame.length > buffer.length) {
          return written === 0 ? -frame.length : written
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
