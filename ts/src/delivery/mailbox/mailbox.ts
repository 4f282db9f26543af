/**
 * The mailbox of an endpoint: what may start, and when. It runs nothing, knows no time but the one that it asks for, and
 * keeps what is rarely needed (lanes, keys, those that wait) from the moment it is needed.
 *
 * **Order.** Of the entries that may start, the highest lane's oldest is next, within the bound in `lanes.ts`. In an
 * `ordered` mailbox entries of one key run one after the other: while one of them runs or is postponed, the others may
 * not start; priorities still overtake among them. With a concurrency of 1 and no order by key, all are of one key.
 *
 * **Room.** Entries that are accepted and do not run are counted against `capacity`, postponed ones included; one that is
 * to start at once needs room, too, unless there is nothing else. As what is postponed comes back whether there is room
 * or not, there may be as many more as may run at a time.
 *
 * **Bundles.** What has no key and no deadline need not be an entry while it waits (`bundle.ts`). It has its place among the
 * entries of its lane all the same, and wherever one of it is asked for as an entry it becomes one.
 *
 * **Turns.** Whoever owns it calls {@link Mailbox.take} until there is nothing to take, after each call that may let
 * something start: `done`, `postpone`, `retry`, `remove`, `resume`, and an `offer` with free slots that did not start.
 */
import { type Bundle, isBundle } from './bundle.js'
import { type Entry, type Key, type LaneNumber, type Place, State } from './entry.js'
import { Lanes } from './lanes.js'
import { Lateness } from './lateness.js'
import { List } from './list.js'
import { type MailboxListener, Offered, type Overflow } from './outcome.js'
import type { Cleared, MailboxSettings } from './settings.js'
import { OwnSlots, type Slots } from './slots.js'
import { Turns } from './turns.js'
import { Waiting } from './waiting.js'

/** Lengths that are never reached. They are small integers, which cost less than infinities. */
const ABOVE_ALL = 2 ** 31 - 1
const BELOW_ALL = -1

/** The mailbox; see the head of this file. */
export class Mailbox<E extends Entry<E>, B extends Bundle<E> = Bundle<E>> {
  readonly #settings: MailboxSettings
  readonly #listener: MailboxListener<E>
  readonly #capacity: number
  readonly #slots: Slots
  #lanes: Lanes<E> | undefined
  #postponed: List<E> | undefined
  #turns: Turns<E> | undefined
  #waiting: Waiting<E> | undefined
  /** Those that may be replaced, by key. */
  #latest: Map<Key, E> | undefined
  /** Where all are of one key: the one that has begun and does not run. */
  #unfinished: E | undefined
  /** The length at which the listener is told of a high, and the one at which of a low: one of them has its turn. */
  #highAt: number
  #lowAt = BELOW_ALL
  readonly #lateness: Lateness<E>

  /**
   * @param now - milliseconds of a clock that only goes forward; asked only about entries that are due some time
   * @param slots - new ones, which its owner may look at
   */
  constructor(
    settings: MailboxSettings,
    listener: MailboxListener<E>,
    now: () => number,
    slots: Slots = new OwnSlots(),
  ) {
    this.#settings = settings
    this.#listener = listener
    this.#lateness = new Lateness(now)
    this.#capacity = settings.capacity
    this.#slots = slots
    slots.limit = settings.concurrency
    this.#highAt = settings.high
    if (settings.ordered) this.#turns = new Turns()
  }

  /** How many run. */
  get running(): number {
    return this.#slots.running
  }

  /** How many are accepted and do not run: what the capacity and the marks are about. */
  get length(): number {
    return this.#slots.length
  }

  /** How many of those are postponed. */
  get postponed(): number {
    return this.#postponed === undefined ? 0 : this.#postponed.length
  }

  /** How many wait for room. */
  get waiting(): number {
    return this.#waiting === undefined ? 0 : this.#waiting.length
  }

  /** Whether there was a high, and no low since. */
  get isHigh(): boolean {
    return this.#highAt === ABOVE_ALL
  }

  /** Whether it is between `pause()` and `resume()`. */
  get isPaused(): boolean {
    return this.#slots.limit === 0
  }

  /** Whether nothing runs, is queued or waits. */
  get isIdle(): boolean {
    // Those that wait do so because it is full.
    return this.#slots.running === 0 && this.#slots.length === 0
  }

