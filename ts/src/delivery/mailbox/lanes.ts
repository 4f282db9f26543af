/**
 * Which lane is next. The highest that has something that may start, with a bound on how long others are passed over.
 *
 * **The bound**: while a lane has something, at most {@link MOST_PASSED_OVER} entries of higher lanes start before one
 * of its own that may start does. Where several lanes have reached it, the lowest of them comes first, and each comes
 * before any lane that has not. So beside a lane that never ends, each lower one has about one start in 65.
 */
import type { Bundle } from './bundle.js'
import type { Entry, LaneNumber, Place } from './entry.js'
import { Lane } from './lane.js'
import type { Turns } from './turns.js'

/** See the head of this file. Low enough that a lane under a flood is alive, high enough that priorities mean something. */
export const MOST_PASSED_OVER = 64

const LOWEST = 3

/** The four lanes of a mailbox, each made when it is needed. */
export class Lanes<E extends Entry<E>> {
  readonly #lanes: (Lane<E> | undefined)[] = [undefined, undefined, undefined, undefined]
  /** The lane of all that is in here, as long as that is one lane: most mailboxes never use another. */
  #only: Lane<E> | undefined
  /** Without that, the lanes that have something, a bit for each. */
  #filled = 0

  push(place: Place<E>): void {
    if (this.#only !== undefined && this.#only.number === place.lane) this.#only.push(place)
    else this.#lane(place.lane).push(place)
  }

  /** The youngest of a lane, where that is in a bundle. */
  lastBundle(number: LaneNumber): Bundle<E> | undefined {
    return this.#lanes[number]?.lastBundle
  }

  /** Takes one that has begun and may begin again. */
  pushAgain(entry: E): void {
    this.#lane(entry.lane).pushAgain(entry)
  }

  /** What may start next. */
  peek(turns: Turns<E> | undefined): Place<E> | undefined {
    return this.#only === undefined ? this.#peekSeveral(turns) : this.#only.peek(turns)
  }

  /** Takes out what starts now. */
  start(place: Place<E>): void {
    if (this.#only === undefined) this.#startOfSeveral(place)
    else this.#only.start(place)
  }

  /** Takes out one that does not start. */
  remove(place: Place<E>): void {
    const lane = this.#lanes[place.lane]
    if (lane === undefined) return
    lane.takeOut(place)
    if (lane.isEmpty) this.#forget(lane)
  }

  /** Puts `entry` in the place of one of the same lane and key that has not begun and is not held. */
  replace(old: E, entry: E): void {
    this.#lanes[entry.lane]?.replace(old, entry)
  }

  /** What may make room for an entry of `lane`: the oldest of the lowest lane, but none of a higher lane than that. */
  oldestToDrop(lane: LaneNumber): Place<E> | undefined {
    for (let number: number = LOWEST; number >= lane; number--) {
      const entry = this.#lanes[number]?.oldestToDrop()
      if (entry !== undefined) return entry
    }
    return undefined
  }

  /** Any entry, of the highest lane that has one. */
  get first(): Place<E> | undefined {
    for (const lane of this.#lanes) {
      const entry = lane?.first
      if (entry !== undefined) return entry
    }
    return undefined
  }

  /** Tells of all that have not begun; `visit` changes nothing. */
  forEachQueued(visit: (entry: E) => void): void {
    for (const lane of this.#lanes) lane?.forEachQueued(visit)
  }

  /** The lane, which is to get something now. */
  #lane(number: LaneNumber): Lane<E> {
    let lane = this.#lanes[number]
    if (lane === undefined) {
      lane = new Lane(number)
      this.#lanes[number] = lane
    }
    const only = this.#only
    if (only !== undefined && only !== lane && !only.isEmpty) {
      this.#only = undefined
      this.#filled = 1 << only.number
    }
    if (this.#only === undefined && this.#filled !== 0) this.#filled |= 1 << number
    else this.#only = lane
    return lane
  }

  #peekSeveral(turns: Turns<E> | undefined): Place<E> | undefined {
    for (let number = LOWEST; number > 0; number--) {
      const lane = this.#lanes[number]
      if (lane !== undefined && lane.passedOver >= MOST_PASSED_OVER) {
        const entry = lane.peek(turns)
        if (entry !== undefined) return entry
      }
    }
    for (const lane of this.#lanes) {
      const entry = lane?.peek(turns)
      if (entry !== undefined) return entry
    }
    return undefined
  }

  #startOfSeveral(place: Place<E>): void {
    let rest = this.#filled >> (place.lane + 1)
    for (let number = place.lane + 1; rest !== 0; number++, rest >>= 1) {
      const lane = this.#lanes[number]
      if (lane !== undefined && rest & 1) lane.passedOver++
    }
    const lane = this.#lanes[place.lane]
    lane?.start(place)
    if (lane?.isEmpty) this.#forget(lane)
  }

  /** The lane is empty. */
  #forget(lane: Lane<E>): void {
    lane.passedOver = 0
    if (this.#only !== undefined) return
    this.#filled &= ~(1 << lane.number)
    if ((this.#filled & (this.#filled - 1)) !== 0) return
    this.#only = this.#lanes[31 - Math.clz32(this.#filled)]
    this.#filled = 0
  }
}
