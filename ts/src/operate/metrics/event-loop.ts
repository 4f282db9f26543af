/**
 * How late and how busy the event loop of this thread is, of the last second.
 *
 * It is looked at by a timer of our own, because that can be taken back: `monitorEventLoopDelay()` of Node.js leaves a
 * handle behind until it is collected.
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks'

/** How often it is looked at, in milliseconds: it costs about a microsecond each time. */
const RESOLUTION_MS = 20

/** What the loop was like: by how many milliseconds it was late, and the share of the time in which it was busy. */
export interface LoopReading {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly utilization: number
}

/** The event loop. */
export class EventLoop {
  #delays: number[] = []
  #utilization: EventLoopUtilization = performance.eventLoopUtilization()
  #timer: NodeJS.Timeout | undefined
  #lastMs = 0

  /** What it was like since the last call; at the first, no delay is known. */
  read(): LoopReading {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization)
    this.#utilization = now
    // Not before: a bus that is open for less than a second does without.
    if (this.#timer === undefined) {
      this.#lastMs = performance.now()
      this.#timer = setInterval(this.#look, RESOLUTION_MS).unref()
    }
    const delays = this.#delays.sort((one, other) => one - other)
    this.#delays = []
    const at = (share: number): number => delays[Math.ceil(delays.length * share) - 1] ?? 0
    return { p50: at(0.5), p99: at(0.99), max: at(1), utilization }
  }

  end(): void {
    clearInterval(this.#timer)
  }

  readonly #look = (): void => {
    const nowMs = performance.now()
    this.#delays.push(Math.max(0, nowMs - this.#lastMs - RESOLUTION_MS))
    this.#lastMs = nowMs
  }
}
