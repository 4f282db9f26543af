/** Finds the entries that nobody waits for any more, and looks no more often than pays. */
import type { Entry } from './entry.js'
import type { Lanes } from './lanes.js'

/** Lanes are looked through at most this fast, whatever their length: some hundredths of the time. */
const LOOKED_THROUGH_PER_MS = 10_000

/** What is known of when entries are due. */
export class Lateness<E extends Entry<E>> {
  readonly #now: () => number
  /** No entry that has not begun is due earlier than this. */
  #earliestDueMs = Number.POSITIVE_INFINITY
  #lookAgainMs = Number.NEGATIVE_INFINITY

  /** @param now - milliseconds of a clock that only goes forward; not asked without need */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether nobody waits for it any more. */
  isLate({ dueMs }: E): boolean {
    return dueMs !== 0 && dueMs <= this.#now()
  }

  /** To be told of every entry that gets into a lane and has not begun. */
  expect({ dueMs }: E): void {
    if (dueMs !== 0 && dueMs < this.#earliestDueMs) this.#earliestDueMs = dueMs
  }

  /** Those that are late; `undefined` when there can be none, or it was looked just now. */
  find(lanes: Lanes<E>, length: number): readonly E[] | undefined {
    if (this.#earliestDueMs === Number.POSITIVE_INFINITY) return undefined
    const nowMs = this.#now()
    if (nowMs < this.#earliestDueMs || nowMs < this.#lookAgainMs) return undefined
    this.#lookAgainMs = nowMs + length / LOOKED_THROUGH_PER_MS
    const late: E[] = []
    let earliestMs = Number.POSITIVE_INFINITY
    lanes.forEachQueued((entry) => {
      const { dueMs } = entry
      if (dueMs === 0) return
      if (dueMs <= nowMs) late.push(entry)
      else if (dueMs < earliestMs) earliestMs = dueMs
    })
    this.#earliestDueMs = earliestMs
    return late
  }
}
