/** What the core has collected, row by row. */
import { FIRST_LEVEL } from './cells.js'
import type { Counting } from './journal.js'
import { NO_CELLS, RowCells } from './row-cells.js'

/** Levels by cell, counted from 0. */
export type Levels = ReadonlyMap<number, number>

const NO_LEVELS: Levels = new Map()

/** The levels of one thread by row. */
type ThreadRows = ReadonlyMap<number, Levels>

/** All numbers at one moment. A row is read when it is asked for. */
export class Rows {
  /** Whose number is its place. */
  readonly keys: readonly string[]
  /** The levels by attachment. */
  readonly threads: ReadonlyMap<number, ThreadRows>
  readonly #numbers: Float64Array
  readonly #starts: Uint32Array
  #levels: ReadonlyMap<number, Levels> | undefined

  /** @param numbers - as the core has written them, for this object to keep */
  constructor(keys: readonly string[], numbers: Float64Array) {
    const count = numbers[0] ?? 0
    this.#starts = new Uint32Array(count)
    let at = 1
    for (let row = 0; row < count; row++) {
      this.#starts[row] = at
      at += 1 + 2 * (numbers[at] ?? 0)
    }
    this.keys = keys.slice(0, count)
    this.#numbers = numbers
    this.threads = readThreads(numbers, at)
  }

  /** The sums of a row. */
  cells(row: number): RowCells {
    const start = this.#starts[row]
    if (start === undefined) return NO_CELLS
    return new RowCells(this.#numbers, start + 1, start + 1 + 2 * (this.#numbers[start] ?? 0))
  }

  /** The levels of a row, of all threads together. */
  levels(row: number): Levels {
    this.#levels ??= sumOf(this.threads.values())
    return this.#levels.get(row) ?? NO_LEVELS
  }
}

/** Reads what the core has collected. It remembers the keys, which do not change. */
export class RowReader {
  readonly #core: Counting
  readonly #keys: string[] = []

  constructor(core: Counting) {
    this.#core = core
  }

  read(): Rows {
    const numbers = this.#core.collect().slice()
    const count = numbers[0] ?? 0
    if (count > this.#keys.length) this.#keys.push(...this.#core.rowKeys(this.#keys.length))
    return new Rows(this.#keys, numbers)
  }
}

function readThreads(numbers: Float64Array, first: number): Map<number, ThreadRows> {
  const threads = new Map<number, ThreadRows>()
  for (let at = first; at < numbers.length; ) {
    const rows = new Map<number, Map<number, number>>()
    threads.set(numbers[at] ?? 0, rows)
    const end = at + 2 + 3 * (numbers[at + 1] ?? 0)
    for (at += 2; at < end; at += 3) {
      const row = numbers[at] ?? 0
      let cells = rows.get(row)
      if (cells === undefined) {
        cells = new Map()
        rows.set(row, cells)
      }
      cells.set((numbers[at + 1] ?? 0) - FIRST_LEVEL, numbers[at + 2] ?? 0)
    }
  }
  return threads
}

function sumOf(threads: Iterable<ThreadRows>): Map<number, Map<number, number>> {
  const total = new Map<number, Map<number, number>>()
  for (const rows of threads) {
    for (const [row, cells] of rows) {
      let sums = total.get(row)
      if (sums === undefined) {
        sums = new Map()
        total.set(row, sums)
      }
      for (const [cell, level] of cells) sums.set(cell, (sums.get(cell) ?? 0) + level)
    }
  }
  return total
}
