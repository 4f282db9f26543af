/** What rules are about: counters that are read every now and then, and what comes of them over a time. */
import type { AlertMetric } from '../contract/alerts.js'

/** What is read at one moment; counters only grow. */
export interface Reading {
  readonly atMs: number
  /** How many messages have ended, and how many of those failed. */
  readonly ended: number
  readonly failed: number
  /** How many found nobody. */
  readonly unrouted: number
  /** How many wait now. */
  readonly queued: number
  /** By how much this reading came late. */
  readonly lateMs: number
  /** How long the handlers took that have ended since the last one, in milliseconds; a sample where they are many. */
  readonly durationsMs: readonly number[]
}

/** The readings of so many last milliseconds, and the last one before. */
export class Readings {
  readonly #withinMs: number
  #readings: Reading[] = []

  constructor(withinMs: number) {
    this.#withinMs = withinMs
  }

  /** Takes one in, and lets those go that are too old. */
  add(reading: Reading): void {
    this.#readings.push(reading)
    const fromMs = reading.atMs - this.#withinMs
    const first = this.#readings.findIndex(({ atMs }) => atMs > fromMs)
    // The one before is where counters are counted from.
    if (first > 1) this.#readings = this.#readings.slice(first - 1)
  }

  /** A metric as it is now; undefined where there is nothing to measure. */
  of(metric: AlertMetric): number | undefined {
    const newest = this.#readings.at(-1)
    const oldest = this.#readings[0]
    if (newest === undefined || oldest === undefined) return undefined
    const since = this.#readings.slice(1)
    switch (metric) {
      case 'queue-depth':
        return newest.queued
      case 'no-handler':
        return newest.unrouted - oldest.unrouted
      case 'stalled-thread':
        return Math.max(0, ...since.map(({ lateMs }) => lateMs))
      case 'error-rate': {
        const ended = newest.ended - oldest.ended
        return ended === 0 ? undefined : (newest.failed - oldest.failed) / ended
      }
      default:
        return percentile(
          since.flatMap(({ durationsMs }) => durationsMs),
          0.99,
        )
    }
  }
}

/** The least of some numbers that so large a share of them does not exceed; undefined where there are none. */
export function percentile(numbers: readonly number[], share: number): number | undefined {
  const sorted = [...numbers].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
}
