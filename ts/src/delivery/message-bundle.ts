/** Events that wait side by side: what is needed to make the message of each when it starts. */
import { PLAIN, rankOf } from '../link/envelope.js'
import { Bundle } from './mailbox/bundle.js'
import type { LaneNumber } from './mailbox/entry.js'
import { eventOf, type Origin } from './message.js'
import { Queued } from './queued.js'

/** The lane of events of which nothing is said. */
export const PLAIN_LANE: LaneNumber = rankOf(PLAIN.lane)

/** How many places one takes: payload, topic, origin, sequence, timestamp. */
const WIDTH = 5
/** A lane begins with a small bundle, and each that is full is followed by a larger: few that wait are to take little. */
const LEAST = 8
const GROWTH = 8
const MOST = 512
/** Places of the largest bundles that a thread keeps for the next: to make and to collect them costs more than to fill them. */
const MOST_KEPT = 64

const kept: unknown[][] = []

/** The bundle. */
export class MessageBundle extends Bundle<Queued> {
  readonly #places: unknown[]
  readonly #end: number
  /** Those that came first have the first places; what they have left is not filled again. */
  #first = 0
  #next = 0

  /** @param last - the one before it in its lane */
  constructor(last: MessageBundle | undefined) {
    super(PLAIN_LANE)
    const size = last === undefined ? LEAST : Math.min(MOST, last.size * GROWTH)
    this.#end = size * WIDTH
    // Of full length from the beginning: an array that grows is copied.
    this.#places = (size === MOST ? kept.pop() : undefined) ?? new Array<unknown>(this.#end).fill(undefined)
  }

  /** How many it can take in all. */
  get size(): number {
    return this.#end / WIDTH
  }

  get isEmpty(): boolean {
    return this.#first === this.#next
  }

  get isFull(): boolean {
    return this.#next === this.#end
  }

  /** Puts in what a message consists of; only while it is not full. */
  push(payload: unknown, topic: string, origin: Origin, sequence: number, timestampMs: number): void {
    const places = this.#places
    const at = this.#next
    places[at] = payload
    places[at + 1] = topic
    places[at + 2] = origin
    places[at + 3] = sequence
    places[at + 4] = timestampMs
    this.#next = at + WIDTH
  }

  get payload(): unknown {
    return this.#places[this.#first]
  }

  get topic(): string {
    return this.#places[this.#first + 1] as string
  }

  get origin(): Origin {
    return this.#places[this.#first + 2] as Origin
  }

  get sequence(): number {
    return this.#places[this.#first + 3] as number
  }

  get timestampMs(): number {
    return this.#places[this.#first + 4] as number
  }

  /** Takes out the oldest, as it would have been queued by itself. */
  shift(): Queued {
    const { topic, payload, origin, sequence, timestampMs } = this
    this.drop()
    return new Queued(eventOf(topic, payload, origin, sequence, timestampMs), undefined)
  }

  /** Takes out the oldest. */
  drop(): void {
    const places = this.#places
    const at = this.#first
    // Not kept alive by the place that it had.
    places[at] = undefined
    places[at + 1] = undefined
    places[at + 2] = undefined
    this.#first = at + WIDTH
    if (this.#first === this.#end && this.#end === MOST * WIDTH && kept.length < MOST_KEPT) kept.push(places)
  }
}
