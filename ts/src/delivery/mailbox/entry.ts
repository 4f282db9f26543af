/** What a mailbox holds. */
import type { Bundle } from './bundle.js'
import type { Linked } from './list.js'
import type { Parked } from './turns.js'

/** How urgent: 0 critical, 1 high, 2 normal, 3 low. */
export type LaneNumber = 0 | 1 | 2 | 3

/** What entries have in common that are to be finished one after the other, or of which the latest is enough. */
export type Key = string | number

/** Where an entry is. */
export const State = {
  /** Not offered yet. */
  fresh: 0,
  /** Not accepted yet: it waits for room. */
  waiting: 1,
  /** It has not begun. */
  queued: 2,
  /** It has a slot. */
  running: 3,
  /** It has begun, and is to begin again, but not yet. */
  postponed: 4,
  /** It has begun, and may begin again. */
  again: 5,
  /** Not in the mailbox any more, however it left. */
  gone: 6,
  /** It is no entry, but a {@link Bundle}, in the place of many that are queued. */
  bundled: 7,
} as const

/** One of {@link State}. */
export type State = (typeof State)[keyof typeof State]

/** What has a place in a lane. */
export type Place<E extends Entry<E>> = E | Bundle<E>

/**
 * One message of one endpoint. Whoever owns the mailbox extends it with what is to be carried; the members that are not
 * abstract belong to the mailbox. An entry is offered to one mailbox, once.
 *
 * A class that extends this one should `declare` its fields and set them in its constructor, as is done here: fields that
 * each class defines for itself make a new entry cost twice as much in Node.js 20.
 *
 * @example class Queued extends Entry<Queued> { declare readonly key: Key | undefined; … }
 */
export abstract class Entry<Self extends Entry<Self>> implements Linked<Self> {
  abstract readonly lane: LaneNumber
  /** `undefined` for none. */
  abstract readonly key: Key | undefined
  /**
   * From when on nobody waits for it, in milliseconds of the mailbox's clock; 0 for never. It may be another while it
   * waits for room than from when it is accepted, of which `state` tells.
   */
  abstract readonly dueMs: number
  /** Once accepted it must not make room for another. */
  abstract readonly held: boolean

  declare state: State
  declare previous: Self | undefined
  declare next: Self | undefined
  /** Its place behind those of the same key, once it was its lane's turn and its key was taken. */
  declare parked: Parked<Self> | undefined

  constructor() {
    this.state = State.fresh
    this.previous = undefined
    this.next = undefined
    this.parked = undefined
  }
}
