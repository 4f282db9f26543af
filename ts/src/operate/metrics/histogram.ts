/** The values in some buckets, as users see them. */
import type { Histogram } from '../../contract/metrics.js'
import { BUCKETS, bucketOf, lowerEnd, middle } from './buckets.js'
import type { RowCells } from './row-cells.js'

/** The histogram; it is read from its cells when it is asked. */
export class BucketHistogram implements Histogram {
  readonly #cells: RowCells
  readonly #first: number
  readonly #unitsPerOne: number
  #buckets: (readonly [bucket: number, count: number])[] | undefined

  /**
   * @param first - the cell of the sum, which those of the buckets follow
   * @param unitsPerOne - how many units of the buckets are 1 for the user
   */
  constructor(cells: RowCells, first: number, unitsPerOne: number) {
    this.#cells = cells
    this.#first = first
    this.#unitsPerOne = unitsPerOne
  }

  get count(): number {
    return this.#counted().reduce((sum, [, count]) => sum + count, 0)
  }

  get sum(): number {
    return this.#cells.get(this.#first)
  }

  get mean(): number {
    const { count } = this
    return count === 0 ? 0 : this.sum / count
  }

  get max(): number {
    return this.quantile(1)
  }

  quantile(q: number): number {
    const buckets = this.#counted()
    const rank = Math.min(Math.max(q, 0), 1) * this.count
    let seen = 0
    for (const [bucket, count] of buckets) {
      seen += count
      if (seen >= rank) return this.#valueOf(bucket)
    }
    const last = buckets.at(-1)
    return last === undefined ? 0 : this.#valueOf(last[0])
  }

  countUpTo(limit: number): number {
    const end = bucketOf(limit * this.#unitsPerOne)
    // Of durations none is exactly as long as the limit: where its bucket begins there, all in it are longer.
    const isLonger = this.#unitsPerOne !== 1 && lowerEnd(end) === limit * this.#unitsPerOne
    let total = 0
    for (const [bucket, count] of this.#counted())
      if (bucket < end || (bucket === end && !isLonger)) total += count
    return total
  }

  toJSON(): Record<string, number> {
    const { count, sum, mean, max } = this
    return { count, sum, mean, p50: this.quantile(0.5), p99: this.quantile(0.99), max }
  }

  #valueOf(bucket: number): number {
    // Units below 32 have a bucket each; those of counts are whole.
    return (this.#unitsPerOne === 1 && bucket < 32 ? bucket : middle(bucket)) / this.#unitsPerOne
  }

  #counted(): readonly (readonly [bucket: number, count: number])[] {
    if (this.#buckets !== undefined) return this.#buckets
    const buckets: (readonly [bucket: number, count: number])[] = []
    const first = this.#first + 1
    this.#cells.each(first, first + BUCKETS, (cell, count) => {
      if (count > 0) buckets.push([cell - first, count])
    })
    this.#buckets = buckets
    return buckets
  }
}
