/** What this thread has counted and not reported yet. It has its room once and for all. */
import type { Meter } from '../../link/meter.js'
import { bucketOf } from './buckets.js'

const TRIPLES = 4_096

/** The core, as far as it counts: see `CoreAttachment`. */
export interface Counting {
  row(key: string): number | undefined
  rowKeys(first: number): readonly string[]
  report(triples: Float64Array, length: number): void
  collect(): Float64Array
}

/** The journal of one thread. */
export class Journal {
  readonly #core: Counting
  readonly #triples = new Float64Array(TRIPLES * 3)
  #length = 0

  constructor(core: Counting) {
    this.#core = core
  }

  /** Adds to a sum, or sets a level. */
  add(row: number, cell: number, value: number): void {
    if (this.#length === this.#triples.length) this.handOver()
    const at = this.#length
    this.#triples[at] = row
    this.#triples[at + 1] = cell
    this.#triples[at + 2] = value
    this.#length = at + 3
  }

  /** Reports it. */
  handOver(): void {
    const length = this.#length
    this.#length = 0
    if (length > 0) this.#core.report(this.#triples, length)
  }
}

/** The measurements of a receiver, which go to the journal as they come: a sampler sees to it that they are few. */
export class JournalMeter implements Meter {
  readonly #journal: Journal
  readonly #row: number
  readonly #first: number
  readonly #unitsPerOne: number

  /** @param first - the first cell of the histogram */
  constructor(journal: Journal, row: number, first: number, unitsPerOne: number) {
    this.#journal = journal
    this.#row = row
    this.#first = first
    this.#unitsPerOne = unitsPerOne
  }

  record(value: number, weight: number): void {
    const bucket = bucketOf(value * this.#unitsPerOne)
    this.#journal.add(this.#row, this.#first, value * weight)
    this.#journal.add(this.#row, this.#first + 1 + bucket, weight)
  }
}
