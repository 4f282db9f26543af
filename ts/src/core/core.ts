/**
 * The port to a core: it decides who receives a message, carries frames between threads and keeps time. What travels
 * both ways is frames, in batches; the few calls besides are rare.
 */
import type { CoreName } from '../contract/options.js'
import type { Pattern } from '../contract/patterns.js'
import type { BusHoldings } from '../contract/stats.js'

/** A core. */
export interface Core {
  /** Which one it is. */
  readonly name: CoreName

  /**
   * Attaches this thread to the bus `name`.
   *
   * @param options - canonical JSON; the first to attach decides
   * @param bounds - the first decides
   * @param asked - whether the caller named options at all
   * @param virtualTime - whether its time moves by {@link CoreAttachment.advance} alone; the first decides
   * @param wake - called in this thread when there is something to drain after {@link CoreAttachment.drain} said 0
   * @throws BusError `ERR_BUS_OPTIONS_DIFFER`
   */
  attach(
    name: string,
    options: string,
    bounds: Bounds,
    asked: boolean,
    virtualTime: boolean,
    wake: () => void,
  ): CoreAttachment
}

/** How large a bus may become. */
export interface Bounds {
  /** For how many topics all threads together remember the plan. */
  readonly matchCacheTopics: number
  /** How many bytes may wait in the inbox of each attachment. */
  readonly inboxBytes: number
  /** How many bytes the core may hold for all of them: deliveries, and messages for later. */
  readonly heldBytes: number
}

/** What a receiver is registered with. */
export interface Reception {
  readonly isHandler: boolean
  readonly priority: number
  /** Its share under the policy `weighted`. */
  readonly weight: number
  /**
   * For a handler a name that no other handler has, and an address; for a subscription a label. A handler that other
   * threads do not see has a name that no other handler of its thread has, and none that all threads see.
   */
  readonly name: string | undefined
  /** Whether it takes over its name from a handler that has it and is as visible. */
  readonly replace: boolean
  readonly service: string | undefined
  readonly pool: string | undefined
  readonly metadata: Readonly<Record<string, string>> | undefined
  /** Whether other threads do not see it. */
  readonly threadOnly: boolean
  /** Whether all messages for it are deliveries: held until it has processed them, whatever their sender said. */
  readonly held: boolean
  /** What it remembers of the ids of its messages; undefined for an endpoint that takes the same id twice. */
  readonly dedupe: DedupeWindow | undefined
  /** How it begins; undefined for an endpoint that is always as usable as its thread. */
  readonly standing?: Standing | undefined
}

/** How an endpoint is. */
export interface Standing {
  /** What its thread says of it; the core only passes it on. */
  readonly word: number
  /** Whether its thread wants no messages for it. */
  readonly isOut: boolean
  /** Whether its thread has not been heard of in time: then it gets no messages either. */
  readonly isSilent: boolean
}

/** How long the ids of messages are remembered. An id of a message that is still held is never forgotten. */
export interface DedupeWindow {
  /** Milliseconds of the core's clock since the message was accepted. */
  readonly windowMs: number
  /** How many ids at most; the oldest is forgotten first. */
  readonly size: number
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

/** A dead letter as the core keeps it. */
export interface DeadLetterRecord {
  /** Its place in the order: greater than that of all before it. */
  readonly number: number
  /** What the frame `Dead` had as its payload. */
  readonly bytes: Uint8Array
}

/** An endpoint by what its users call it. */
export interface EndpointLabel {
  readonly isHandler: boolean
  readonly name: string | undefined
  /** As it was registered; of a regular expression the source between slashes, and the flags. */
  readonly pattern: string
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
   * Who of those that this thread sees receives `topic`, as words that are valid until the next call. First how many
   * subscriptions match; how many of them are in this thread and not held (L); in how many other attachments there are
   * such (R); how many handlers match (H); how many subscriptions are held, in whichever thread (D). Then a hash of the
   * topic; L endpoints; R attachments; H times endpoint, attachment, priority, specificity, weight, flags; D times
   * endpoint, attachment, flags. Flags: see `layout.FLAG_*`.
   *
   * @throws BusError `ERR_BUS_INVALID_TOPIC`, `ERR_BUS_CLOSED`
   */
  resolve(topic: string): Uint32Array

  /**
   * All subscriptions that match `topic`, in the order in which they receive: endpoint, attachment and flags of each.
   * For a message that has to reach each of them by itself.
   *
   * @throws BusError `ERR_BUS_INVALID_TOPIC`, `ERR_BUS_CLOSED`
   */
  subscribers(topic: string): Uint32Array

  /**
   * Takes an id in the dedupe window of an endpoint, which it shares with all endpoints of the same pattern that have
   * one; false when the id is in it already. Where the endpoint is gone, or has no window, the default window counts:
   * 180,000 ms, which is longer than a message can be tried by default, and 100,000 ids.
   *
   * An id that was taken and whose delivery is not submitted with the next batch is given back by {@link unclaim}.
   */
  claim(endpoint: number, id: string): boolean

