/** A connection to a bus of this thread. */
import type { Pattern } from '../../contract/patterns.js'
import { closed, invalidTopic } from '../../errors.js'
import type { CoreAttachment, EndpointRecord, Match, Reception, RegisteredEndpoint } from '../core.js'
import * as layout from '../native/layout.js'
import type { Bus } from './bus.js'
import type { Registered } from './directory.js'
import { controlFrame, readBatch } from './frames.js'
import { Inbox } from './inbox.js'
import type { Plan } from './router/plan.js'
import { type Expired, Timers } from './timers.js'
import { isReserved, isShort, isTopic, noUserTopic } from './topic/exact.js'
import { compile, matches } from './topic/pattern.js'
import { RegexPattern } from './topic/regex/pattern.js'

/** Keeps a frame of expired deadlines within the reader's buffer, however many pass at once. */
const EXPIRED_PER_FRAME = 1_024

/** How many words there are before the first endpoint, and how many a handler takes. */
const COUNTS = 4
const HANDLER_WORDS = 5

/** The attachment. */
export class JavaScriptAttachment implements CoreAttachment {
  readonly id: number
  readonly options: string
  readonly #bus: Bus
  readonly #onDetached: () => void
  readonly #inbox: Inbox
  readonly #timers: Timers
  /** Its endpoints that it has not taken off the routing table itself; also one that has lost its name to another. */
  readonly #endpoints = new Map<number, Registered>()
  /** Those that have left it, while what was sent before may still arrive. */
  readonly #withdrawn = new Map<number, Registered>()
  #words = new Uint32Array(1_024)
  #lookups = 0
  #undeliverable = 0
  #left = false

  /** @param onDetached - called when it has left the bus */
  constructor(bus: Bus, wake: () => void, onDetached: () => void) {
    this.#bus = bus
    this.#onDetached = onDetached
    this.id = bus.nextId()
    this.options = bus.options
    this.#inbox = new Inbox(wake)
    this.#timers = new Timers(this.#expired)
    bus.members.set(this.id, this.#inbox)
  }

  register(pattern: Pattern, reception: Reception): RegisteredEndpoint {
    this.#mustBeAttached()
    const compiled = compile(pattern)
    const bus = this.#bus
    const { isHandler, priority, weight, metadata } = reception
    const endpoint = bus.nextId()
    const entry = { endpoint, attachment: this.id, isHandler, priority, weight, plan: 0, specificity: 0 }
    const registered: Registered = {
      entry,
      pattern: compiled,
      reception: { ...reception, metadata: metadata && { ...metadata } },
    }
    const replaced = bus.directory.add(registered)
    bus.route(registered)
    this.#endpoints.set(endpoint, registered)
    if (replaced !== undefined) this.#tellReplaced(replaced)
    bus.tellChange(this.id, registered)
    const exact = typeof compiled === 'string' ? compiled : undefined
    return { endpoint, exact, replaced: replaced?.entry.endpoint }
  }

  unregister(endpoint: number): void {
    this.#withdrawn.delete(endpoint)
    this.#takeOffTheTable(endpoint)
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
    if (typeof topic !== 'string') throw invalidTopic(topic)
    // What begins with a `$` is an address, whose check is not ours.
    if (isReserved(topic) ? !isShort(topic) : !isTopic(topic)) throw noUserTopic(topic)
    return this.#write(this.#plan(topic))
  }

  matched(topic: string): readonly Match[] {
    this.#mustBeAttached()
    const { subscriptions, handlers } = this.#plan(topic)
    const unranked = subscriptions.map(({ endpoint }): Match => ({ endpoint, specificity: 0 }))
    return [...unranked, ...handlers.map(({ endpoint, specificity }): Match => ({ endpoint, specificity }))]
  }

  directory(): readonly EndpointRecord[] {
    this.#mustBeAttached()
    return this.#bus.directory.all()
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
    for (const { kind, lane, targets, bytes: frame, payload } of readBatch(
      bytes.subarray(0, length),
      this.id,
    )) {
      if (kind === layout.KIND_ARM) this.#arm(payload)
      else if (kind === layout.KIND_DISARM) this.#disarm(payload)
      else this.#send(targets, lane, frame)
    }
  }

  drain(buffer: Uint8Array): number {
    return this.#left ? 0 : this.#inbox.drain(buffer)
  }

  sync(token: number): readonly number[] {
    return this.#left ? [] : this.#bus.broadcast(this.id, layout.KIND_SYNC, token)
  }

  nowMs(): number {
    this.#mustBeAttached()
    return performance.now()
  }

  undeliverable(): number {
    return this.#left ? 0 : this.#undeliverable
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
    this.#timers.close()
    this.#inbox.close()
    bus.members.delete(this.id)
    bus.broadcast(this.id, layout.KIND_GONE)
    this.#onDetached()
  }

  #mustBeAttached(): void {
    if (this.#left) throw closed(this.#bus.name)
  }

  #plan(topic: string): Plan {
    this.#lookups++
    return this.#bus.table.plan(topic)
  }

  /** Writes a plan as words; see the port. */
  #write({ subscriptions, handlers }: Plan): Uint32Array {
    const most = COUNTS + subscriptions.length + handlers.length * HANDLER_WORDS
    if (most > this.#words.length) this.#words = new Uint32Array(most * 2)
    const words = this.#words
    let at = COUNTS
    for (const { attachment, endpoint } of subscriptions) if (attachment === this.id) words[at++] = endpoint
    const here = at - COUNTS
    if (here < subscriptions.length) {
      const elsewhere = new Set(subscriptions.map(({ attachment }) => attachment))
      elsewhere.delete(this.id)
      for (const attachment of [...elsewhere].sort((one, other) => one - other)) words[at++] = attachment
    }
    words[0] = subscriptions.length
    words[1] = here
    words[2] = at - COUNTS - here
    words[3] = handlers.length
    for (const { endpoint, attachment, priority, specificity, weight } of handlers) {
      words[at++] = endpoint
      words[at++] = attachment
      words[at++] = priority
      words[at++] = specificity
      words[at++] = weight
    }
    return words
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

  #send(targets: readonly number[], lane: number, frame: Uint8Array): void {
    let copy: Uint8Array | undefined
    for (const target of targets) {
      const inbox = this.#bus.members.get(target)
      if (inbox === undefined) this.#undeliverable++
      else {
        // The batch's memory is the sender's: it writes the next one there.
        copy ??= Uint8Array.from(frame)
        inbox.push(lane, copy)
      }
    }
  }

  #arm(entries: DataView): void {
    const nowMs = performance.now()
    for (let at = 0; at + 16 <= entries.byteLength; at += 16) {
      const [slot, generation] = [entries.getUint32(at, true), entries.getUint32(at + 4, true)]
      this.#timers.arm(slot, generation, entries.getFloat64(at + 8, true), nowMs)
    }
  }

  #disarm(entries: DataView): void {
    for (let at = 0; at + 4 <= entries.byteLength; at += 4) this.#timers.disarm(entries.getUint32(at, true))
  }

  readonly #expired = (expired: readonly Expired[]): void => {
    for (let from = 0; from < expired.length; from += EXPIRED_PER_FRAME) {
      const some = expired.slice(from, from + EXPIRED_PER_FRAME)
      const payload = Buffer.from(Uint32Array.from(some.flat()).buffer)
      this.#inbox.push(layout.LANE_CONTROL, controlFrame(layout.KIND_EXPIRED, 0, 0, '', payload))
    }
  }
}
