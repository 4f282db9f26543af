/** The cells of one row, in place among all numbers: pairs of cell and sum, in the order of the cells. */
export class RowCells {
  readonly #numbers: Float64Array
  readonly #start: number
  readonly #end: number

  /** @param start - where the first pair stands; `end` is behind the last */
  constructor(numbers: Float64Array, start: number, end: number) {
    this.#numbers = numbers
    this.#start = start
    this.#end = end
  }

  /** The sum in a cell. */
  get(cell: number): number {
    const at = this.#find(cell)
    return at < this.#end && this.#numbers[at] === cell ? (this.#numbers[at + 1] ?? 0) : 0
  }

  /** Whether anything was counted in the cells from `first` to before `last`. */
  hasAny(first: number, last: number): boolean {
    const at = this.#find(first)
    return at < this.#end && (this.#numbers[at] ?? last) < last
  }

  /** Shows the cells from `first` to before `last` that anything was counted in. */
  each(first: number, last: number, visit: (cell: number, sum: number) => void): void {
    for (let at = this.#find(first); at < this.#end; at += 2) {
      const cell = this.#numbers[at] ?? last
      if (cell >= last) return
      visit(cell, this.#numbers[at + 1] ?? 0)
    }
  }

  /** The same cells, less what they held before: cells stay. */
  less(before: RowCells): RowCells {
    const numbers = this.#numbers.slice(this.#start, this.#end)
    for (let at = 0; at < numbers.length; at += 2)
      numbers[at + 1] = (numbers[at + 1] ?? 0) - before.get(numbers[at] ?? 0)
    return new RowCells(numbers, 0, numbers.length)
  }

  /** Where the pair of a cell stands, or the first of a greater one. */
  #find(cell: number): number {
    let low = this.#start
    let high = this.#end
    while (low < high) {
      const middle = low + 2 * ((high - low) >> 2)
      if ((this.#numbers[middle] ?? 0) < cell) low = middle + 2
      else high = middle
    }
    return low
  }
}

/** Cells in which nothing was counted. */
export const NO_CELLS: RowCells = new RowCells(new Float64Array(0), 0, 0)
