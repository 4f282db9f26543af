/**
 * The port to a core: it decides who receives a message, carries frames between threads and keeps time. What travels
 * both ways is frames, in batches; the few calls besides are rare.
 */
import type { CoreName } from '../contract/options.js'
import type { Pattern } from '../contract/patterns.js'

/** A core. */
export interface Core {
  /** Which one it is. */
  readonly name: CoreName

  /**
   * Attaches this thread to the bus `name`.
   *
   * @param options - canonical JSON; the first to attach decides
   * @param matchCacheTopics - for how many topics all threads together remember the plan; the first decides
   * @param asked - whether the caller named options at all
   * @param wake - called in this thread when there is something to drain after {@link CoreAttachment.drain} said 0
   * @throws BusError `ERR_BUS_OPTIONS_DIFFER`
   */
  attach(
    name: string,
    options: string,
    matchCacheTopics: number,
    asked: boolean,
    wake: () => void,
  ): CoreAttachment
}

/** What a receiver is registered with. */
export interface Reception {
  readonly isHandler: boolean
  readonly priority: number
  /** Its share under the policy `weighted`. */
  readonly weight: number
  /** For a handler a name that no other handler has, and an address; for a subscription a label. */
  readonly name: string | undefined
  /** Whether it takes over its name from a handler that has it. */
  readonly replace: boolean
  readonly service: string | undefined
  readonly pool: string | undefined
  readonly metadata: Readonly<Record<string, string>> | undefined
}

/** An endpoint of the bus, in whichever thread. */
export interface EndpointRecord extends Omit<Reception, 'replace'> {
  readonly endpoint: number
  readonly attachment: number
  readonly pattern: Pattern
}

/** An endpoint that matches a topic. */
export interface Match {
  readonly endpoint: number
  /** How specific its pattern is, the greater the more; 0 for a subscription. */
  readonly specificity: number
}

/** A receiver that was just registered. */
export interface RegisteredEndpoint {
  readonly endpoint: number
  /** The topic, where the pattern means one topic alone. */
  readonly exact: string | undefined
  /** The endpoint whose name it took over; it is off the table. */
  readonly replaced: number | undefined
}

/** This thread's connection to a bus, as the core has it. */
export interface CoreAttachment {
  /** Unique on the bus. */
  readonly id: number
  /** The options of the bus, as canonical JSON. */
  readonly options: string

  /**
   * Adds an endpoint to the routing table, and tells the other attachments. A handler is there under its addresses, too:
   * the exact topics `$id.<endpoint>`, `$name.<name>`, `$service.<service>` and `$pool.<pool>`, as far as it has them.
   *
   * @throws BusError `ERR_BUS_INVALID_PATTERN`, `ERR_BUS_NAME_TAKEN`, `ERR_BUS_CLOSED`
   */
  register(pattern: Pattern, reception: Reception): RegisteredEndpoint

  /** Takes an endpoint off the routing table and tells the other attachments. */
  unregister(endpoint: number): void

  /** As {@link unregister}, but {@link withdrawn} still finds it: for what was sent before the others knew. */
  withdraw(endpoint: number): void

  /** The endpoints of this thread that were withdrawn and whose pattern matches `topic`. */
  withdrawn(topic: string): readonly number[]

  /**
   * Who receives `topic`, as words that are valid until the next call: how many subscriptions match; how many of them
   * are in this thread (L), in how many other attachments they are (R), how many handlers match (H); then L endpoints,
   * R attachments, and H times endpoint, attachment, priority, specificity, weight.
   *
   * @throws BusError `ERR_BUS_INVALID_TOPIC`, `ERR_BUS_CLOSED`
   */
  resolve(topic: string): Uint32Array

  /**
   * All endpoints of the bus, oldest first.
   *
   * @throws BusError `ERR_BUS_CLOSED`
   */
  directory(): readonly EndpointRecord[]

  /** Whose endpoints match `topic`: subscriptions, then handlers, each in the order of the plan. */
  matched(topic: string): readonly Match[]

  /**
   * The named groups in `topic` of the regular expression of an endpoint of this thread, until it is unregistered: also
   * when it was withdrawn or has lost its name. Those that took no part are left out.
   */
  captures(endpoint: number, topic: string): Readonly<Record<string, string>>

  /** How often a plan was found in the cache that all threads share, was not, and took another one's place. */
  cacheLookups(): { readonly hits: number; readonly misses: number; readonly evictions: number }

  /** Sends the frames in the first `length` bytes; on a bus that was left it does nothing. */
  submit(bytes: Uint8Array, length: number): void

  /**
   * Copies whole frames from the inbox; returns their bytes, 0 when there is nothing and the thread counts as asleep,
   * and minus the size of a buffer when the next frame needs a larger one.
   */
  drain(buffer: Uint8Array): number

  /** Asks every other attachment to send a frame `Synced` with `token` when it has seen all before; returns whom. */
  sync(token: number): readonly number[]

  /** Milliseconds of the core's clock, which deadlines are given in. */
  nowMs(): number

  /** How many frames found their target gone. */
  undeliverable(): number

  /** Leaves the bus. */
  detach(): void
}
