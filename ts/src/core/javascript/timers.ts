/**
 * The deadlines of one attachment: which slot is armed, until when, and what is due.
 *
 * Slots are used again and mostly never expire, so what counts is that arming one is cheap. Armed slots wait in buckets,
 * the coarser the further away: a deadline that is `d` ms away waits in a bucket that opens at most `d / 8` ms early,
 * and goes on from there into a finer one. So there are a few hundred buckets at most, however many slots; one timer is set
 * for the first of them. And a later deadline for a slot that waits already only overwrites the earlier one: its
 * bucket finds that out when it opens.
 */
import { type Clock, realTime } from './clock.js'

/** A place in a ring: each knows its neighbours, so that one can leave without a look at the others. */
class Link {
  previous: Link = this
  next: Link = this

  /** Takes its place as the last of a ring that begins with `first`. */
  join(first: Link): void {
    this.previous = first.previous
    this.next = first
    first.previous.next = this
    first.previous = this
  }

  leave(): void {
    this.previous.next = this.next
    this.next.previous = this.previous
    this.previous = this
    this.next = this
  }
}

/** An armed slot; it waits in a bucket that does not open after `dueMs`. */
class Armed extends Link {
  readonly slot: number
  generation: number
  dueMs: number
  bucket: Bucket | undefined

  constructor(slot: number, generation: number, dueMs: number) {
    super()
    this.slot = slot
    this.generation = generation
    this.dueMs = dueMs
  }
}

/** Where armed slots wait: the beginning of their ring. */
class Bucket extends Link {
  readonly opensMs: number

  constructor(opensMs: number) {
    super()
    this.opensMs = opensMs
  }

  get isEmpty(): boolean {
    return this.next === this
  }
}

/** A slot whose deadline has passed, and which use of it that was. */
export type Expired = readonly [slot: number, generation: number]

/** Buckets that are nearer than this are a millisecond wide. */
const FINE_MS = 16

/** No bucket is further away. */
const FURTHEST_MS = 2 ** 30

/** The deadlines; see the head of this file. */
export class Timers {
  readonly #onExpired: (expired: readonly Expired[]) => void
  readonly #slots = new Map<number, Armed>()
  /** By when they open. */
  readonly #buckets = new Map<number, Bucket>()
  readonly #clock: Clock
  /** Takes back what the clock was asked for. */
  #sleepNoMore = (): void => {}
  /** When the clock rings. */
  #wakesMs = Number.POSITIVE_INFINITY

  /**
   * @param onExpired - called with all that is due, by deadline; never from within {@link arm}
   * @param clock - whose milliseconds the deadlines are
   */
  constructor(onExpired: (expired: readonly Expired[]) => void, clock: Clock = realTime) {
    this.#onExpired = onExpired
    this.#clock = clock
  }

  /** How many slots are armed. */
  get pending(): number {
    return this.#slots.size
  }

  /**
   * Lets a slot expire at `dueMs` of the clock, which is at `nowMs`, never early; the deadline that it had is
   * replaced. What is not a number is due at once, as a request may not be left without an end.
   */
  arm(slot: number, generation: number, dueMs: number, nowMs: number): void {
    const due = Number.isNaN(dueMs) ? 0 : dueMs
    const known = this.#slots.get(slot)
    if (known === undefined) {
      const armed = new Armed(slot, generation, due)
      this.#slots.set(slot, armed)
      this.#wait(armed, nowMs)
      return
    }
    known.generation = generation
    known.dueMs = due
    if ((known.bucket?.opensMs ?? 0) <= Math.ceil(due)) return
    this.#leave(known)
    this.#wait(known, nowMs)
  }

  /** Takes back the deadline of a slot; one that has none is none the worse. */
  disarm(slot: number): void {
    const armed = this.#slots.get(slot)
    if (armed === undefined) return
    this.#slots.delete(slot)
    this.#leave(armed)
  }

  /** Forgets all deadlines. */
  close(): void {
    this.#sleepNoMore()
    this.#slots.clear()
    this.#buckets.clear()
  }

  /** Puts an armed slot into the bucket that fits its deadline. */
  #wait(armed: Armed, nowMs: number): void {
    const opensMs = opening(armed.dueMs, nowMs)
    let bucket = this.#buckets.get(opensMs)
    if (bucket === undefined) {
      bucket = new Bucket(opensMs)
      this.#buckets.set(opensMs, bucket)
      if (opensMs < this.#wakesMs) this.#sleepUntil(opensMs)
    }
    armed.bucket = bucket
    armed.join(bucket)
  }

  #leave(armed: Armed): void {
    armed.leave()
    if (armed.bucket?.isEmpty === true) this.#buckets.delete(armed.bucket.opensMs)
  }

  #sleepUntil(wakesMs: number): void {
    this.#sleepNoMore()
    this.#wakesMs = wakesMs
    this.#sleepNoMore = this.#clock.ringAt(wakesMs, this.#sweep)
  }

  /** Opens the buckets whose time has come. */
  readonly #sweep = (): void => {
    const nowMs = this.#clock.nowMs()
    this.#wakesMs = Number.POSITIVE_INFINITY
    const due: Armed[] = []
    const early: Armed[] = []
    let nextMs = Number.POSITIVE_INFINITY
    for (const bucket of this.#buckets.values()) {
      if (bucket.opensMs > nowMs) {
        nextMs = Math.min(nextMs, bucket.opensMs)
        continue
      }
      this.#buckets.delete(bucket.opensMs)
      for (let link = bucket.next; link instanceof Armed; link = link.next) {
        ;(link.dueMs <= nowMs ? due : early).push(link)
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#sleepUntil(nextMs)
    for (const armed of early) this.#wait(armed, nowMs)
    if (due.length === 0) return
    for (const { slot } of due) this.#slots.delete(slot)
    due.sort((one, other) => one.dueMs - other.dueMs)
    this.#onExpired(due.map(({ slot, generation }): Expired => [slot, generation]))
  }
}

/** When the bucket opens that a deadline waits in: not after it, and not much before it. */
function opening(dueMs: number, nowMs: number): number {
  const dueTick = Math.ceil(dueMs)
  const distanceMs = Math.min(dueTick - Math.floor(nowMs), FURTHEST_MS)
  if (distanceMs < FINE_MS) return Math.max(dueTick, Math.floor(nowMs))
  const width = 2 ** (28 - Math.clz32(distanceMs))
  const tick = Math.floor(nowMs) + distanceMs
  return tick - (tick % width)
}