  /** Gives back an id that was claimed for a message that was not accepted after all. */
  unclaim(endpoint: number, id: string): void

  /** Whether a delivery of this attachment, by its number, is held: accepted, and not settled yet. */
  holds(delivery: number): boolean

  /**
   * Puts the retained messages that `endpoint` matches into this attachment's inbox, the oldest first, as events that
   * are meant for it alone; returns how many.
   */
  replay(endpoint: number): number

  /**
   * Dead letters in the order in which they were buried, at most `limit` of those whose number is greater than `after`.
   */
  deadLetters(after: number, limit: number): readonly DeadLetterRecord[]

  /** Takes dead letters out of the list: those of the given numbers, or all; returns how many there were. */
  removeDeadLetters(numbers: readonly number[] | undefined): number

  /** What the core has in hand for all threads of the bus. */
  holdings(): BusHoldings

  /**
   * All endpoints of the bus, oldest first.
   *
   * @throws BusError `ERR_BUS_CLOSED`
   */
  directory(): readonly EndpointRecord[]

  /** The name that an endpoint of the bus was registered with; undefined also where it is not there any more. */
  nameOf(endpoint: number): string | undefined

  /**
   * Says how an endpoint of this thread is, and tells the other attachments where that has changed; returns whether it
   * has. One that is out leaves the routing table at once, and keeps its place in the directory.
   *
   * @param leaseMs - within which its thread is to say so again: else it counts as silent until it does; 0 for no limit
   */
  setStanding(endpoint: number, word: number, isOut: boolean, leaseMs: number): boolean

  /**
   * The endpoints that would receive `topic`, which may be an address, were they usable, those that this thread does not
   * see included; oldest first.
   */
  unusable(topic: string): readonly EndpointRecord[]

  /**
   * Whose endpoints match `topic`, those that this thread does not see included: subscriptions, then handlers, each in
   * the order of the plan.
   */
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

  /** As {@link submit}, for one frame whose payload stands elsewhere: it is copied once, and shared by all its targets. */
  submitApart(head: Uint8Array, payload: Uint8Array): void

  /**
   * Takes room for `bytes` in the inbox of `target`, or in what the core holds (`layout.HOLDINGS`), for what is submitted
   * next: what that does not use is free again then. Returns how much was taken, which may be more; 0 where there is not
   * enough. Where `target` is gone it is `layout.BOUNDLESS`: what is sent to it is lost, and counted as undeliverable.
   *
   * An inbox takes what is sent without room as well; that is for what is owed, such as an answer.
   */
  reserve(target: number, bytes: number): number

  /** As {@link reserve}; where there is not enough, a frame `Room` comes from `target` when there is some again. */
  reserveOrWait(target: number, bytes: number): number

  /** How many bytes wait in the inbox of this attachment, or are promised to those who write. */
  inboxBytes(): number

  /** Whether there is something to drain. Who finds nothing so does not count as asleep. */
  hasFrames(): boolean

  /**
   * Copies whole frames from the inbox; returns their bytes, 0 when there is nothing and the thread counts as asleep,
   * and minus the size of a buffer when the next frame needs a larger one: then its header is in the buffer.
   */
  drain(buffer: Uint8Array): number

  /**
   * Copies the frame that {@link drain} has just said it needs more room for, its payload into memory of its own, which
   * is to be as long as the payload. Returns the bytes of the rest, or minus the size of the frame when a part does not fit.
   */
  drainApart(head: Uint8Array, payload: Uint8Array): number

  /** Asks every other attachment to send a frame `Synced` with `token` when it has seen all before; returns whom. */
  sync(token: number): readonly number[]

  /** Milliseconds of the core's clock, which deadlines are given in. */
  nowMs(): number

  /** Moves virtual time on by `ms`, for all threads of the bus; what expires is in the inboxes when it returns. */
  advance(ms: number): void

  /** How many frames found their target gone. */
  undeliverable(): number

  /** What the users of an endpoint, in whichever thread, call it; undefined when it is gone. */
  label(endpoint: number): EndpointLabel | undefined

  /**
   * The row of `key` among the numbers that all threads of the bus have in common, made at the first call; undefined when
   * there are 16,384 already. Rows are numbered from 0, and keep their numbers.
   */
  row(key: string): number | undefined

  /** The keys of the rows from `first` on. */
  rowKeys(first: number): readonly string[]

  /**
   * Takes the first `length` numbers as triples of row, cell and value. In a cell below 65,536 the value is added to what
   * all threads have reported, and stays when this one ends. From there on it is a level of this thread: it replaces the
   * one before, and goes with the thread.
   */
  report(triples: Float64Array, length: number): void

  /**
   * All of these numbers, valid until the next call: how many rows; of each, how many cells, and each with its sum, in their order; then,
   * until the end, of each attachment that has levels its id, how many, and each as row, cell, level.
   */
  collect(): Float64Array

  /** Leaves the bus. */
  detach(): void
}
