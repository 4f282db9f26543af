/** Where the present comes from: from the machine, or from whoever moves it on. Nothing here asks the wall clock. */

/** A clock that never goes back, and that rings. */
export interface Clock {
  /** Milliseconds since an arbitrary moment. */
  nowMs(): number

  /**
   * Has `ring` called when `atMs` has come, or a long time before: who is rung too early asks again. It is never called
   * from within this call, and keeps no process alive.
   *
   * @returns what takes it back
   */
  ringAt(atMs: number, ring: () => void): () => void
}

/** The longest that a timer is set for: a day. One more wake-up costs nothing, and Node.js has a limit of 24. */
const LONGEST_SLEEP_MS = 86_400_000

/** The time of the machine. */
export const realTime: Clock = {
  nowMs: () => performance.now(),

  ringAt(atMs, ring) {
    const sleepMs = Math.min(Math.max(Math.ceil(atMs - performance.now()), 1), LONGEST_SLEEP_MS)
    // Who waits for a reply keeps the thread alive otherwise; a deadline alone is no reason to stay.
    const timer = setTimeout(ring, sleepMs).unref()
    return () => clearTimeout(timer)
  },
}

/** So late that nobody gets there, and so early that a millisecond still makes a difference. */
const LAST_MS = 2 ** 52

/** Somebody who wants to be rung. */
interface Waiting {
  readonly atMs: number
  readonly ring: () => void
}

/** Time that moves only when it is told to. It starts at 0. */
export class VirtualTime implements Clock {
  #nowMs = 0
  readonly #waiting = new Set<Waiting>()

  nowMs(): number {
    return this.#nowMs
  }

  ringAt(atMs: number, ring: () => void): () => void {
    const waiting = { atMs, ring }
    this.#waiting.add(waiting)
    return () => this.#waiting.delete(waiting)
  }

  /**
   * Moves time on by `ms` and rings whoever waits for a moment that has come, until nobody does. A step that is negative,
   * infinite or not a number moves nothing: time neither goes back nor ends.
   */
  advance(ms: number): void {
    if (Number.isFinite(ms) && ms > 0) this.#nowMs = Math.min(this.#nowMs + ms, LAST_MS)
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#waiting.delete(next)
      next.ring()
    }
  }

  /** Somebody who waits for a moment that has come. */
  #next(): Waiting | undefined {
    for (const waiting of this.#waiting) if (waiting.atMs <= this.#nowMs) return waiting
    return undefined
  }
}
