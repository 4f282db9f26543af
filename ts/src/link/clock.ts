/** The core's monotonic clock, read without a call into the core. */
import type { CoreAttachment } from '../core/core.js'

/** Milliseconds of the core's clock. */
export class Clock {
  readonly #offsetMs: number

  constructor(attachment: CoreAttachment) {
    // Both clocks are the system's monotonic one and differ by a constant: their starting points.
    this.#offsetMs = attachment.nowMs() - performance.now()
  }

  nowMs(): number {
    return performance.now() + this.#offsetMs
  }

  /** A moment of this clock as milliseconds since the Unix epoch. */
  toEpochMs(ms: number): number {
    return Date.now() + ms - this.nowMs()
  }
}
