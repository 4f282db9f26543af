/** The lifelines of a thread: those of messages that are being handled. */
import type { BusError } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { TimerId, Timers } from '../link/timers.js'
import { Lifeline } from './lifeline.js'

/** The lifelines of one attachment. */
export class Lifelines {
  readonly #timers: Timers
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #live = new Set<Lifeline>()
  #closed: BusError | undefined

  constructor(timers: Timers, clock: Pick<Clock, 'nowMs'>) {
    this.#timers = timers
    this.#clock = clock
  }

  /** How many there are. */
  get count(): number {
    return this.#live.size
  }

  /** A new one; `isHandled` says whether the work is under way: else nobody would release it, and it only can be cut. */
  open(topic: string, dueMs: number, isHandled: boolean): Lifeline {
    const lifeline = new Lifeline(this, topic, isHandled ? dueMs : 0)
    if (this.#closed !== undefined) lifeline.cut(this.#closed)
    else if (isHandled) this.#live.add(lifeline)
    return lifeline
  }

  /** Calls `act` when `dueMs` has come, at once if it has passed; for 0 never. */
  at(dueMs: number, act: () => void): TimerId | undefined {
    if (dueMs === 0) return undefined
    const leftMs = dueMs - this.#clock.nowMs()
    if (leftMs > 0) return this.#timers.after(leftMs, act)
    act()
    return undefined
  }

  cancel(timer: TimerId): void {
    this.#timers.cancel(timer)
  }

  delete(lifeline: Lifeline): void {
    this.#live.delete(lifeline)
  }

  /** The thread does not wait for its handlers any longer. */
  cutAll(error: BusError): void {
    this.#closed = error
    for (const lifeline of [...this.#live]) lifeline.cut(error)
  }
}
