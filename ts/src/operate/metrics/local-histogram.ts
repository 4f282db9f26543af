/** A histogram that is kept in this thread until it is reported: for what is measured often. */
import type { Meter } from '../../link/meter.js'
import { BUCKETS, bucketOf } from './buckets.js'
import type { Journal } from './journal.js'

/** The histogram. */
export class LocalHistogram implements Meter {
  readonly #counts = new Float64Array(BUCKETS)
  readonly #unitsPerOne: number
  #sum = 0
  #isEmpty = true

  /** @param unitsPerOne - how many units of the buckets a value of 1 has */
  constructor(unitsPerOne: number) {
    this.#unitsPerOne = unitsPerOne
  }

  record(value: number, weight: number): void {
    const bucket = bucketOf(value * this.#unitsPerOne)
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + weight
    this.#sum += value * weight
    this.#isEmpty = false
  }

  /** Moves all that was taken to the journal. */
  moveTo(journal: Journal, row: number, first: number): void {
    if (this.#isEmpty) return
    journal.add(row, first, this.#sum)
    for (const [bucket, count] of this.#counts.entries())
      if (count > 0) journal.add(row, first + 1 + bucket, count)
    this.#counts.fill(0)
    this.#sum = 0
    this.#isEmpty = true
  }
}
