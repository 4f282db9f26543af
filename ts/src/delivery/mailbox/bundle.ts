/**
 * What is queued and needs no entry of its own: it has no key and no deadline, makes room for others, and comes back to no
 * queue once it has started. A bundle takes the place of many such in their lane, side by side, so that one that waits is
 * no object for the collector to carry along, and nothing is made for it until it starts.
 */
import { type Entry, type LaneNumber, type Place, State } from './entry.js'
import type { Linked } from './list.js'

/** The bundle; whoever owns the mailbox extends it with what is to be carried. */
export abstract class Bundle<E extends Entry<E>> implements Linked<Place<E>> {
  // The names of an entry: lanes need not tell the two apart.
  declare readonly lane: LaneNumber
  declare readonly key: undefined
  declare readonly dueMs: 0
  declare readonly held: false
  declare readonly state: typeof State.bundled
  declare previous: Place<E> | undefined
  declare next: Place<E> | undefined

  constructor(lane: LaneNumber) {
    this.lane = lane
    this.key = undefined
    this.dueMs = 0
    this.held = false
    this.state = State.bundled
    this.previous = undefined
    this.next = undefined
  }

  /** Whether nothing is left in it. */
  abstract readonly isEmpty: boolean
  /** Whether it takes nothing more. */
  abstract readonly isFull: boolean

  /** Takes out the oldest, as an entry that was not offered. */
  abstract shift(): E
}

/** Whether a place is that of a bundle. */
export function isBundle<E extends Entry<E>>(place: Place<E>): place is Bundle<E> {
  return place.state === State.bundled
}
