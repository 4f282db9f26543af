/**
 * Deadlines of answers that are far away when they are set. Nearly all of those answers come long before, so the core is not
 * told of each: only the earliest is looked after, by one timer for all. When that is due, those that still wait and have not
 * much time left are handed over one by one, so that they end as exactly as others do.
 */
import type { Correlation } from './correlation.js'
import type { Deadlines } from './deadlines.js'
import type { Timers } from './timers.js'

/** What has less time left is handed over. */
const NEAR_MS = 1_000
/** The look at those that wait may be so late, and is not made more often: it goes through all of them. */
const MARGIN_MS = NEAR_MS / 2

/** What they have to do with. */
export interface FarDeadlineParts {
  readonly correlation: Correlation
  readonly deadlines: Deadlines
  readonly timers: Timers
  /** Milliseconds of the core's clock. */
  readonly nowMs: () => number
  /** Whether time moves only when it is told to, which may be far at once: then the core has to know of each. */
  readonly isVirtual: boolean
  /** Called when there may be answers to wait for beyond this turn of the event loop. */
  readonly onTurnOver: () => void
}

/** The far deadlines of one attachment. */
export class FarDeadlines {
  readonly #parts: FarDeadlineParts
  /** A timeout shorter than this is near from the beginning. */
  readonly #leastMs: number
  /** When those that wait are looked at. */
  #lookMs = Number.POSITIVE_INFINITY
  #isTurnOpen = false

  constructor(parts: FarDeadlineParts) {
    this.#parts = parts
    this.#leastMs = parts.isVirtual ? Number.POSITIVE_INFINITY : 2 * NEAR_MS
  }

  /** Lets whoever waits in that use of a slot, and knows as much, expire at `dueMs`, that is in `leftMs` or a little less. */
  arm(slot: number, generation: number, dueMs: number, leftMs: number): void {
    if (dueMs - MARGIN_MS < this.#lookMs && !this.#looksBefore(leftMs)) {
      this.#parts.deadlines.arm(slot, generation, dueMs)
      return
    }
    if (this.#isTurnOpen) return
    this.#isTurnOpen = true
    setImmediate(this.#endTurn)
  }

  /** There is nothing that would see to a deadline: whether there is now. */
  #looksBefore(leftMs: number): boolean {
    if (leftMs < this.#leastMs || this.#lookMs !== Number.POSITIVE_INFINITY) return false
    this.#lookIn(leftMs / 2)
    return true
  }

  readonly #endTurn = (): void => {
    this.#isTurnOpen = false
    this.#parts.onTurnOver()
  }

  #lookIn(ms: number): void {
    const { nowMs, timers } = this.#parts
    this.#lookMs = nowMs() + ms
    timers.after(ms, this.#look)
  }

  readonly #look = (): void => {
    const { correlation, deadlines, nowMs } = this.#parts
    const startMs = nowMs()
    let earliestMs = Number.POSITIVE_INFINITY
    correlation.each((slot, generation, { dueMs }) => {
      if (dueMs === undefined) return
      if (dueMs - startMs < NEAR_MS) deadlines.arm(slot, generation, dueMs)
      else if (dueMs < earliestMs) earliestMs = dueMs
    })
    this.#lookMs = Number.POSITIVE_INFINITY
    const leftMs = earliestMs - startMs
    if (leftMs !== Number.POSITIVE_INFINITY) this.#lookIn(Math.max(MARGIN_MS, leftMs - NEAR_MS))
  }
}
