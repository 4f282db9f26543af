/** A connection to a bus of this thread. */
import type { Pattern } from '../../contract/patterns.js'
import type { BusHoldings } from '../../contract/stats.js'
import { closed, invalidTopic } from '../../errors.js'
import type {
  CoreAttachment,
  DeadLetterRecord,
  EndpointLabel,
  EndpointRecord,
  Match,
  Reception,
  RegisteredEndpoint,
} from '../core.js'
import { NOTHING_HELD } from '../holdings.js'
import * as layout from '../native/layout.js'
import type { Bus } from './bus.js'
import { keyOf } from './delivery/peers.js'
import { Untied } from './delivery/untied.js'
import { addresses, isRouted, type Registered, recordOf } from './directory.js'
import { controlFrame, forwarded, laneOf, padded } from './frames.js'
import { Grants } from './grants.js'
import { Inbox } from './inbox.js'
import { Intake } from './intake.js'
import { PlanWords, subscribers } from './plan-words.js'
import type { Plan } from './router/plan.js'
import { type Expired, Timers } from './timers.js'
import { isReserved, isShort, isTopic, noUserTopic } from './topic/exact.js'
import { compile, matches } from './topic/pattern.js'
import { RegexPattern } from './topic/regex/pattern.js'

/** Keeps a frame of expired deadlines within the reader's buffer, however many pass at once. */
const EXPIRED_PER_FRAME = 1_024

/** The attachment. */
export class JavaScriptAttachment implements CoreAttachment {
  readonly id: number
  readonly options: string
  readonly #bus: Bus
  readonly #onDetached: () => void
  readonly #inbox: Inbox
  readonly #grants: Grants
  readonly #timers: Timers
  readonly #intake: Intake
  /** Its endpoints that it has not taken off the routing table itself; also one that has lost its name to another. */
  readonly #endpoints = new Map<number, Registered>()
  /** Those that have left it, while what was sent before may still arrive. */
  readonly #withdrawn = new Map<number, Registered>()
  /** The ids that were taken for deliveries that are not submitted yet. */
  readonly #untied = new Untied()
  readonly #words = new PlanWords()
  #lookups = 0
  #left = false

