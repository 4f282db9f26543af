/** The dead letters of a bus: bytes that the core does not read, in the order in which they were buried. */
import type { DeadLetterRecord } from '../../core.js'

/** How many letters there are at most; who has not looked at ten thousand will not look at more. */
const MOST_LETTERS = 10_000

/** How many bytes they have at most, all together. */
const MOST_BYTES = 64 * 1024 * 1024

/** The letters. The oldest are thrown away to make room. */
export class DeadLetters {
  /** By number, which is by age. */
  readonly #letters = new Map<number, Uint8Array>()
  #bytes = 0
  #last = 0
  #evicted = 0

  get size(): number {
    return this.#letters.size
  }

  /** How many were thrown away. */
  get evicted(): number {
    return this.#evicted
  }

  /** Adds a letter, which must not change any more. */
  bury(bytes: Uint8Array): void {
    this.#letters.set(++this.#last, bytes)
    this.#bytes += bytes.length
    for (const number of this.#letters.keys()) {
      if (this.#letters.size <= MOST_LETTERS && this.#bytes <= MOST_BYTES) return
      this.#take(number)
      this.#evicted++
    }
  }

  /** At most `limit` of those whose number is greater than `after`, the oldest first; each a copy. */
  list(after: number, limit: number): DeadLetterRecord[] {
    const records: DeadLetterRecord[] = []
    for (const [number, bytes] of this.#letters) {
      if (records.length >= limit) break
      if (number > after) records.push({ number, bytes: Uint8Array.from(bytes) })
    }
    return records
  }

  /** Takes out those of the given numbers, or all; returns how many there were. */
  remove(numbers: readonly number[] | undefined): number {
    const before = this.#letters.size
    for (const number of numbers ?? [...this.#letters.keys()]) this.#take(number)
    return before - this.#letters.size
  }

  #take(number: number): void {
    this.#bytes -= this.#letters.get(number)?.length ?? 0
    this.#letters.delete(number)
  }
}
