/** What is to happen at some moment, whoever is attached then. */
import type { Clock } from './clock.js'
import { Timers } from './timers.js'

/** The alarms of one bus. */
export class Alarms {
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #acts = new Map<number, () => void>()
  #last = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#timers = new Timers((due) => {
      for (const [alarm] of due) this.#goOff(alarm)
    }, clock)
  }

  /** Has `act` called once at `dueMs` of the clock, never early and never from within this call; returns its number. */
  set(dueMs: number, act: () => void): number {
    const alarm = ++this.#last
    this.#acts.set(alarm, act)
    this.#timers.arm(alarm, 0, dueMs, this.#clock.nowMs())
    return alarm
  }

  /** Takes one back; one that has gone off is none the worse. */
  cancel(alarm: number): void {
    if (this.#acts.delete(alarm)) this.#timers.disarm(alarm)
  }

  /** Forgets all of them. */
  close(): void {
    this.#acts.clear()
    this.#timers.close()
  }

  #goOff(alarm: number): void {
    const act = this.#acts.get(alarm)
    // What went off before it may have taken it back.
    if (act === undefined) return
    this.#acts.delete(alarm)
    act()
  }
}
