/**
 * When a thread stays awake for more: one that is woken as soon as it has fallen asleep is better off not to sleep.
 *
 * To be woken takes longer than an event-loop turn many times over, costs the sender a system call, and the thread its place
 * on the processor. So a thread that slept less than {@link POLL_MS} looks into its inbox once in each turn of the event loop,
 * whose I/O and timers go on, until nothing has come for so long. Whoever polls no longer than a sleep would have cost does at
 * most twice the work of the best that could be done (A. R. Karlin et al., "Empirical studies of competitive spinning for a
 * shared-memory multiprocessor", SOSP 1991). What that saves: `docs/decisions/polling.md`.
 */
import { availableParallelism } from 'node:os'

/** Roughly what it takes to fall asleep and be woken. */
const POLL_MS = 0.1

/** The polling of one inbox. */
export class Polling {
  readonly #isEmpty: () => boolean
  readonly #drain: () => void
  #isScheduled = false
  #isWorthwhile = false
  #asleepMs = Number.NEGATIVE_INFINITY
  #endMs = 0

  /**
   * @param isEmpty - whether there is nothing in the inbox
   * @param drain - takes what there is, and else falls asleep
   */
  constructor(isEmpty: () => boolean, drain: () => void) {
    this.#isEmpty = isEmpty
    this.#drain = drain
  }

  /** The thread falls asleep. */
  asleep(): void {
    this.#isWorthwhile = false
    this.#asleepMs = performance.now()
  }

  /** The thread was woken. */
  woken(): void {
    const nowMs = performance.now()
    this.#isWorthwhile = CAN_OTHERS_RUN && nowMs - this.#asleepMs < POLL_MS
    this.#endMs = nowMs + POLL_MS
  }

  /** Where there is nothing left: whether to leave it at that for now, as it will be looked at again. */
  isOn(): boolean {
    if (!this.#isWorthwhile || !this.#isEmpty()) return false
    this.#schedule()
    return true
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(this.#look)
  }

  readonly #look = (): void => {
    this.#isScheduled = false
    const nowMs = performance.now()
    if (!this.#isEmpty()) this.#endMs = nowMs + POLL_MS
    else if (nowMs < this.#endMs) {
      this.#schedule()
      return
    } else this.#isWorthwhile = false
    this.#drain()
  }
}

/** With one processor, whoever polls keeps the sender from running. */
const CAN_OTHERS_RUN = availableParallelism() > 1
