/** The mailbox and its model, side by side: whatever is done is done to both, and whatever they say has to be the same. */
import { deepStrictEqual, strictEqual } from 'node:assert'
import type { Key, LaneNumber } from '../../../ts/src/delivery/mailbox/entry.js'
import type { Mailbox as AnyMailbox } from '../../../ts/src/delivery/mailbox/mailbox.js'
import type { Overflow } from '../../../ts/src/delivery/mailbox/outcome.js'
import type { MailboxSettings } from '../../../ts/src/delivery/mailbox/settings.js'
import { Mailbox, Offered } from './inside.js'
import { NaiveMailbox } from './naive-mailbox.js'
import { Parcel } from './parcel.js'
import { ParcelBundle } from './parcel-bundle.js'

/** The two. */
export class TwinMailboxes {
  readonly #mailbox: AnyMailbox<Parcel, ParcelBundle>
  readonly #model: NaiveMailbox
  readonly #capacity: number
  readonly #log: string[] = []
  readonly #expected: string[] = []
  readonly #marks: string[] = []
  #nowMs = 1
  #made = 0
  #anonymous = 0
  /** Those that came out of a bundle and run without an entry. */
  readonly #unentered: Parcel[] = []
  /** Every entry that was ever offered, so that also those that are gone are asked about. */
  readonly entries: Parcel[] = []
  readonly running: Parcel[] = []
  /** How much of what happened was worth a test. */
  readonly seen: Record<string, number> = {}

  constructor(settings: MailboxSettings) {
    this.#capacity = settings.capacity
    const say = (word: string, entry: Parcel): void => {
      this.#log.push(`${word} ${entry.id}`)
      this.#note(word)
    }
    const mark = (word: 'high' | 'low'): void => {
      this.#log.push(word)
      this.#marks.push(word)
      this.#note(word)
    }
    const now = (): number => this.#nowMs
    const listener = {
      dropped: (entry: Parcel) => say('dropped', entry),
      expired: (entry: Parcel) => say('expired', entry),
      admitted: (entry: Parcel) => say('admitted', entry),
      lapsed: (entry: Parcel) => say('lapsed', entry),
      high: () => mark('high'),
      low: () => mark('low'),
    }
    this.#mailbox = new Mailbox(settings, listener, now)
    this.#model = new NaiveMailbox(settings, (word) => this.#expected.push(word), now)
  }

  /** @param ttlMs - 0 for ever */
  offer(lane: LaneNumber, key: Key | undefined, held: boolean, ttlMs: number, overflow: Overflow): void {
    const entry = this.#make(lane, key, held, ttlMs)
    const offered = this.#mailbox.offer(entry, overflow)
    this.#same(offered, this.#model.offer(entry, overflow))
    if (offered === Offered.started) this.running.push(entry)
    this.#note(`offered ${Object.keys(Offered)[offered]}`)
  }

