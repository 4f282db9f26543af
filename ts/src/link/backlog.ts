/**
 * Messages that wait in this thread for room in another one's inbox, or in what the core holds. Those for one thread leave
 * in their order, the most urgent first, and nothing of the same urgency overtakes them meanwhile.
 */
import * as layout from '../core/native/layout.js'

/** A message that waits. */
export interface Waiting {
  /** The lane of its priority. */
  readonly lane: number
  /** As many as it has been copied to. */
  readonly bytes: number
  /** Takes the room that it needs; where there is not enough, we are told when there is some again. */
  takeRoom(): boolean
  /** Sends it: it has its room. */
  send(): void
}

const LANES = [layout.LANE_CRITICAL, layout.LANE_HIGH, layout.LANE_NORMAL, layout.LANE_LOW]

/** The backlog of one attachment. */
export class Backlog {
  readonly #limitBytes: number
  /** By place; no place has an empty queue. */
  readonly #queues = new Map<number, Queue>()

  /** @param limitBytes - how many bytes may wait for one thread: as many as its inbox takes */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** How many messages wait. */
  get size(): number {
    let size = 0
    for (const queue of this.#queues.values()) size += queue.size
    return size
  }

  /** Whether none does. */
  get isEmpty(): boolean {
    return this.#queues.size === 0
  }

  /** How many bytes they have. */
  get bytes(): number {
    let bytes = 0
    for (const queue of this.#queues.values()) bytes += queue.bytes
    return bytes
  }

  /** Whether a message of `lane` has to wait behind others, though there may be room. */
  isBehind(place: number, lane: number): boolean {
    // As a rule nothing waits, and this is asked for each message.
    return this.#queues.size > 0 && (this.#queues.get(place)?.isBefore(lane) ?? false)
  }

  /** Has a message wait; false where too much waits already. One message may always wait. */
  add(place: number, waiting: Waiting): boolean {
    const queue = this.#queues.get(place) ?? new Queue()
    if (queue.size > 0 && queue.bytes + waiting.bytes > this.#limitBytes) return false
    const isFirst = queue.size === 0
    queue.add(waiting)
    this.#queues.set(place, queue)
    // Others have asked already.
    if (isFirst) this.#sendFrom(place, queue)
    return true
  }

  /** A message does not wait any longer. */
  delete(place: number, waiting: Waiting): void {
    const queue = this.#queues.get(place)
    if (queue?.delete(waiting) === true && queue.size === 0) this.#queues.delete(place)
  }

  /** There is room again in `place`; in `layout.HOLDINGS`, that is of use to messages for any thread. */
  room(place: number): void {
    if (place === layout.HOLDINGS)
      for (const [other, queue] of [...this.#queues]) this.#sendFrom(other, queue)
    const queue = this.#queues.get(place)
    if (queue !== undefined) this.#sendFrom(place, queue)
  }

  #sendFrom(place: number, queue: Queue): void {
    for (let next = queue.first(); next?.takeRoom() === true; next = queue.first()) {
      this.delete(place, next)
      next.send()
    }
  }
}

/** What waits for one place. */
class Queue {
  readonly #lanes: readonly Set<Waiting>[] = LANES.map(() => new Set())
  size = 0
  bytes = 0

  add(waiting: Waiting): void {
    this.#lanes[waiting.lane - layout.LANE_CRITICAL]?.add(waiting)
    this.size++
    this.bytes += waiting.bytes
  }

  delete(waiting: Waiting): boolean {
    if (this.#lanes[waiting.lane - layout.LANE_CRITICAL]?.delete(waiting) !== true) return false
    this.size--
    this.bytes -= waiting.bytes
    return true
  }

  first(): Waiting | undefined {
    for (const lane of this.#lanes) for (const waiting of lane) return waiting
    return undefined
  }

  /** Whether anything waits that is as urgent as `lane`, or more. */
  isBefore(lane: number): boolean {
    return this.#lanes.some(
      (waiting, index) => LANES[index] !== undefined && LANES[index] <= lane && waiting.size > 0,
    )
  }
}
