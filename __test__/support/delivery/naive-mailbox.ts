/** A mailbox as it is described, without a thought for what it costs: lists that are looked through for everything. */
import type { State as AnyState, Key } from '../../../ts/src/delivery/mailbox/entry.js'
import type { Offered as AnyOffered, Overflow } from '../../../ts/src/delivery/mailbox/outcome.js'
import type { MailboxSettings } from '../../../ts/src/delivery/mailbox/settings.js'
import { MOST_PASSED_OVER, Offered, State } from './inside.js'
import type { Parcel } from './parcel.js'

/** What the model knows of an entry; the entry's own state belongs to the mailbox that is tested. */
interface Known {
  readonly entry: Parcel
  state: AnyState
  readonly isReplaceable: boolean
}

/** The model. */
export class NaiveMailbox {
  readonly #settings: MailboxSettings
  readonly #log: (word: string) => void
  readonly #now: () => number
  /** Accepted and not running, oldest first. */
  #accepted: Known[] = []
  /** Those that may begin again, in the order in which that was said. */
  #again: Known[] = []
  #waiting: Parcel[] = []
  #waitingLimit = 64
  #runningEntries: Known[] = []
  #anonymous = 0
  #passedOver = [0, 0, 0, 0]
  #isHigh = false
  isPaused = false

  constructor(settings: MailboxSettings, log: (word: string) => void, now: () => number) {
    this.#settings = settings
    this.#log = log
    this.#now = now
  }

  get levels(): Record<string, number | boolean> {
    return {
      running: this.running,
      length: this.#accepted.length,
      postponed: this.#accepted.filter(({ state }) => state === State.postponed).length,
      waiting: this.#waiting.length,
      isPaused: this.isPaused,
      isIdle: this.running === 0 && this.#accepted.length === 0 && this.#waiting.length === 0,
    }
  }

  get running(): number {
    return this.#anonymous + this.#runningEntries.length
  }

  tryStart(): boolean {
    const mayStart = this.#hasSlot && this.#accepted.length === 0
    if (mayStart) this.#anonymous++
    return mayStart
  }

  offer(entry: Parcel, overflow: Overflow): AnyOffered {
    const known = { entry, state: State.queued, isReplaceable: overflow === 'latest' && !entry.held } as Known
    if (overflow === 'latest' && entry.key !== undefined) {
      const at = this.#accepted.findIndex(
        (other) => other.isReplaceable && other.state === State.queued && other.entry.key === entry.key,
      )
      const old = this.#accepted[at]
      if (old !== undefined) {
        if (old.entry.lane === entry.lane) this.#accepted[at] = known
        else {
          this.#accepted.splice(at, 1)
          this.#accepted.push(known)
          this.#forgetEmptyLanes()
        }
        this.#log(`dropped ${old.entry.id}`)
        return Offered.replaced
      }
    }
    if (this.#isFull) this.#dropLate()
    if (this.#isFull) {
      if (overflow === 'reject') return Offered.refused
      if (overflow === 'wait') {
        this.#forgetLapsed()
        this.#waiting.push(entry)
        return Offered.waiting
      }
      const oldest = overflow === 'drop-oldest' ? this.#oldestToDrop(entry) : undefined
      if (oldest === undefined) return Offered.dropped
      this.#takeOut(oldest)
      this.#log(`dropped ${oldest.entry.id}`)
    }
    if (this.#hasSlot && this.#next() === undefined && this.#mayBegin(known)) {
      this.#runningEntries.push(known)
      this.#admit()
      return Offered.started
    }
    this.#accepted.push(known)
    this.#tellHigh()
    return Offered.queued
  }

  take(): number | undefined {
    while (this.#hasSlot) {
      const known = this.#next()
      if (known === undefined) return undefined
      const { id, dueMs } = known.entry
      if (dueMs !== 0 && dueMs <= this.#now()) {
        this.#takeOut(known)
        this.#admit()
        this.#log(`expired ${id}`)
        continue
      }
      const { lane } = known.entry
      for (let lower = lane + 1; lower <= 3; lower++) {
        if (this.#hasSomething(lower)) this.#passedOver[lower] = (this.#passedOver[lower] ?? 0) + 1
      }
      this.#passedOver[lane] = 0
      this.#takeOut(known)
      this.#runningEntries.push(known)
      this.#admit()
      return id
    }
    return undefined
  }

  done(entry?: Parcel): boolean {
    if (entry === undefined) {
      this.#anonymous--
      return true
    }
    const known = this.#runningEntries.find((other) => other.entry === entry)
    if (known === undefined) return false
    this.#runningEntries = this.#runningEntries.filter((other) => other !== known)
    return true
  }

  postpone(entry: Parcel, isAnonymous: boolean): boolean {
    const known = this.#runningEntries.find((other) => other.entry === entry)
    if (known === undefined && !isAnonymous) return false
    if (known === undefined) this.#anonymous--
    else this.#runningEntries = this.#runningEntries.filter((other) => other !== known)
    this.#accepted.push({ entry, state: State.postponed, isReplaceable: false })
    this.#tellHigh()
    return true
  }

  retry(entry: Parcel): boolean {
    const known = this.#accepted.find((other) => other.entry === entry)
    if (known?.state !== State.postponed) return false
    known.state = State.again
    this.#again.push(known)
    return true
  }

  remove(entry: Parcel): boolean {
    if (this.#waiting.includes(entry)) {
      this.#waiting = this.#waiting.filter((other) => other !== entry)
      return true
    }
    const known = this.#accepted.find((other) => other.entry === entry)
    if (known === undefined) return false
    this.#takeOut(known)
    this.#admit()
    return true
  }

  /** The ids, sorted. */
  clear(): { readonly accepted: number[]; readonly waiting: number[] } {
    const waiting = this.#waiting.map(({ id }) => id)
    const accepted = this.#accepted.map(({ entry }) => entry.id).sort((a, b) => a - b)
    this.#waiting = []
    this.#accepted = []
    this.#again = []
    this.#forgetEmptyLanes()
    this.#tellLow()
    return { accepted, waiting }
  }

  get #hasSlot(): boolean {
    return !this.isPaused && this.running < this.#settings.concurrency
  }

