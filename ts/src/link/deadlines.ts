/**
 * Deadlines of pending answers and of timers, handed to the core's timer in one batch per turn of the event loop. What has been
 * answered within the turn is never handed over; and of requests, only what is near gets here (`far-deadlines.ts`). A slot that is used again within the
 * turn has one entry, which is overwritten: a thousand requests one after the other leave as much behind as one does.
 */
import * as layout from '../core/native/layout.js'
import { headToCore, type Submission } from './submission.js'

const ENTRY_BYTES = 16
const INITIAL_ENTRIES = 64
/** Memory for more is given back when they have been handed over. */
const KEPT_ENTRIES = 1 << 12
/** Slots from here on are those of timers, of which each use has an entry: see `timers.ts`. */
export const FIRST_TIMER: number = 2 ** 31

/** Whether that use of a slot is still waited for. */
export type IsOpen = (slot: number, generation: number) => boolean

/** The deadlines of one attachment. */
export class Deadlines {
  readonly #submission: Submission
  readonly #isOpen: IsOpen
  readonly #onHandOver: () => void
  /** As they are handed over: slot and generation, then when. */
  #bytes = new Uint8Array(INITIAL_ENTRIES * ENTRY_BYTES)
  #words = new Uint32Array(this.#bytes.buffer)
  #doubles = new Float64Array(this.#bytes.buffer)
  #count = 0
  /** By slot, which entry it has: counted from 1, 0 for none. */
  #entryOf = new Uint32Array(INITIAL_ENTRIES)
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
    const index = this.#indexFor(slot)
    this.#words[index * 4] = slot
    this.#words[index * 4 + 1] = generation
    this.#doubles[index * 2 + 1] = dueMs
    if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(this.handOver)
    }
  }

  /** Where the entry of a slot is: the one that it has, or a new one. */
  #indexFor(slot: number): number {
    if (slot < this.#entryOf.length) {
      const entry = this.#entryOf[slot] ?? 0
      if (entry !== 0) return entry - 1
    } else if (slot < FIRST_TIMER) this.#knowSlot(slot)
    if (this.#count * ENTRY_BYTES === this.#bytes.length) this.#allocate(this.#count * 2)
    const index = this.#count++
    if (slot < FIRST_TIMER) this.#entryOf[slot] = index + 1
    return index
  }

  #knowSlot(slot: number): void {
    const old = this.#entryOf
    this.#entryOf = new Uint32Array(Math.max(slot + 1, old.length * 2))
    this.#entryOf.set(old)
  }

  /** Hands over what has been armed; by itself, this happens once per turn of the event loop. */
  readonly handOver = (): void => {
    this.#scheduled = false
    const armed = this.#count
    this.#count = 0
    this.#forgetEntries(armed)
    const left = this.#pack(armed)
    if (left > 0) {
      this.#submission.append([], ARM, undefined, this.#bytes.subarray(0, left * ENTRY_BYTES))
      this.#submission.flush()
    }
    if (armed > KEPT_ENTRIES) this.#allocate(INITIAL_ENTRIES)
    if (left > 0) this.#onHandOver()
  }

  /** From now on each slot gets a new entry. */
  #forgetEntries(count: number): void {
    for (let index = 0; index < count; index++) {
      const slot = this.#words[index * 4] ?? 0
      if (slot < FIRST_TIMER) this.#entryOf[slot] = 0
    }
  }

  /** Leaves out of `count` entries what has ended, and closes the gaps; returns how many are left. */
  #pack(count: number): number {
    const words = this.#words
    const doubles = this.#doubles
    let left = 0
    for (let index = 0; index < count; index++) {
      const slot = words[index * 4] ?? 0
      const generation = words[index * 4 + 1] ?? 0
      if (!this.#isOpen(slot, generation)) continue
      words[left * 4] = slot
      words[left * 4 + 1] = generation
      doubles[left * 2 + 1] = doubles[index * 2 + 1] ?? 0
      left++
    }
    return left
  }

  #allocate(entries: number): void {
    const old = this.#bytes.subarray(0, this.#count * ENTRY_BYTES)
    this.#bytes = new Uint8Array(entries * ENTRY_BYTES)
    this.#words = new Uint32Array(this.#bytes.buffer)
    this.#doubles = new Float64Array(this.#bytes.buffer)
    this.#bytes.set(old)
  }
}

const ARM = headToCore(layout.KIND_ARM)
