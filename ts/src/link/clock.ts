/** The core's monotonic clock, read without a call into the core. */
import type { CoreAttachment } from '../core/core.js'

const SAMPLES = 5

/** Milliseconds of the core's clock. */
export class Clock {
  readonly #offsetMs: number

  constructor(attachment: CoreAttachment) {
    // Both clocks are the system's monotonic one and differ by a constant: their starting points. A pause between the
    // two readings makes it look smaller, so the greatest of a few is the nearest.
    const samples = Array.from({ length: SAMPLES }, () => attachment.nowMs() - performance.now())
    this.#offsetMs = Math.max(...samples)
  }

  nowMs(): number {
    return performance.now() + this.#offsetMs
  }

  /** A moment of this clock as milliseconds since the Unix epoch. */
  toEpochMs(ms: number): number {
    return Date.now() + ms - this.nowMs()
  }
}