  get #isFull(): boolean {
    return this.#accepted.length >= this.#settings.capacity
  }

  /** Those that have begun and have not ended. */
  get #unfinished(): Known[] {
    return [...this.#runningEntries, ...this.#accepted.filter(({ state }) => state !== State.queued)]
  }

  #mayBegin(known: Known): boolean {
    if (known.state === State.postponed) return false
    const others = this.#unfinished.filter((other) => other !== known)
    if (this.#settings.ordered) return !others.some((other) => isSame(other.entry.key, known.entry.key))
    return this.#settings.concurrency > 1 || others.length === 0
  }

  #next(): Known | undefined {
    const startable = [
      ...this.#again,
      ...this.#accepted.filter(({ state }) => state === State.queued),
    ].filter((known) => this.#mayBegin(known))
    const first = (lane: number): Known | undefined => startable.find(({ entry }) => entry.lane === lane)
    for (const lane of [3, 2, 1]) {
      if ((this.#passedOver[lane] ?? 0) >= MOST_PASSED_OVER && first(lane) !== undefined) return first(lane)
    }
    return first(0) ?? first(1) ?? first(2) ?? first(3)
  }

  #oldestToDrop({ lane }: Parcel): Known | undefined {
    const may = this.#accepted.filter(({ state, entry }) => state === State.queued && !entry.held)
    for (let from = 3; from >= lane; from--) {
      const oldest = may.find(({ entry }) => entry.lane === from)
      if (oldest !== undefined) return oldest
    }
    return undefined
  }

  #hasSomething(lane: number): boolean {
    return this.#accepted.some(({ entry, state }) => entry.lane === lane && state !== State.postponed)
  }

  #takeOut(known: Known): void {
    this.#accepted = this.#accepted.filter((other) => other !== known)
    this.#again = this.#again.filter((other) => other !== known)
    this.#forgetEmptyLanes()
  }

  #forgetEmptyLanes(): void {
    this.#passedOver = this.#passedOver.map((count, lane) => (this.#hasSomething(lane) ? count : 0))
  }

  #dropLate(): void {
    const late = this.#accepted.filter(
      ({ state, entry }) => state === State.queued && entry.dueMs !== 0 && entry.dueMs <= this.#now(),
    )
    if (late.length === 0) return
    for (const known of late) this.#takeOut(known)
    this.#admit()
    for (const { entry } of late) this.#log(`expired ${entry.id}`)
  }

  #admit(): void {
    while (!this.#isFull) {
      const entry = this.#waiting.shift()
      if (entry === undefined) break
      const { id, dueMs } = entry
      if (dueMs !== 0 && dueMs <= this.#now()) this.#log(`lapsed ${id}`)
      else {
        this.#accepted.push({ entry, state: State.queued, isReplaceable: false })
        this.#tellHigh()
        this.#log(`admitted ${id}`)
      }
    }
    this.#tellLow()
  }

  #forgetLapsed(): void {
    if (this.#waiting.length < this.#waitingLimit) return
    this.#waiting = this.#waiting.filter(({ id, dueMs }) => {
      const isLate = dueMs !== 0 && dueMs <= this.#now()
      if (isLate) this.#log(`lapsed ${id}`)
      return !isLate
    })
    this.#waitingLimit = Math.max(64, this.#waiting.length * 2)
  }

  #tellHigh(): void {
    if (this.#isHigh || this.#accepted.length < this.#settings.high) return
    this.#isHigh = true
    this.#log('high')
  }

  #tellLow(): void {
    if (!this.#isHigh || this.#accepted.length > this.#settings.low) return
    this.#isHigh = false
    this.#log('low')
  }
}

function isSame(one: Key | undefined, other: Key | undefined): boolean {
  return one !== undefined && one === other
}
