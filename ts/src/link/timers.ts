/**
 * What is to be done later, by the core's timer: one wheel for all threads, and virtual time in tests.
 *
 * Timers share the frames of pending answers. Their slots are the upper half of the numbers, so one look tells whose a
 * slot is. A timer that is cancelled within its turn of the event loop is never handed to the core; one that is cancelled
 * later leaves its entry behind, which the next use of the slot moves.
 */
import { type Deadlines, FIRST_TIMER } from './deadlines.js'
import type { Meter } from './meter.js'

/** A timer that has been set: what {@link Timers.cancel} takes. */
export interface TimerId {
  readonly slot: number
  readonly generation: number
}

/** The timers of one attachment. */
export class Timers {
  readonly #deadlines: Deadlines
  readonly #nowMs: () => number
  readonly #actions: ((() => void) | undefined)[] = []
  readonly #generations: number[] = []
  readonly #free: number[] = []
  readonly #dueMs: number[] = []
  readonly #lag: Meter

  /**
   * @param nowMs - milliseconds of the core's clock
   * @param lag - told by how much each was late
   */
  constructor(deadlines: Deadlines, nowMs: () => number, lag: Meter) {
    this.#deadlines = deadlines
    this.#nowMs = nowMs
    this.#lag = lag
  }

  /** Calls `act` once, in `delayMs` milliseconds; it must not throw. */
  after(delayMs: number, act: () => void): TimerId {
    const slot = this.#free.pop() ?? this.#actions.length
    this.#actions[slot] = act
    const generation = (this.#generations[slot] ?? 0) + 1
    this.#generations[slot] = generation
    const dueMs = this.#nowMs() + delayMs
    this.#dueMs[slot] = dueMs
    this.#deadlines.arm(FIRST_TIMER + slot, generation, dueMs)
    return { slot, generation }
  }

  /** Takes a timer back; one that has run, or was taken back, is none the worse. */
  cancel({ slot, generation }: TimerId): void {
    if (this.#generations[slot] === generation) this.#end(slot)
  }

  /** Whether that use of a slot of the frames is a timer that waits; undefined when the slot is no timer's. */
  isOpen(slot: number, generation: number): boolean | undefined {
    if (slot < FIRST_TIMER) return undefined
    const own = slot - FIRST_TIMER
    return this.#actions[own] !== undefined && this.#generations[own] === generation
  }

  /** The core says that a slot is due; false when it is no timer's. */
  expired(slot: number, generation: number): boolean {
    if (slot < FIRST_TIMER) return false
    const own = slot - FIRST_TIMER
    const act = this.#generations[own] === generation ? this.#end(own) : undefined
    if (act === undefined) return true
    this.#lag.record(Math.max(0, this.#nowMs() - (this.#dueMs[own] ?? 0)), 1)
    act()
    return true
  }

  /** Takes all back. */
  clear(): void {
    for (const slot of this.#actions.keys()) this.#end(slot)
  }

  #end(slot: number): (() => void) | undefined {
    const act = this.#actions[slot]
    if (act === undefined) return undefined
    this.#actions[slot] = undefined
    // The generation stays: the next use raises it, and until then it finds no action.
    this.#free.push(slot)
    return act
  }
}