  /** Lets one wait in a bundle where the mailbox says so: where it would have been queued. */
  bundle(lane: LaneNumber, size: number): void {
    const bundle = this.#mailbox.bundle(lane, () => new ParcelBundle(lane, size))
    if (bundle === undefined) return
    const parcel = new Parcel(this.#made++, lane)
    bundle.push(parcel)
    this.#mailbox.bundled()
    this.#same(Offered.queued, this.#model.offer(parcel, 'reject'))
    this.#note('bundled')
  }

  /** Starts what is next without an entry, where that is in a bundle. */
  takeBundled(): void {
    const bundle = this.#mailbox.nextBundle()
    if (bundle === undefined) return
    const parcel = bundle.shift()
    this.#mailbox.startedFrom(bundle)
    this.#same(parcel.id, this.#model.take())
    this.#unentered.push(parcel)
    this.#note('started from a bundle')
  }

  /** Ends one that came out of a bundle and has no entry, if there is one. */
  finishBundled(): void {
    const parcel = this.#unentered.shift()
    if (parcel !== undefined) this.#same(this.#mailbox.done(), this.#model.done(parcel))
  }

  tryStart(): void {
    const started = this.#mailbox.tryStart()
    this.#same(started, this.#model.tryStart())
    if (started) this.#anonymous++
  }

  /** Ends one that has no entry, if there is one. */
  finishAnonymous(): void {
    if (this.#anonymous === 0) return
    this.#anonymous--
    this.#same(this.#mailbox.done(), this.#model.done())
  }

  /** Postpones one that had no entry, if there is one. */
  postponeAnonymous(lane: LaneNumber): void {
    if (this.#anonymous === 0) return
    this.#anonymous--
    const entry = this.#make(lane, undefined, true, 0)
    this.#same(this.#mailbox.postpone(entry), this.#model.postpone(entry, true))
    this.#note('postponed')
  }

  take(): boolean {
    const entry = this.#mailbox.take()
    this.#same(entry?.id, this.#model.take())
    if (entry !== undefined) this.running.push(entry)
    // Out of a bundle: now it is an entry as any other.
    if (entry !== undefined && !this.entries.includes(entry)) this.entries.push(entry)
    return entry !== undefined
  }

  done(entry: Parcel): void {
    this.#same(this.#mailbox.done(entry), this.#model.done(entry))
    this.#stop(entry)
  }

  postpone(entry: Parcel): void {
    const postponed = this.#mailbox.postpone(entry)
    this.#same(postponed, this.#model.postpone(entry, false))
    this.#stop(entry)
    if (postponed) this.#note('postponed')
  }

  retry(entry: Parcel): void {
    const retried = this.#mailbox.retry(entry)
    this.#same(retried, this.#model.retry(entry))
    if (retried) this.#note('retried')
  }

  remove(entry: Parcel): void {
    const removed = this.#mailbox.remove(entry)
    this.#same(removed, this.#model.remove(entry))
    if (removed) this.#note('removed')
  }

  clear(): void {
    const { accepted, waiting } = this.#mailbox.clear()
    const ids = (entries: readonly Parcel[]): number[] => entries.map(({ id }) => id)
    this.#same({ accepted: ids(accepted).sort((a, b) => a - b), waiting: ids(waiting) }, this.#model.clear())
  }

  pause(isPaused: boolean): void {
    if (isPaused) this.#mailbox.pause()
    else this.#mailbox.resume()
    this.#model.isPaused = isPaused
    this.#compare()
  }

  pass(ms: number): void {
    this.#nowMs += ms
  }

  /** Ends all that runs and can be started: nothing may be left but what is postponed. */
  drain(): void {
    this.pause(false)
    for (let left = this.#anonymous; left > 0; left--) this.finishAnonymous()
    while (this.#unentered.length > 0) this.finishBundled()
    for (const entry of this.entries) this.retry(entry)
    do for (const entry of [...this.running]) this.done(entry)
    while (this.take())
    this.#same(this.#mailbox.isIdle, true)
  }

  #make(lane: LaneNumber, key: Key | undefined, held: boolean, ttlMs: number): Parcel {
    const dueMs = ttlMs === 0 ? 0 : this.#nowMs + ttlMs
    const entry = new Parcel(this.#made++, lane, key, held, dueMs)
    this.entries.push(entry)
    return entry
  }

  #stop(entry: Parcel): void {
    const at = this.running.indexOf(entry)
    if (at >= 0) this.running.splice(at, 1)
  }

  #same(actual: unknown, expected: unknown): void {
    deepStrictEqual(actual, expected)
    this.#compare()
  }

  #compare(): void {
    const { running, length, postponed, waiting, isPaused, isIdle } = this.#mailbox
    deepStrictEqual({ running, length, postponed, waiting, isPaused, isIdle }, this.#model.levels)
    if (waiting > 0) strictEqual(length >= this.#capacity, true, 'nobody waits as long as there is room')
    deepStrictEqual(this.#log.sort(), this.#expected.sort())
    this.#log.length = 0
    this.#expected.length = 0
    for (const [index, word] of this.#marks.entries()) strictEqual(word, index % 2 === 0 ? 'high' : 'low')
  }

  #note(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1
  }
}
