/**
 * When a thread stays awake for more: one that is woken as soon as it has fallen asleep is better off not to sleep.
 *
 * To be woken takes as long as many turns of the event loop, costs the sender a system call, and the thread its place on the
 * processor. So a thread that has slept for less than {@link POLL_MS} looks into its inbox once in each turn of its event
 * loop, whose I/O and timers go on, until nothing has come for so long. Where that was in vain it is tried more and more
 * seldom: the kernel may have put sender and receiver on one processor, where neither gets on while the other looks.
 *
 * A thread that is kept busy by its inbox may look for as long as it has worked, up to {@link MOST_CREDIT_MS}: the sender of
 * a stream that pauses for a moment goes on soon, and a thread that sleeps and is woken thousands of times in a second waits
 * for its processor each time, and all else in it does.
 *
 * Whoever looks no longer than a sleep would have cost does at most twice the work of the best that could be done: A. R.
 * Karlin et al., "Empirical studies of competitive spinning for a shared-memory multiprocessor", SOSP 1991. What it saves:
 * `docs/decisions/polling.md`.
 */

import { monotonicMs } from './clock.js'

/** Roughly what it takes to fall asleep and be woken. */
const POLL_MS = 0.1

/** How long it may look at most because it has worked: longer than the kernel lets one thread wait for another. */
const MOST_CREDIT_MS = 5

/** What takes less is a message or two, of a sender that waits for the answer, and not the middle of a stream. */
const LEAST_WORK_MS = 0.02

/** After it was in vain again and again, it is tried one time in so many. */
const LONGEST_PAUSE = 64

/** The polling of one inbox. */
export class Polling {
  readonly #hasFrames: () => boolean
  readonly #drain: () => void
  readonly #nowMs: () => number
  #isScheduled = false
  #isWorthwhile = false
  /** How many times it is not tried, after it was in vain. */
  #pause = 0
  #nextPause = 1
  #asleepMs = Number.NEGATIVE_INFINITY
  /** When it began to look for more. */
  #sinceMs = 0
  /** How long it may look in vain, because it has worked. */
  #creditMs = 0

  /**
   * @param hasFrames - whether there is something in the inbox
   * @param drain - takes what there is, and else falls asleep
   */
  constructor(hasFrames: () => boolean, drain: () => void, nowMs: () => number = monotonicMs) {
    this.#hasFrames = hasFrames
    this.#drain = drain
    this.#nowMs = nowMs
  }

  /** The thread falls asleep. */
  asleep(nowMs: number): void {
    this.#isWorthwhile = false
    this.#asleepMs = nowMs
  }

  /** The thread was woken. */
  woken(nowMs: number): void {
    this.#isWorthwhile = nowMs - this.#asleepMs < POLL_MS && this.#pause === 0
    if (this.#pause > 0) this.#pause--
  }

  /** The thread has handled what was in its inbox, for so long. */
  worked(workedMs: number): void {
    if (workedMs >= LEAST_WORK_MS) this.#creditMs = Math.min(this.#creditMs + workedMs, MOST_CREDIT_MS)
  }

  /** Before the thread looks for more: whether to leave it at that for now, as there is nothing and it looks again soon. */
  goesOn(): boolean {
    if (!this.#isWorthwhile || this.#hasFrames()) return false
    if (!this.#isScheduled) {
      this.#sinceMs = this.#nowMs()
      this.#schedule()
    }
    return true
  }

  #schedule(): void {
    this.#isScheduled = true
    setImmediate(this.#look)
  }

  readonly #look = (): void => {
    this.#isScheduled = false
    const nowMs = this.#nowMs()
    const hasFrames = this.#hasFrames()
    const lookedMs = nowMs - this.#sinceMs
    if (!hasFrames && lookedMs < Math.max(POLL_MS, this.#creditMs)) {
      this.#schedule()
      return
    }
    this.#creditMs = Math.max(0, this.#creditMs - lookedMs)
    if (hasFrames) this.#nextPause = 1
    else {
      this.#isWorthwhile = false
      this.#pause = this.#nextPause
      this.#nextPause = Math.min(2 * this.#nextPause, LONGEST_PAUSE)
    }
    this.#drain()
  }
}
