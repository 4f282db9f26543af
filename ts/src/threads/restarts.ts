/** Decides when a worker that has ended is replaced, and when that is given up. */
import type { RestartSettings } from '../options/workers.js'

/** The replacements in one place. Time is given: it keeps none. */
export class Restarts {
  readonly #settings: RestartSettings
  readonly #random: () => number
  /** When those of the last `window` were decided upon. */
  #decidedMs: number[] = []

  /** @param random - from 0 to 1 */
  constructor(settings: RestartSettings, random: () => number = Math.random) {
    this.#settings = settings
    this.#random = random
  }

  /** How many there have been within the window, as it was at the last call. */
  get recent(): number {
    return this.#decidedMs.length
  }

  /** How long to wait before the next, in milliseconds; undefined when there have been too many. */
  next(nowMs: number): number | undefined {
    const { initialMs, maxMs, jitter, limit, windowMs } = this.#settings
    this.#decidedMs = this.#decidedMs.filter((decidedMs) => nowMs - decidedMs < windowMs)
    const recent = this.#decidedMs.length
    if (recent >= limit) return undefined
    this.#decidedMs.push(nowMs)
    // Only lengthened: those that have ended together are not to come back together, nor earlier than was asked for.
    return Math.min(maxMs, initialMs * 2 ** recent) * (1 + this.#random() * jitter)
  }

  /** Forgets all of them. */
  forget(): void {
    this.#decidedMs = []
  }
}