  /**
   * Takes a slot for something that needs no entry: a mailbox with nothing in it, and a free slot. False says that an
   * entry has to be made and offered.
   *
   * What has started so is ended by `done()`, or becomes an entry when it is postponed. In an `ordered` mailbox only
   * what has no key may start so.
   */
  tryStart(): boolean {
    const slots = this.#slots
    if (slots.length !== 0 || slots.running >= slots.limit) return false
    slots.shut()
    slots.running++
    return true
  }

  /** Whether a newcomer finds no room, also when those are taken out that nobody waits for any more. */
  isFull(): boolean {
    return this.#slots.length >= this.#capacity && !this.#dropLate()
  }

  /** Accepts an entry that is new, or not; see {@link Offered} and {@link Overflow}. */
  offer(entry: E, overflow: Overflow): Offered {
    if (overflow === 'latest') return this.#offerLatest(entry)
    return this.#slots.length < this.#capacity ? this.#accept(entry) : this.#offerToFull(entry, overflow)
  }

  /** Starts the next entry: it has a slot now, and is to be run. */
  take(): E | undefined {
    const lanes = this.#lanes
    while (lanes !== undefined && this.#slots.running < this.#slots.limit) {
      const place = this.#unfinished === undefined ? lanes.peek(this.#turns) : this.#peekUnfinished()
      if (place === undefined) return undefined
      const entry = isBundle(place) ? place.shift() : place
      if (place !== entry || !this.#lateness.isLate(entry)) {
        lanes.start(place)
        this.#start(entry)
        if (--this.#slots.length <= this.#lowAt || this.#waiting !== undefined) this.#shrunk()
        return entry
      }
      this.#takeOut(entry)
      this.#shrunk()
      this.#listener.expired(entry)
    }
    return undefined
  }

  /**
   * Where what needs no entry is to be put: the youngest bundle of its lane, or a new one. Undefined where it may start at
   * once, or finds no room: then it is to be offered as an entry.
   *
   * @param make - makes the new one, after `last` in that lane
   */
  bundle(lane: LaneNumber, make: (last: B | undefined) => B): B | undefined {
    const { length, running, limit } = this.#slots
    if (length >= this.#capacity) return undefined
    if (running < limit && this.#lanes?.peek(this.#turns) === undefined) return undefined
    this.#lanes ??= new Lanes()
    const last = this.#lanes.lastBundle(lane) as B | undefined
    if (last !== undefined && !last.isFull) return last
    const bundle = make(last)
    this.#lanes.push(bundle)
    return bundle
  }

  /** One was put where {@link bundle} has said, and is accepted. */
  bundled(): void {
    this.#grown()
  }

  /**
   * The bundle whose oldest is next, if a bundle has that and a slot is free. Who takes it out says so by
   * {@link startedFrom}; it has no entry, and is ended by `done()`.
   */
  nextBundle(): B | undefined {
    const { running, limit } = this.#slots
    if (this.#lanes === undefined || running >= limit || this.#unfinished !== undefined) return undefined
    const place = this.#lanes.peek(this.#turns)
    return place !== undefined && isBundle(place) ? (place as B) : undefined
  }

  /** The oldest of the {@link nextBundle} was taken out, and has a slot now. */
  startedFrom(bundle: B): void {
    this.#lanes?.start(bundle)
    this.#slots.running++
    if (--this.#slots.length <= this.#lowAt || this.#waiting !== undefined) this.#shrunk()
  }

  /**
   * What ran has ended for good: its slot is free, and its key.
   *
   * @param entry - none for what has started by `tryStart()`
   * @returns false for an entry that does not run, which changes nothing
   */
  done(entry?: E): boolean {
    if (entry !== undefined) {
      if (entry.state !== State.running) return false
      entry.state = State.gone
      this.#release(entry)
    }
    this.#slots.running--
    return true
  }

  /**
   * What ran is to run again later. Its slot is free; its key is not, and nothing makes it leave but `remove`, `clear`
   * and, once it may start, its `dueMs`.
   *
   * @param entry - for what has started by `tryStart()`, an entry that was not offered
   * @returns false for an entry that does not run, which changes nothing
   */
  postpone(entry: E): boolean {
    if (entry.state !== State.running && entry.state !== State.fresh) return false
    this.#slots.running--
    entry.state = State.postponed
    this.#postponed ??= new List()
    this.#postponed.push(entry)
    if (this.#settings.concurrency === 1 && !this.#settings.ordered) this.#unfinished = entry
    this.#grown()
    return true
  }

  /**
   * A postponed entry may start again, before all of its lane that have not begun.
   *
   * @returns false for an entry that is not postponed (any more), which changes nothing
   */
  retry(entry: E): boolean {
    if (entry.state !== State.postponed) return false
    this.#postponed?.remove(entry)
    entry.state = State.again
    this.#lanes ??= new Lanes()
    this.#lanes.pushAgain(entry)
    return true
  }

  /**
   * Takes out an entry that does not run, whether it waits for room, is queued or is postponed; nobody is told of it.
   *
   * @returns false for one that runs or is not there (any more), which changes nothing
   */
  remove(entry: E): boolean {
    if (entry.state === State.waiting) {
      this.#waiting?.remove(entry)
      return true
    }
    if (!isAccepted(entry)) return false
    this.#takeOut(entry)
    this.#shrunk()
    return true
  }

  /** The entries that are accepted and have not begun, as far as `chosen` picks them; {@link remove} takes them out. */
  queued(chosen: (entry: E) => boolean): readonly E[] {
    const found: E[] = []
    this.#lanes?.forEachQueued((entry) => {
      if (chosen(entry)) found.push(entry)
    })
    return found
  }

  /** Lets nothing start until `resume()`. What runs goes on, and entries are accepted. */
  pause(): void {
    this.#slots.shut()
    this.#slots.limit = 0
  }

  /** Lets entries start again. */
  resume(): void {
    this.#slots.limit = this.#settings.concurrency
  }

  /** Takes out all that does not run, and tells nobody but, where there was a high, of the low. */
  clear(): Cleared<E> {
    const waiting: E[] = []
    for (let entry = this.#waiting?.shift(); entry !== undefined; entry = this.#waiting?.shift()) {
      entry.state = State.gone
      waiting.push(entry)
    }
    const accepted: E[] = []
    const next = (): Place<E> | undefined => this.#lanes?.first ?? this.#postponed?.head
    for (let place = next(); place !== undefined; place = next()) accepted.push(this.#takeOut(place))
    this.#shrunk()
    return { accepted, waiting }
  }

  /** Where all are of one key, and one of them has begun: nothing else may start. */
  #peekUnfinished(): E | undefined {
    return this.#unfinished?.state === State.again ? this.#unfinished : undefined
  }

  /** Whether a newcomer is what may start next. */
  #isNext({ key }: E): boolean {
    if (this.#unfinished !== undefined || this.#lanes?.peek(this.#turns) !== undefined) return false
    return this.#turns === undefined || key === undefined || this.#turns.taken(key) === undefined
  }

  /** There is room. */
  #accept(entry: E): Offered {
    if (this.#slots.running < this.#slots.limit && this.#isNext(entry)) {
      this.#start(entry)
      return Offered.started
    }
    this.#enqueue(entry)
    return Offered.queued
  }

  #start(entry: E): void {
    this.#slots.shut()
    this.#slots.running++
    entry.state = State.running
    if (entry.key !== undefined) this.#startKeyed(entry, entry.key)
    this.#unfinished = undefined
  }

  #startKeyed(entry: E, key: Key): void {
    // Before it leaves those that wait for its turn: they must not think that it is theirs.
    this.#turns?.take(key)
    this.#leaveKey(entry, key)
  }

  #enqueue(entry: E): void {
    entry.state = State.queued
    this.#lateness.expect(entry)
    this.#lanes ??= new Lanes()
    this.#lanes.push(entry)
    this.#grown()
  }

