/** The core's monotonic clock, read without a call into the core. */
import { performance } from 'node:perf_hooks'
import type { CoreAttachment } from '../core/core.js'

const SAMPLES = 5

/**
 * Milliseconds of this thread's monotonic clock. The global `performance` is a getter, and to find its `now` is another
 * look-up: for a message or two, of whose code nothing is in the processor's caches, both take longer than the clock.
 */
export const monotonicMs: () => number = performance.now.bind(performance)

/** Milliseconds of the core's clock. */
export class Clock {
  /** @param isVirtual - whether the core's time moves when it is told to, and cannot be read elsewhere */
  constructor(attachment: CoreAttachment, isVirtual: boolean) {
    if (isVirtual) {
      this.nowMs = () => attachment.nowMs()
      let lastMs = 0
      this.lastingMs = () => {
        try {
          lastMs = attachment.nowMs()
        } catch {
          // It has left: its time stands still for good.
        }
        return lastMs
      }
      return
    }
    // Both clocks are the system's monotonic one and differ by a constant: their starting points. A pause between the
    // two readings makes it look smaller, so the greatest of a few is the nearest.
    const samples = Array.from({ length: SAMPLES }, () => attachment.nowMs() - monotonicMs())
    const offsetMs = Math.max(...samples)
    this.nowMs = () => monotonicMs() + offsetMs
    this.lastingMs = this.nowMs
  }

  /** Bound, so that it can be handed on. */
  readonly nowMs: () => number
  /** The same, for handlers that go on when the attachment has left: then it does not throw. */
  readonly lastingMs: () => number

  /** A moment of this clock as milliseconds since the Unix epoch. */
  toEpochMs(ms: number): number {
    return Date.now() + ms - this.nowMs()
  }
}
