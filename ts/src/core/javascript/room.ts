/**
 * How many bytes something still takes: an inbox, or what a bus holds. Whoever is about to put something in takes the room
 * for it first; what is owed to somebody is added without being asked for.
 */
import * as layout from '../native/layout.js'
import { controlFrame } from './frames.js'
import type { Inbox } from './inbox.js'

/** The most that is promised at a time to one who asked for less. */
const MOST_AHEAD_BYTES = 1 << 18
/** The part of the free room that is promised at a time to one who asked for less: others write as well. */
const SHARE = 8

/** Who waits for room. */
export interface Waiter {
  readonly attachment: number
  readonly inbox: Inbox
  /** What it knows the place by that it waits for. */
  readonly about: number
}

/** The room; see the head of this file. */
export class Room {
  readonly #limit: number
  readonly #waiters = new Map<number, Waiter>()
  #used = 0

  /** @param limit - how many bytes there may be */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** How many bytes are in there or promised. */
  get used(): number {
    return this.#used
  }

  /** Takes room for `needed` bytes, and some more where there is plenty; 0 where there is not enough. */
  take(needed: number): number {
    const free = Math.max(0, this.#limit - this.#used)
    // Where there is nothing in there at all, there is room for one message of any size.
    if (needed > free && this.#used > 0) return 0
    const taken = Math.max(needed, Math.min(Math.floor(free / SHARE), MOST_AHEAD_BYTES))
    this.#used += taken
    return taken
  }

  /** As {@link take}; where there is not enough, `waiter` is told when there is some again. */
  takeOrWait(needed: number, waiter: Waiter): number {
    const taken = this.take(needed)
    if (taken === 0) this.#waiters.set(waiter.attachment, waiter)
    return taken
  }

  /** Adds what cannot be refused. */
  add(bytes: number): void {
    this.#used += bytes
  }

  /** Of what was added, so many bytes were taken before: they count once. */
  cover(bytes: number): void {
    this.#used -= bytes
  }

  /** Gives back what was taken or added. Who waits is told when half of the room is free. */
  giveBack(bytes: number): void {
    if (bytes === 0) return
    this.#used -= bytes
    if (this.#used <= this.#limit / 2) this.tell()
  }

  /** Tells all who wait to look again. */
  tell(): void {
    const waiters = [...this.#waiters.values()]
    this.#waiters.clear()
    for (const { inbox, about } of waiters) {
      inbox.push(layout.LANE_CONTROL, controlFrame(layout.KIND_ROOM, about, 0))
    }
  }
}