  /** Takes out an accepted entry that does not run, wherever it is; of a bundle the oldest that is in it. */
  #takeOut(place: Place<E>): E {
    const entry = isBundle(place) ? place.shift() : place
    const { state } = entry
    if (state === State.postponed) this.#postponed?.remove(entry)
    else this.#lanes?.remove(place)
    this.#slots.length--
    entry.state = State.gone
    if (place !== entry) return entry
    if (state !== State.queued) this.#release(entry)
    else if (entry.key !== undefined) this.#leaveKey(entry, entry.key)
    return entry
  }

  /** Takes an entry that is queued no more away from the others of its key. */
  #leaveKey(entry: E, key: Key): void {
    if (entry.parked !== undefined) this.#turns?.unpark(entry, key, entry.parked)
    if (this.#latest?.get(key) === entry) this.#latest.delete(key)
  }

  /** Gives back what an entry that has begun keeps from others. */
  #release(entry: E): void {
    if (entry === this.#unfinished) this.#unfinished = undefined
    if (entry.key !== undefined) this.#turns?.release(entry.key)
  }

  #grown(): void {
    this.#slots.shut()
    if (++this.#slots.length < this.#highAt) return
    this.#highAt = ABOVE_ALL
    this.#lowAt = this.#settings.low
    this.#listener.high()
  }

  /** There may be room: it is for those that wait, so that there is no low as long as they fill it up again. */
  #shrunk(): void {
    if (this.#waiting !== undefined) this.#admit(this.#waiting)
    if (this.#slots.length > this.#lowAt) return
    this.#highAt = this.#settings.high
    this.#lowAt = BELOW_ALL
    this.#listener.low()
  }

  #admit(waiting: Waiting<E>): void {
    while (this.#slots.length < this.#capacity) {
      const entry = waiting.shift()
      if (entry === undefined) return
      // Its sender has been told that it timed out, so it must not be accepted any more.
      if (this.#lateness.isLate(entry)) {
        entry.state = State.gone
        this.#listener.lapsed(entry)
      } else {
        this.#enqueue(entry)
        this.#listener.admitted(entry)
      }
    }
  }

  #offerLatest(entry: E): Offered {
    const { key } = entry
    const old = key === undefined ? undefined : this.#latest?.get(key)
    if (old !== undefined) {
      this.#replace(old, entry)
      this.#listener.dropped(old)
      return Offered.replaced
    }
    if (this.#slots.length >= this.#capacity && !this.#dropLate()) return Offered.dropped
    this.#letReplace(entry)
    return this.#accept(entry)
  }

  /** Puts `entry` in the place of one of the same key; where it belongs to another lane, at the end of that. */
  #replace(old: E, entry: E): void {
    if (old.lane === entry.lane) {
      this.#lanes?.replace(old, entry)
      if (entry.key !== undefined) this.#latest?.delete(entry.key)
      old.state = State.gone
    } else {
      this.#takeOut(old)
      this.#lanes?.push(entry)
      this.#slots.length++
    }
    entry.state = State.queued
    this.#lateness.expect(entry)
    this.#letReplace(entry)
  }

  /** Remembers that the next of its key may take its place; until it leaves the queue, or starts at once. */
  #letReplace(entry: E): void {
    if (entry.key === undefined || entry.held) return
    this.#latest ??= new Map()
    this.#latest.set(entry.key, entry)
  }

  #offerToFull(entry: E, overflow: Overflow): Offered {
    if (this.#dropLate()) return this.#accept(entry)
    switch (overflow) {
      case 'wait':
        return this.#wait(entry)
      case 'drop-oldest':
        return this.#acceptFor(this.#lanes?.oldestToDrop(entry.lane), entry)
      case 'reject':
        return Offered.refused
      default:
        return Offered.dropped
    }
  }

  #wait(entry: E): Offered {
    this.#waiting ??= new Waiting()
    const late = this.#waiting.push(entry, this.#lateness)
    if (late !== undefined) for (const lapsed of late) this.#listener.lapsed(lapsed)
    return Offered.waiting
  }

  #acceptFor(place: Place<E> | undefined, entry: E): Offered {
    if (place === undefined) return Offered.dropped
    const oldest = this.#takeOut(place)
    const offered = this.#accept(entry)
    // Where it started at once, the room is left over.
    if (offered === Offered.started) this.#shrunk()
    this.#listener.dropped(oldest)
    return offered
  }

  /** Takes out those that nobody waits for any more; tells whether there is room. */
  #dropLate(): boolean {
    const late = this.#lanes === undefined ? undefined : this.#lateness.find(this.#lanes, this.#slots.length)
    if (late === undefined) return false
    for (const entry of late) this.#takeOut(entry)
    this.#shrunk()
    for (const entry of late) this.#listener.expired(entry)
    return this.#slots.length < this.#capacity
  }
}

function isAccepted({ state }: { readonly state: State }): boolean {
  return state === State.queued || state === State.postponed || state === State.again
}
