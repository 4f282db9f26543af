/** Those that wait for room, in the order in which they came. */
import { type Entry, State } from './entry.js'
import type { Lateness } from './lateness.js'
import { List } from './list.js'

/** At fewer than this nobody looks for those that have given up. */
const MIN_LIMIT = 64

/** The line. */
export class Waiting<E extends Entry<E>> {
  readonly #list = new List<E>()
  /** At this length they are looked through: the more there are the rarer, so that it costs little for each. */
  #limit = MIN_LIMIT

  get length(): number {
    return this.#list.length
  }

  /**
   * Lets `entry` wait. Now and then, those that nobody waits for any more are taken out.
   *
   * @returns what was taken out, if it was looked for
   */
  push(entry: E, lateness: Lateness<E>): readonly E[] | undefined {
    const late = this.#list.length < this.#limit ? undefined : this.#takeLate(lateness)
    entry.state = State.waiting
    this.#list.push(entry)
    return late
  }

  /** Takes out the first; what it is then is for the caller to say. */
  shift(): E | undefined {
    return this.#list.shift()
  }

  /** Takes out one that has given up. */
  remove(entry: E): void {
    entry.state = State.gone
    this.#list.remove(entry)
  }

  #takeLate(lateness: Lateness<E>): readonly E[] {
    const late: E[] = []
    for (let entry = this.#list.head; entry !== undefined; entry = entry.next) {
      if (lateness.isLate(entry)) late.push(entry)
    }
    for (const entry of late) this.remove(entry)
    this.#limit = Math.max(MIN_LIMIT, this.#list.length * 2)
    return late
  }
}
