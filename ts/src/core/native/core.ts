/** The native core behind the port: the statuses of the hot calls become results and errors here. */
import type { Pattern } from '../../contract/patterns.js'
import type { BusHoldings } from '../../contract/stats.js'
import { closed, fromCore, internal, invalidPattern, invalidTopic } from '../../errors.js'
import type {
  Core,
  CoreAttachment,
  DeadLetterRecord,
  EndpointLabel,
  EndpointRecord,
  Match,
  Reception,
  RegisteredEndpoint,
} from '../core.js'
import { NOTHING_HELD } from '../holdings.js'
import type { Binding, Details, DirectoryEntry } from './binding.js'
import { BOUNDLESS, STATUS_INVALID_TOPIC, STATUS_NOT_ATTACHED, STATUS_TOO_SMALL } from './layout.js'
import { load } from './loader.js'

let binding: Binding | undefined

/** What to call when the environment's one doorbell rings; a ring is for any of this thread's attachments. */
let wakes: readonly (() => void)[] = []

function ring(): void {
  for (const wake of wakes) {
    try {
      wake()
    } catch (error) {
      // A defect in one bus is told, and does not keep the others asleep.
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

function forget(wake: () => void): void {
  wakes = wakes.filter((one) => one !== wake)
}

/** The native core of this thread; loads the addon at the first use, throws `ERR_BUS_NATIVE_UNAVAILABLE`. */
export function nativeCore(): Core {
  binding ??= load()
  const native = binding
  return {
    name: 'native',
    attach(name, options, bounds, asked, virtualTime, wake): CoreAttachment {
      wakes = [...wakes, wake]
      try {
        const attached = native.attach(name, options, { ...bounds }, asked, virtualTime, ring)
        return new NativeAttachment(native, name, attached.handle, attached.id, attached.options, wake)
      } catch (error) {
        forget(wake)
        throw fromCore(error)
      }
    },
  }
}

/** Whether an endpoint says nothing of itself but its pattern and its priority, as most do. */
function isOrdinary(reception: Reception): boolean {
  const { weight, name, service, pool, metadata, replace, threadOnly, held, dedupe, standing } = reception
  const isNamed = (name ?? service ?? pool ?? metadata) !== undefined
  return weight === 1 && !isNamed && !replace && !threadOnly && !held && (dedupe ?? standing) === undefined
}

function detailsOf(reception: Reception): Details {
  const { weight, name, service, pool, metadata, replace, threadOnly, held, dedupe, standing } = reception
  const text = metadata === undefined ? '' : JSON.stringify(metadata)
  return { weight, name, service, pool, metadata: text, replace, threadOnly, held, dedupe, standing }
}

class NativeAttachment implements CoreAttachment {
  readonly id: number
  readonly options: string
  readonly #native: Binding
  readonly #bus: string
  readonly #handle: number
  readonly #wake: () => void
  #words = new Uint32Array(1_024)
  #numbers = new Float64Array(1_024)
  #left = false

  constructor(native: Binding, bus: string, handle: number, id: number, options: string, wake: () => void) {
    this.#native = native
    this.#bus = bus
    this.#handle = handle
    this.id = id
    this.options = options
    this.#wake = wake
  }

  register(pattern: Pattern, reception: Reception): RegisteredEndpoint {
    this.#mustBeAttached()
    const [source, flags] =
      typeof pattern === 'string' ? [pattern, undefined] : [pattern.source, pattern.flags]
    // On the way to the core it would become another pattern.
    if (!source.isWellFormed()) throw invalidPattern(source)
    try {
      const { isHandler, priority } = reception
      const details = isOrdinary(reception) ? undefined : detailsOf(reception)
      const registered = this.#native.register(this.#handle, source, flags, isHandler, priority, details)
      const { endpoint, exact, replaced } = registered
      return { endpoint, exact, replaced }
    } catch (error) {
      throw fromCore(error)
    }
  }

  unregister(endpoint: number): void {
    if (!this.#left) this.#native.unregister(this.#handle, endpoint)
  }

  resolve(topic: string): Uint32Array {
    this.#ask(this.#native.resolve, topic)
    return this.#words
  }

  subscribers(topic: string): Uint32Array {
    return this.#words.subarray(0, this.#ask(this.#native.subscribers, topic))
  }

  claim(endpoint: number, id: string): boolean {
    return !this.#left && this.#native.claim(this.#handle, endpoint, id)
  }

  unclaim(endpoint: number, id: string): void {
    if (!this.#left) this.#native.unclaim(this.#handle, endpoint, id)
  }

  holds(delivery: number): boolean {
    return !this.#left && this.#native.holds(this.#handle, delivery)
  }

  replay(endpoint: number): number {
    return this.#left ? 0 : this.#native.replay(this.#handle, endpoint)
  }

  deadLetters(after: number, limit: number): readonly DeadLetterRecord[] {
    return this.#left ? [] : this.#native.deadLetters(this.#handle, after, limit)
  }

  removeDeadLetters(numbers: readonly number[] | undefined): number {
    return this.#left ? 0 : this.#native.removeDeadLetters(this.#handle, numbers && [...numbers])
  }

  holdings(): BusHoldings {
    return this.#left ? NOTHING_HELD : this.#native.holdings(this.#handle)
  }

  directory(): readonly EndpointRecord[] {
    this.#mustBeAttached()
    return this.#native.directory(this.#handle).map(asRecord)
  }

  nameOf(endpoint: number): string | undefined {
    return this.#left ? undefined : (this.#native.nameOf(this.#handle, endpoint) ?? undefined)
  }

  setStanding(endpoint: number, word: number, isOut: boolean, leaseMs: number): boolean {
    return !this.#left && this.#native.setStanding(this.#handle, endpoint, word, isOut, leaseMs)
  }

  unusable(topic: string): readonly EndpointRecord[] {
    this.#mustBeAttached()
    return this.#native.unusable(this.#handle, topic).map(asRecord)
  }

  matched(topic: string): readonly Match[] {
    this.#mustBeAttached()
    return this.#native.matched(this.#handle, topic)
  }

  captures(endpoint: number, topic: string): Readonly<Record<string, string>> {
    if (this.#left) return {}
    const captures = this.#native.captures(this.#handle, endpoint, topic)
    return Object.fromEntries(
      captures.flatMap(({ name, text }) => (text === undefined ? [] : [[name, text]])),
    )
  }

  cacheLookups(): { readonly hits: number; readonly misses: number; readonly evictions: number } {
    const [hits = 0, misses = 0, evictions = 0] = this.#left ? [] : this.#native.cacheLookups(this.#handle)
    return { hits, misses, evictions }
  }

  submit(bytes: Uint8Array, length: number): void {
    if (this.#left) return
    const status = this.#native.submit(this.#handle, bytes, length)
    if (status < 0 && status !== STATUS_NOT_ATTACHED) throw internal(`submit() returned ${status}`)
  }

  submitApart(head: Uint8Array, payload: Uint8Array): void {
    if (this.#left) return
    const status = this.#native.submitApart(this.#handle, head, payload)
    if (status < 0 && status !== STATUS_NOT_ATTACHED) throw internal(`submitApart() returned ${status}`)
  }

  reserve(target: number, bytes: number): number {
    return this.#left ? BOUNDLESS : this.#native.reserve(this.#handle, target, bytes)
  }

  reserveOrWait(target: number, bytes: number): number {
    return this.#left ? BOUNDLESS : this.#native.reserveOrWait(this.#handle, target, bytes)
  }

  inboxBytes(): number {
    return this.#left ? 0 : this.#native.inboxBytes(this.#handle)
  }

  hasFrames(): boolean {
    return !this.#left && this.#native.hasFrames(this.#handle) === 1
  }

  drain(buffer: Uint8Array): number {
    return this.#left ? 0 : this.#drained(this.#native.drain(this.#handle, buffer))
  }

  drainApart(head: Uint8Array, payload: Uint8Array): number {
    return this.#left ? 0 : this.#drained(this.#native.drainApart(this.#handle, head, payload))
  }

  #drained(count: number): number {
    if (count >= 0 || count <= STATUS_TOO_SMALL) return count
    if (count === STATUS_NOT_ATTACHED) return 0
    throw internal(`drain() returned ${count}`)
  }

  withdraw(endpoint: number): void {
    if (!this.#left) this.#native.withdraw(this.#handle, endpoint)
  }

  withdrawn(topic: string): readonly number[] {
    return this.#left ? [] : this.#native.withdrawn(this.#handle, topic)
  }

  sync(token: number): readonly number[] {
    return this.#left ? [] : this.#native.sync(this.#handle, token)
  }

  nowMs(): number {
    this.#mustBeAttached()
    return this.#native.nowMs(this.#handle)
  }

  advance(ms: number): void {
    if (this.#left) return
    try {
      this.#native.advance(this.#handle, ms)
    } catch (error) {
      throw fromCore(error)
    }
  }

  undeliverable(): number {
    return this.#left ? 0 : this.#native.undeliverable(this.#handle)
  }

  label(endpoint: number): EndpointLabel | undefined {
    const label = this.#left ? null : this.#native.label(this.#handle, endpoint)
    return label === null ? undefined : { ...label, name: label.name }
  }

  row(key: string): number | undefined {
    return this.#left ? undefined : (this.#native.row(this.#handle, key) ?? undefined)
  }

  rowKeys(first: number): readonly string[] {
    return this.#left ? [] : this.#native.rowKeys(this.#handle, first)
  }

  report(triples: Float64Array, length: number): void {
    if (!this.#left) this.#native.report(this.#handle, triples, length)
  }

  collect(): Float64Array {
    if (this.#left) return new Float64Array(1)
    const count = this.#native.collect(this.#handle, this.#numbers)
    if (count >= 0) return this.#numbers.subarray(0, count)
    if (count > STATUS_TOO_SMALL) throw internal(`collect() returned ${count}`)
    // Other threads may report meanwhile: it may need a further try.
    this.#numbers = new Float64Array(-count * 2)
    return this.collect()
  }

  detach(): void {
    if (this.#left) return
    this.#left = true
    forget(this.#wake)
    this.#native.detach(this.#handle)
  }

  #mustBeAttached(): void {
    if (this.#left) throw closed(this.#bus)
  }

  /** Has the core write words about a topic; returns how many. */
  #ask(call: Binding['resolve'], topic: string): number {
    this.#mustBeAttached()
    const count = call(this.#handle, topic, this.#words)
    if (count >= 0) return count
    if (count <= STATUS_TOO_SMALL) {
      this.#words = new Uint32Array(-count * 2)
      return this.#ask(call, topic)
    }
    if (count === STATUS_INVALID_TOPIC) this.#explain(topic)
    throw count === STATUS_NOT_ATTACHED ? closed(this.#bus) : internal(`resolve() returned ${count}`)
  }

  /** Throws what is wrong with `topic`. */
  #explain(topic: unknown): never {
    if (typeof topic !== 'string') throw invalidTopic(topic)
    try {
      this.#native.checkTopic(topic)
    } catch (error) {
      throw fromCore(error)
    }
    throw invalidTopic(topic)
  }
}

function asRecord({
  endpoint,
  attachment,
  pattern,
  flags,
  isHandler,
  priority,
  details,
}: DirectoryEntry): EndpointRecord {
  const { weight, name, service, pool, metadata, threadOnly, held, dedupe, standing } = details
  return {
    endpoint,
    attachment,
    pattern: flags === undefined ? pattern : new RegExp(pattern, flags),
    isHandler,
    priority,
    weight,
    name,
    service,
    pool,
    metadata: metadata === '' ? undefined : JSON.parse(metadata),
    threadOnly,
    held,
    dedupe,
    ...(standing !== undefined && { standing }),
  }
}