  /** @param onDetached - called when it has left the bus */
  constructor(bus: Bus, wake: () => void, onDetached: () => void) {
    this.#bus = bus
    this.#onDetached = onDetached
    this.id = bus.nextId()
    this.options = bus.options
    this.#inbox = new Inbox(bus.inboxBytes, wake)
    this.#grants = new Grants(this.id, bus, this.#inbox)
    this.#timers = new Timers(this.#expired, bus.clock)
    this.#intake = new Intake(this.id, bus, this.#timers, this.#untied, this.#grants)
    bus.members.set(this.id, this.#inbox)
  }

  register(pattern: Pattern, reception: Reception): RegisteredEndpoint {
    this.#mustBeAttached()
    const compiled = compile(pattern)
    const bus = this.#bus
    const { isHandler, priority, weight, metadata, dedupe, standing } = reception
    const endpoint = bus.nextId()
    const flags = flagsOf(reception)
    const ranked = { plan: 0, specificity: 0 }
    const registered: Registered = {
      entry: { endpoint, attachment: this.id, isHandler, priority, weight, flags, ...ranked },
      pattern: compiled,
      key: keyOf(compiled),
      // Copies, so that nobody changes what was said.
      reception: { ...reception, metadata: metadata && { ...metadata }, dedupe: dedupe && { ...dedupe } },
      standing,
    }
    const replaced = bus.directory.add(registered)
    bus.route(registered)
    this.#endpoints.set(endpoint, registered)
    if (replaced !== undefined) this.#tellReplaced(replaced)
    bus.tellChange(this.id, registered)
    if (isRouted(registered)) bus.deliveries.joined(registered)
    const exact = typeof compiled === 'string' ? compiled : undefined
    return { endpoint, exact, replaced: replaced?.entry.endpoint }
  }

  unregister(endpoint: number): void {
    if (this.#left) return
    this.#withdrawn.delete(endpoint)
    this.#takeOffTheTable(endpoint)
    // Also what one has in hand that is off the table already.
    this.#bus.deliveries.unregistered(endpoint, this.id)
  }

  withdraw(endpoint: number): void {
    const registered = this.#takeOffTheTable(endpoint)
    if (registered !== undefined) this.#withdrawn.set(endpoint, registered)
  }

  withdrawn(topic: string): readonly number[] {
    const endpoints: number[] = []
    for (const [endpoint, { pattern, reception }] of this.#withdrawn) {
      if (!reception.isHandler && matches(pattern, topic)) endpoints.push(endpoint)
    }
    return endpoints.sort((one, other) => one - other)
  }

  resolve(topic: string): Uint32Array {
    this.#mustBeAttached()
    checkTopic(topic)
    return this.#words.write(this.#plan(topic), this.id, topic)
  }

  subscribers(topic: string): Uint32Array {
    this.#mustBeAttached()
    checkTopic(topic)
    return subscribers(this.#plan(topic), this.id)
  }

  claim(endpoint: number, id: string): boolean {
    if (this.#left) return false
    const claim = this.#bus.windowOf(endpoint).take(id, this.#bus.clock.nowMs())
    if (claim !== undefined) this.#untied.add(endpoint, claim)
    return claim !== undefined
  }

  unclaim(endpoint: number, id: string): void {
    this.#untied.giveBack(endpoint, id)
  }

  holds(delivery: number): boolean {
    return !this.#left && this.#bus.deliveries.has({ sender: this.id, number: delivery })
  }

  replay(endpoint: number): number {
    const registered = this.#left ? undefined : this.#endpoints.get(endpoint)
    if (registered === undefined) return 0
    const frames = this.#bus.retained.matching(registered.pattern)
    const forwarding = { kind: layout.KIND_EVENT, target: this.id, endpoint, delivery: 0 }
    for (const frame of frames) this.#inbox.push(laneOf(frame), forwarded(frame, forwarding))
    return frames.length
  }

  deadLetters(after: number, limit: number): readonly DeadLetterRecord[] {
    return this.#left ? [] : this.#bus.letters.list(after, limit)
  }

  removeDeadLetters(numbers: readonly number[] | undefined): number {
    return this.#left ? 0 : this.#bus.letters.remove(numbers)
  }

  holdings(): BusHoldings {
    if (this.#left) return NOTHING_HELD
    const { deliveries, schedule, retained, letters } = this.#bus
    return {
      held: deliveries.size,
      parked: deliveries.parkedCount,
      scheduled: schedule.size,
      retained: retained.size,
      deadLetters: letters.size,
      deadLettersEvicted: letters.evicted,
      heldBytes: deliveries.bytes + schedule.bytes,
      retainedBytes: retained.bytes,
    }
  }

  matched(topic: string): readonly Match[] {
    this.#mustBeAttached()
    const { subscriptions, handlers } = this.#plan(topic)
    const unranked = subscriptions.map(({ endpoint }): Match => ({ endpoint, specificity: 0 }))
    return [...unranked, ...handlers.map(({ endpoint, specificity }): Match => ({ endpoint, specificity }))]
  }

  /** There is no other thread that could find this one silent: the lease is of no use. */
  setStanding(endpoint: number, word: number, isOut: boolean): boolean {
    const registered = this.#left ? undefined : this.#endpoints.get(endpoint)
    // Not there when it has lost its name to another.
    if (registered === undefined || !this.#bus.directory.has(endpoint)) return false
    return this.#bus.stand(registered, { word, isOut, isSilent: false })
  }

  unusable(topic: string): readonly EndpointRecord[] {
    this.#mustBeAttached()
    checkTopic(topic)
    const receives = (registered: Registered): boolean =>
      (!isReserved(topic) && matches(registered.pattern, topic)) || addresses(registered).includes(topic)
    return this.#bus.directory.unrouted().filter(receives).map(recordOf)
  }

  directory(): readonly EndpointRecord[] {
    this.#mustBeAttached()
    return this.#bus.directory.all()
  }

  nameOf(endpoint: number): string | undefined {
    return this.#bus.directory.nameOf(endpoint)
  }

  captures(endpoint: number, topic: string): Readonly<Record<string, string>> {
    const registered = this.#endpoints.get(endpoint) ?? this.#withdrawn.get(endpoint)
    const pattern = this.#left ? undefined : registered?.pattern
    return pattern instanceof RegexPattern ? pattern.captures(topic) : {}
  }

  /** There is no cache beside that of the thread, because there is no other thread: every look-up asks the table. */
  cacheLookups(): { readonly hits: number; readonly misses: number; readonly evictions: number } {
    return { hits: 0, misses: this.#left ? 0 : this.#lookups, evictions: 0 }
  }

  submit(bytes: Uint8Array, length: number): void {
    if (this.#left) return
    this.#intake.take(bytes.subarray(0, length))
    this.#grants.giveBack()
  }

  submitApart(head: Uint8Array, payload: Uint8Array): void {
    const frame = new Uint8Array(head.length + padded(payload.length))
    frame.set(head)
    frame.set(payload, head.length)
    this.submit(frame, frame.length)
  }

  reserve(target: number, bytes: number): number {
    return this.#left ? layout.BOUNDLESS : this.#grants.reserve(target, bytes, false)
  }

  reserveOrWait(target: number, bytes: number): number {
    return this.#left ? layout.BOUNDLESS : this.#grants.reserve(target, bytes, true)
  }

  inboxBytes(): number {
    return this.#left ? 0 : this.#inbox.room.used
  }

  hasFrames(): boolean {
    return !this.#left && this.#inbox.hasFrames
  }

  drain(buffer: Uint8Array): number {
    return this.#left ? 0 : this.#inbox.drain(buffer)
  }

  drainApart(head: Uint8Array, payload: Uint8Array): number {
    return this.#left ? 0 : this.#inbox.drainApart(head, payload)
  }

  sync(token: number): readonly number[] {
    return this.#left ? [] : this.#bus.broadcast(this.id, layout.KIND_SYNC, token)
  }

  nowMs(): number {
    this.#mustBeAttached()
    return this.#bus.clock.nowMs()
  }

  advance(ms: number): void {
    if (!this.#left) this.#bus.advance(ms)
  }

  undeliverable(): number {
    return this.#left ? 0 : this.#intake.undeliverable
  }

  label(endpoint: number): EndpointLabel | undefined {
    const record = this.#left ? undefined : this.#bus.directory.all().find((one) => one.endpoint === endpoint)
    if (record === undefined) return undefined
    const { isHandler, name, pattern } = record
    return { isHandler, name, pattern: String(pattern) }
  }

  row(key: string): number | undefined {
    return this.#left ? undefined : this.#bus.sums.row(key)
  }

  rowKeys(first: number): readonly string[] {
    return this.#left ? [] : this.#bus.sums.keys(first)
  }

  report(triples: Float64Array, length: number): void {
    if (!this.#left) this.#bus.sums.report(this.id, triples, length)
  }

  collect(): Float64Array {
    return this.#left ? new Float64Array(1) : this.#bus.sums.collect()
  }

  detach(): void {
    if (this.#left) return
    this.#left = true
    const bus = this.#bus
    for (const endpoint of this.#endpoints.keys()) {
      const registered = bus.directory.remove(endpoint)
      if (registered !== undefined) bus.unroute(registered)
    }
    this.#endpoints.clear()
    this.#withdrawn.clear()
    this.#untied.giveBackAll()
    this.#timers.close()
    this.#grants.giveBack()
    this.#inbox.close()
    bus.members.delete(this.id)
    bus.sums.leave(this.id)
    // They find that it is gone.
    this.#inbox.room.tell()
    bus.broadcast(this.id, layout.KIND_GONE)
    if (bus.members.size > 0) bus.deliveries.left(this.id)
    this.#onDetached()
  }

  #mustBeAttached(): void {
    if (this.#left) throw closed(this.#bus.name)
  }

  #plan(topic: string): Plan {
    this.#lookups++
    return this.#bus.table.plan(topic)
  }

  #takeOffTheTable(endpoint: number): Registered | undefined {
    if (this.#left) return undefined
    const registered = this.#endpoints.get(endpoint)
    if (registered === undefined) return undefined
    this.#endpoints.delete(endpoint)
    // Not there when it has lost its name to another.
    if (this.#bus.directory.remove(endpoint) === undefined) return registered
    this.#bus.unroute(registered)
    this.#bus.tellChange(this.id, registered)
    return registered
  }

  /** An endpoint, of whichever attachment, has lost its name to one of ours. */
  #tellReplaced(old: Registered): void {
    this.#bus.unroute(old)
    this.#bus.tellChange(this.id, old)
    const frame = controlFrame(layout.KIND_REPLACED, this.id, old.entry.endpoint)
    this.#bus.members.get(old.entry.attachment)?.push(layout.LANE_CONTROL, frame)
  }

  readonly #expired = (expired: readonly Expired[]): void => {
    for (let from = 0; from < expired.length; from += EXPIRED_PER_FRAME) {
      const some = expired.slice(from, from + EXPIRED_PER_FRAME)
      const payload = Buffer.from(Uint32Array.from(some.flat()).buffer)
      this.#inbox.push(layout.LANE_CONTROL, controlFrame(layout.KIND_EXPIRED, 0, 0, '', payload))
    }
  }
}

function checkTopic(topic: unknown): asserts topic is string {
  if (typeof topic !== 'string') throw invalidTopic(topic)
  // What begins with a `$` is an address, whose check is not ours.
  if (isReserved(topic) ? !isShort(topic) : !isTopic(topic)) throw noUserTopic(topic)
}

function flagsOf({ held, dedupe, threadOnly, standing }: Reception): number {
  const deduped = dedupe === undefined ? 0 : layout.FLAG_DEDUPED
  const guarded = standing === undefined ? 0 : layout.FLAG_GUARDED
  return (held ? layout.FLAG_HELD : 0) | deduped | (threadOnly ? layout.FLAG_THREAD_ONLY : 0) | guarded
}
