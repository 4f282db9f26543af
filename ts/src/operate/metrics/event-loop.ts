/** How late and how busy the event loop of this thread is, of the last second. */
import {
  type EventLoopUtilization,
  type IntervalHistogram,
  monitorEventLoopDelay,
  performance,
} from 'node:perf_hooks'

/** How often it is looked at, in milliseconds: it costs some microseconds each time. */
const RESOLUTION_MS = 20

/** The event loop. */
export class EventLoop {
  readonly #delays: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #utilization: EventLoopUtilization = performance.eventLoopUtilization()
  #isWatched = false

  /** What it was like since the last call; at the first, nothing is known. Milliseconds, and a share of 1. */
  read(): { readonly p50: number; readonly p99: number; readonly max: number; readonly utilization: number } {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization)
    this.#utilization = now
    const delays = this.#delays
    if (!this.#isWatched) {
      // Not before: a bus that is open for less than a second does without.
      this.#isWatched = true
      delays.enable()
      return { p50: 0, p99: 0, max: 0, utilization }
    }
    const known = delays.count > 0
    const read = {
      p50: known ? late(delays.percentile(50)) : 0,
      p99: known ? late(delays.percentile(99)) : 0,
      max: known ? late(delays.max) : 0,
      utilization,
    }
    delays.reset()
    return read
  }

  end(): void {
    this.#delays.disable()
  }
}

/** What it measures is the time between two looks. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
}
