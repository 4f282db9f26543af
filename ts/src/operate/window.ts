/**
 * How the last calls have ended, in a window that slides: each new call, or each moment, lets the oldest go. A window that
 * is emptied at fixed times would see no more than half of a burst that lies across two.
 */

/** How a call has ended, as far as it matters here. */
export interface Ending {
  readonly failed: boolean
  readonly slow: boolean
}

/** What is in a window. */
export interface Tally {
  readonly calls: number
  readonly failed: number
  readonly slow: number
}

/** A window over how calls have ended. */
export interface SlidingWindow {
  /** Takes one in. */
  add(ending: Ending, nowMs: number): void
  /** What is in it. */
  tally(nowMs: number): Tally
  /** Forgets all. */
  clear(): void
}

const FAILED = 1
const SLOW = 2

/** The last calls, whenever they were. */
export class CallWindow implements SlidingWindow {
  readonly #endings: Uint8Array
  #next = 0
  #calls = 0
  #failed = 0
  #slow = 0

  /** @param calls - how many: 1 or more */
  constructor(calls: number) {
    this.#endings = new Uint8Array(calls)
  }

  add({ failed, slow }: Ending): void {
    const size = this.#endings.length
    if (this.#calls === size) this.#count(this.#endings[this.#next] ?? 0, -1)
    else this.#calls++
    const bits = (failed ? FAILED : 0) | (slow ? SLOW : 0)
    this.#endings[this.#next] = bits
    this.#next = (this.#next + 1) % size
    this.#count(bits, 1)
  }

  tally(): Tally {
    return { calls: this.#calls, failed: this.#failed, slow: this.#slow }
  }

  clear(): void {
    this.#next = 0
    this.#calls = 0
    this.#failed = 0
    this.#slow = 0
  }

  #count(bits: number, by: number): void {
    if ((bits & FAILED) !== 0) this.#failed += by
    if ((bits & SLOW) !== 0) this.#slow += by
  }
}

/** In how many slices the time of a window is cut: it slides by one of them at a time. */
const SLICES = 10

/** The calls of the last so many milliseconds, to a slice. */
export class TimeWindow implements SlidingWindow {
  readonly #sliceMs: number
  /** Calls, failed and slow of each slice. */
  readonly #counts = new Float64Array(SLICES * 3)
  /** The slice of time that is the newest. */
  #slice = Number.NEGATIVE_INFINITY

  /** @param withinMs - how long */
  constructor(withinMs: number) {
    this.#sliceMs = withinMs / SLICES
  }

  add({ failed, slow }: Ending, nowMs: number): void {
    this.#slide(nowMs)
    const at = placeOf(this.#slice)
    this.#bump(at, 1)
    if (failed) this.#bump(at + 1, 1)
    if (slow) this.#bump(at + 2, 1)
  }

  tally(nowMs: number): Tally {
    this.#slide(nowMs)
    const sums = [0, 0, 0]
    for (const [index, count] of this.#counts.entries()) sums[index % 3] = (sums[index % 3] ?? 0) + count
    const [calls = 0, failed = 0, slow = 0] = sums
    return { calls, failed, slow }
  }

  clear(): void {
    this.#counts.fill(0)
  }

  #bump(index: number, by: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + by
  }

  /** Lets go of the slices that are too old. */
  #slide(nowMs: number): void {
    const slice = Math.floor(nowMs / this.#sliceMs)
    if (slice <= this.#slice) return
    const first = Math.max(this.#slice + 1, slice - SLICES + 1)
    for (let passed = first; passed <= slice; passed++) {
      const at = placeOf(passed)
      this.#counts.fill(0, at, at + 3)
    }
    this.#slice = slice
  }
}

function placeOf(slice: number): number {
  return (slice % SLICES) * 3
}
