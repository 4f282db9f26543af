/** The entries of one lane that may start or that wait for their key: first in, first out among those that may start. */
import { type Bundle, isBundle } from './bundle.js'
import { type Entry, type LaneNumber, type Place, State } from './entry.js'
import { List } from './list.js'
import { Ready } from './ready.js'
import type { Parked, Turns } from './turns.js'

/** The lane. */
export class Lane<E extends Entry<E>> {
  readonly number: LaneNumber
  /** Those that have not begun, in the order in which they were accepted. */
  readonly #queue = new List<Place<E>>()
  /** Those that have begun and may begin again. */
  #again: List<E> | undefined
  /** Of those that are parked, the ones that may start. Whatever is in here is older than what is not parked. */
  #ready: Ready<Parked<E>> | undefined
  /** The youngest that is parked: so is all before it, and nothing behind it. */
  #lastParked: Place<E> | undefined
  /** It is held, and so is all before it. */
  #lastHeld: Place<E> | undefined
  #places = 0
  /** How many entries of higher lanes have started since this one had something and nothing of it started. */
  passedOver = 0

  constructor(number: LaneNumber) {
    this.number = number
  }

  get isEmpty(): boolean {
    return this.#queue.head === undefined && this.#again?.head === undefined
  }

  /** Any entry of the lane; those that have begun come first. */
  get first(): Place<E> | undefined {
    return this.#again?.head ?? this.#queue.head
  }

  /** The youngest, where that is in a bundle: what comes next may join it. */
  get lastBundle(): Bundle<E> | undefined {
    const last = this.#queue.tail
    return last !== undefined && isBundle(last) ? last : undefined
  }

  push(place: Place<E>): void {
    this.#queue.push(place)
  }

  /** Puts one that has begun before all that have not. */
  pushAgain(entry: E): void {
    this.#again ??= new List()
    this.#again.push(entry)
  }

  /**
   * What may start next.
   *
   * @param turns - of the keys; without, keys keep nothing back
   */
  peek(turns: Turns<E> | undefined): Place<E> | undefined {
    const again = this.#again?.head
    if (again !== undefined) return again
    if (turns === undefined) return this.#queue.head
    return this.#peekReady() ?? this.#peekQueue(turns)
  }

  /** Takes out what starts now. */
  start(place: Place<E>): void {
    this.passedOver = 0
    this.takeOut(place)
  }

  /** Takes out any that is in here; a bundle once there is nothing left in it. */
  takeOut(place: Place<E>): void {
    if (isBundle(place)) {
      if (place.isEmpty) this.#queue.remove(place)
    } else if (place.state === State.queued) this.remove(place)
    else this.removeAgain(place)
  }

  /** Takes out one that has begun. */
  removeAgain(entry: E): void {
    this.#again?.remove(entry)
  }

  /** Takes out one that has not begun. */
  remove(entry: E): void {
    if (entry === this.#lastParked) this.#lastParked = entry.previous
    if (entry === this.#lastHeld) this.#lastHeld = entry.previous
    this.#queue.remove(entry)
  }

  /** Puts `entry` in the place of one of the same key that has not begun and is not held. */
  replace(old: E, entry: E): void {
    const { parked } = old
    if (parked !== undefined) {
      parked.entry = entry
      entry.parked = parked
      old.parked = undefined
      if (old === this.#lastParked) this.#lastParked = entry
    }
    this.#queue.replace(old, entry)
  }

  /** The oldest that may make room for another. */
  oldestToDrop(): Place<E> | undefined {
    let entry = this.#lastHeld === undefined ? this.#queue.head : this.#lastHeld.next
    for (; entry?.held; entry = entry.next) this.#lastHeld = entry
    return entry
  }

  /** Tells of the entries that have not begun; what is in a bundle has none. */
  forEachQueued(visit: (entry: E) => void): void {
    for (let place = this.#queue.head; place !== undefined; place = place.next) {
      if (!isBundle(place)) visit(place)
    }
  }

  #peekReady(): E | undefined {
    if (this.#ready === undefined) return undefined
    for (let parked = this.#ready.oldest; parked !== undefined; parked = this.#ready.oldest) {
      if (parked.isStartable) return parked.entry
      // It has left, or another lane was faster; then it is made ready again when the key is free again.
      parked.isReady = false
      this.#ready.pop()
    }
    return undefined
  }

  /** Looks on where it was looked last; what has to wait for its key is parked on the way. */
  #peekQueue(turns: Turns<E>): Place<E> | undefined {
    let entry = this.#lastParked === undefined ? this.#queue.head : this.#lastParked.next
    for (; entry !== undefined; entry = entry.next) {
      if (isBundle(entry)) return entry
      const turn = entry.key === undefined ? undefined : turns.taken(entry.key)
      if (turn === undefined) return entry
      this.#ready ??= new Ready()
      turns.park(entry, turn, this.#places++, this.#ready)
      this.#lastParked = entry
    }
    return undefined
  }
}
