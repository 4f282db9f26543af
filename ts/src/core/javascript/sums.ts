/** What the threads of a bus count, put together: see `CoreAttachment.report`. */

/** How many rows there are, at most. */
const MAX_ROWS = 16_384
/** Cells from here on are levels. */
const FIRST_LEVEL = 65_536

/** The numbers of one bus. */
export class Sums {
  readonly #keys: string[] = []
  readonly #byKey = new Map<string, number>()
  readonly #rows: Map<number, number>[] = []
  /** By attachment, then by row and cell. */
  readonly #levels = new Map<number, Map<number, readonly [row: number, cell: number, level: number]>>()

  /** The row of `key`, made at the first call; undefined when there is no room for another one. */
  row(key: string): number | undefined {
    const known = this.#byKey.get(key)
    if (known !== undefined || this.#rows.length === MAX_ROWS) return known
    this.#byKey.set(key, this.#rows.length)
    this.#keys.push(key)
    return this.#rows.push(new Map()) - 1
  }

  /** The keys of the rows from `first` on. */
  keys(first: number): readonly string[] {
    return this.#keys.slice(first)
  }

  /** Takes a report of `attachment`: the first `length` numbers are triples of row, cell and value. */
  report(attachment: number, triples: Float64Array, length: number): void {
    for (let at = 0; at + 2 < length; at += 3) {
      const [row = 0, cell = 0, value = 0] = triples.subarray(at, at + 3)
      const cells = this.#rows[row]
      if (cells === undefined || !Number.isFinite(value)) continue
      if (cell < FIRST_LEVEL) cells.set(cell, (cells.get(cell) ?? 0) + value)
      else this.#setLevel(attachment, row, cell, value)
    }
  }

  /** The thread of `attachment` has ended; what it has counted stays. */
  leave(attachment: number): void {
    this.#levels.delete(attachment)
  }

  /** All there is: see `CoreAttachment.collect`. */
  collect(): Float64Array {
    const numbers: number[] = [this.#rows.length]
    for (const cells of this.#rows) {
      numbers.push(cells.size)
      for (const [cell, sum] of [...cells].sort(([one], [other]) => one - other)) numbers.push(cell, sum)
    }
    for (const [attachment, levels] of this.#levels) {
      numbers.push(attachment, levels.size)
      for (const level of levels.values()) numbers.push(...level)
    }
    return Float64Array.from(numbers)
  }

  #setLevel(attachment: number, row: number, cell: number, level: number): void {
    let levels = this.#levels.get(attachment)
    if (levels === undefined) {
      levels = new Map()
      this.#levels.set(attachment, levels)
    }
    const place = row * 2 ** 20 + cell
    if (level === 0) levels.delete(place)
    else levels.set(place, [row, cell, level])
  }
}
