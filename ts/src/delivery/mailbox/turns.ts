/**
 * Whose turn it is: of one key at most one entry is between its first start and its end.
 *
 * Those behind it are parked with the key when their lane comes to them, each once, so that nobody steps over them again
 * and again. When the key is free, the oldest of them in each lane is ready: lanes decide among themselves.
 */
import type { Entry, Key } from './entry.js'
import { type Linked, List } from './list.js'
import type { Ready } from './ready.js'

/** The place of an entry behind others of its key. */
export class Parked<E extends Entry<E>> implements Linked<Parked<E>> {
  previous: Parked<E> | undefined = undefined
  next: Parked<E> | undefined = undefined
  /** `undefined` when it has left; then this is of no use any more. */
  entry: E | undefined
  readonly turn: Turn<E>
  /** Grows within a lane. */
  readonly place: number
  /** Where it goes when its key is free. */
  readonly ready: Ready<Parked<E>>
  isReady = false

  constructor(entry: E, turn: Turn<E>, place: number, ready: Ready<Parked<E>>) {
    this.entry = entry
    this.turn = turn
    this.place = place
    this.ready = ready
  }

  /** Whether it may start. */
  get isStartable(): boolean {
    return this.entry !== undefined && !this.turn.isTaken
  }
}

/** The turn of one key. It is taken, or something is parked with it; else it need not be known. */
class Turn<E extends Entry<E>> {
  isTaken = false
  parkedCount = 0
  /** By lane. */
  parked: (List<Parked<E>> | undefined)[] | undefined = undefined
}

export type { Turn }

/** The turns of all keys of a mailbox. */
export class Turns<E extends Entry<E>> {
  readonly #turns = new Map<Key, Turn<E>>()

  /** The turn of `key` where that is taken. */
  taken(key: Key): Turn<E> | undefined {
    const turn = this.#turns.get(key)
    return turn?.isTaken ? turn : undefined
  }

  /** Takes the turn of `key`, which is free. */
  take(key: Key): void {
    let turn = this.#turns.get(key)
    if (turn === undefined) {
      turn = new Turn()
      this.#turns.set(key, turn)
    }
    turn.isTaken = true
  }

  /** Gives the turn of `key` back, if it is known. */
  release(key: Key): void {
    const turn = this.#turns.get(key)
    if (turn === undefined) return
    turn.isTaken = false
    if (turn.parkedCount === 0) this.#turns.delete(key)
    else for (const parked of turn.parked ?? []) makeReady(parked?.head)
  }

  /** Parks an entry, whose turn is taken, behind those of its key and lane. */
  park(entry: E, turn: Turn<E>, place: number, ready: Ready<Parked<E>>): void {
    const parked = new Parked(entry, turn, place, ready)
    entry.parked = parked
    turn.parkedCount++
    turn.parked ??= [undefined, undefined, undefined, undefined]
    let list = turn.parked[entry.lane]
    if (list === undefined) {
      list = new List()
      turn.parked[entry.lane] = list
    }
    list.push(parked)
  }

  /** Takes an entry away from where it is parked. */
  unpark(entry: E, key: Key, parked: Parked<E>): void {
    const { turn } = parked
    const list = turn.parked?.[entry.lane]
    list?.remove(parked)
    parked.entry = undefined
    entry.parked = undefined
    if (--turn.parkedCount === 0) turn.parked = undefined
    if (turn.isTaken) return
    if (turn.parkedCount === 0) this.#turns.delete(key)
    else makeReady(list?.head)
  }
}

function makeReady<E extends Entry<E>>(parked: Parked<E> | undefined): void {
  if (parked === undefined || parked.isReady) return
  parked.isReady = true
  parked.ready.push(parked)
}
