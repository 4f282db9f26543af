/**
 * Deadlines of pending answers and of timers, handed to the core's timer in one batch per turn of the event loop. What has been
 * answered within the turn is never handed over, so most requests never touch a timer.
 */
import * as layout from '../core/native/layout.js'
import { headToCore, type Submission } from './submission.js'

const ENTRY_BYTES = 16

/** Whether that use of a slot is still waited for. */
export type IsOpen = (slot: number, generation: number) => boolean

/** The deadlines of one attachment. */
export class Deadlines {
  readonly #submission: Submission
  readonly #isOpen: IsOpen
  readonly #onHandOver: () => void
  #slots: number[] = []
  #generations: number[] = []
  #dueMs: number[] = []
  #scheduled = false

  /**
   * @param isOpen - asked when the deadlines are handed over: what has ended by then is left out
   * @param onHandOver - called when there are answers to wait for beyond this turn of the event loop
   */
  constructor(submission: Submission, isOpen: IsOpen, onHandOver: () => void) {
    this.#submission = submission
    this.#isOpen = isOpen
    this.#onHandOver = onHandOver
  }

  /** Lets that use of a slot expire at `dueMs`, in milliseconds of the core's clock. */
  arm(slot: number, generation: number, dueMs: number): void {
    this.#slots.push(slot)
    this.#generations.push(generation)
    this.#dueMs.push(dueMs)
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.handOver)
    }
  }

  /** Hands over what has been armed; by itself, this happens once per turn of the event loop. */
  readonly handOver = (): void => {
    this.#scheduled = false
    const slots = this.#slots
    const generations = this.#generations
    const dueMs = this.#dueMs
    this.#slots = []
    this.#generations = []
    this.#dueMs = []
    const bytes = new ArrayBuffer(slots.length * ENTRY_BYTES)
    const words = new Uint32Array(bytes)
    const doubles = new Float64Array(bytes)
    let count = 0
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index] ?? 0
      const generation = generations[index] ?? 0
      if (!this.#isOpen(slot, generation)) continue
      words[count * 4] = slot
      words[count * 4 + 1] = generation
      doubles[count * 2 + 1] = dueMs[index] ?? 0
      count++
    }
    if (count === 0) return
    this.#submission.append([], ARM, undefined, new Uint8Array(bytes, 0, count * ENTRY_BYTES))
    this.#submission.flush()
    this.#onHandOver()
  }
}

const ARM = headToCore(layout.KIND_ARM)
