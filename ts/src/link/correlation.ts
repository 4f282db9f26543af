/**
 * Pending answers by slot and generation. A slot is used again and again; its generation tells which use is meant, so
 * that of answer, time-out, gone and close exactly one finds the slot open.
 */
import type { CorrelationId } from './hop.js'

/** Takes the items of a stream. */
export interface ItemTaker {
  item(value: unknown): void
  /** An item cannot be read: no more are wanted. */
  unreadable(error: unknown): void
}

/** Who waits in a slot. */
export interface Waiter {
  readonly topic: string
  readonly timeoutMs: number
  /** When that is over, by the core's clock, where it is to be known how late it was noticed. */
  readonly dueMs?: number
  /** What it is told is that it was accepted, not a reply. */
  readonly isNotification: boolean
  /** The endpoint that is to answer, and the attachment that runs it. */
  readonly endpoint: number
  readonly attachment: number
  /** The number of the delivery, where it is about a message that the core holds; else 0. */
  deliveryNumber: number
  /** Takes the items of a stream, where that was asked for. */
  readonly taker?: ItemTaker | undefined
  /** What happens at the deadline, where that is not a time-out. */
  readonly onExpiry?: (() => void) | undefined
  /** Lets go of what else could have ended it; called once, when it has ended. */
  release?: (() => void) | undefined
  fulfil(value: unknown): void
  reject(error: unknown): void
}

const INITIAL_SLOTS = 64

/** The pending answers of one attachment. */
export class Correlation {
  readonly #waiters: (Waiter | undefined)[] = []
  #generations = new Uint32Array(INITIAL_SLOTS).fill(1)
  readonly #free: number[] = []
  #owed: Map<number, number> | undefined
  readonly #onEmpty: () => void
  #pending = 0
  #late = 0
  readonly #whenIdle: (() => void)[] = []

  /** @param onEmpty - called when the last one has ended */
  constructor(onEmpty: () => void) {
    this.#onEmpty = onEmpty
  }

  /** How many answers have come that nobody waited for any more. */
  get late(): number {
    return this.#late
  }

  /** Who waits in that use of the slot; undefined when it has ended. */
  get(slot: number, generation: number): Waiter | undefined {
    return this.#generations[slot] === generation ? this.#waiters[slot] : undefined
  }

  /** How many wait. */
  get pending(): number {
    return this.#pending
  }

  /** How many answers an endpoint owes. */
  pendingOf(endpoint: number): number {
    if (this.#owed === undefined) {
      // Counted from the first question on: who never asks pays nothing.
      this.#owed = new Map()
      for (const waiter of this.#waiters) if (waiter !== undefined) this.#owe(waiter.endpoint, 1)
    }
    return this.#owed.get(endpoint) ?? 0
  }

  #owe(endpoint: number, more: number): void {
    if (this.#owed === undefined) return
    const count = (this.#owed.get(endpoint) ?? 0) + more
    if (count === 0) this.#owed.delete(endpoint)
    else this.#owed.set(endpoint, count)
  }

  /** Takes a slot. */
  open(waiter: Waiter): number {
    const slot = this.#free.pop() ?? this.#waiters.length
    this.#waiters[slot] = waiter
    if (slot === this.#generations.length) this.#grow()
    this.#pending++
    this.#owe(waiter.endpoint, 1)
    return slot
  }

  #grow(): void {
    const old = this.#generations
    this.#generations = new Uint32Array(old.length * 2).fill(1)
    this.#generations.set(old)
  }

  /** The generation that the use of a slot has now. */
  generation(slot: number): number {
    return this.#generations[slot] ?? 0
  }

  /** Whether that use of the slot is still open. */
  isOpen(slot: number, generation: number): boolean {
    return this.#generations[slot] === generation && this.#waiters[slot] !== undefined
  }

  /** Ends that use of the slot, and returns who waited; undefined when it has ended already. */
  close(slot: number, generation: number): Waiter | undefined {
    const waiter = this.#waiters[slot]
    if (waiter === undefined || this.#generations[slot] !== generation) return undefined
    this.#waiters[slot] = undefined
    // Generations are 32 bits wide on the wire; 0 is none.
    this.#generations[slot] = generation === 0xffff_ffff ? 1 : generation + 1
    this.#free.push(slot)
    this.#owe(waiter.endpoint, -1)
    waiter.release?.()
    if (--this.#pending === 0) this.#tellEmpty()
    return waiter
  }

  /** Resolves when none waits. */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  #tellEmpty(): void {
    this.#onEmpty()
    // One request after the other empties it each time: nothing is made of nobody.
    if (this.#whenIdle.length > 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
  }

  /** As {@link close}, for an answer: one that comes too late is counted. */
  answer(slot: number, generation: number): Waiter | undefined {
    const waiter = this.close(slot, generation)
    if (waiter === undefined) this.#late++
    return waiter
  }

  /** Shows all that wait; `visit` must not end one of them. */
  each(visit: (slot: number, generation: number, waiter: Waiter) => void): void {
    for (const [slot, waiter] of this.#waiters.entries()) {
      if (waiter !== undefined) visit(slot, this.generation(slot), waiter)
    }
  }

  /** The uses of slots that `chosen` picks by who waits in them. */
  find(chosen: (waiter: Waiter) => boolean): CorrelationId[] {
    const found: CorrelationId[] = []
    this.each((slot, generation, waiter) => {
      if (chosen(waiter)) found.push({ slot, generation })
    })
    return found
  }

  /** Ends all that `chosen` picks, and returns who waited. */
  closeWhere(chosen: (waiter: Waiter) => boolean): Waiter[] {
    return this.find(chosen).flatMap(({ slot, generation }) => this.close(slot, generation) ?? [])
  }
}
