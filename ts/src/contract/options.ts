/** What a user may ask for. The defaults are filled in and the ranges are checked in `options/`; `undefined` is the default. */
import type { Balance, Prefer } from './addresses.js'
import type { VirtualClock } from './clock.js'
import type { AnyCodec, CodecName } from './codecs.js'
import type { Topics, Unchecked } from './contract.js'
import type { DefinedContract } from './definitions.js'
import type { CircuitOptions, HealthOptions } from './health.js'
import type { Headers, Message } from './messages.js'
import type { BatchOptions, DedupeOptions, Guarantee, Overflow, Priority, RetryOptions } from './policies.js'

/** What decides who receives a message and keeps time: Rust for all threads, or JavaScript for one. */
export type CoreName = 'native' | 'javascript'

/**
 * When a request that is made inside a handler inherits the deadline and the abort of the request that is handled.
 *
 * - `asked`: always before the first `await` of the handler; after it, when the outer request was made with a `timeout`
 *   or a `signal`, or has inherited itself, or the bus was opened with a `requestTimeout`.
 * - `always`: in every case. Each request then costs what `AsyncLocalStorage` costs.
 * - `never`: not at all; `{ signal: message.signal }` still hands on the abort.
 */
export type Inheritance = 'asked' | 'always' | 'never'

/**
 * How a bus is opened. The first thread's options hold for all; different ones later: `ERR_BUS_OPTIONS_DIFFER`.
 *
 * @typeParam C - the type of the contract, where there is one
 */
export interface OpenOptions<C = Topics> {
  /** The largest encoded payload, in bytes: an integer from 1 to 2³¹−1; default 1,048,576 (1 MiB). */
  maxMessageSize?: number | undefined
  /**
   * How many bytes of messages may be on their way to one thread: an integer from 1 to 2³¹−1; default 16,777,216 (16 MiB).
   * A thread that does not take them in gets no more: `publish()` drops, `deliver()` and `send()` wait, and `request()`
   * rejects with `ERR_BUS_OVERLOADED`. One message always fits, whatever its size; answers are not refused.
   */
  inboxBytes?: number | undefined
  /**
   * How many bytes of messages the bus may hold for all threads, those that are more than `at-most-once` and those for
   * later: an integer from 1 to 2⁵³−1; default 268,435,456 (256 MiB). Beyond that the same happens.
   */
  heldBytes?: number | undefined
  /** How long a request waits for its reply, in milliseconds: an integer from 1 to 2³¹−1; default 30,000. */
  requestTimeout?: number | undefined
  /** For how many topics each thread remembers the receivers: an integer from 1 to 16,777,216; default 32,768. */
  planCacheSize?: number | undefined
  /** For how many topics all threads together remember them: an integer from 0 (none) to 16,777,216; default 16,384. */
  matchCacheSize?: number | undefined
  /** When a request that is made inside the handler of another inherits from it; default `asked`. */
  inherit?: Inheritance | undefined
  /**
   * Names of properties that errors lose before they travel to another thread, at any depth, in causes too. `stack`,
   * `cause` and `errors` are such names; name and message always travel. Default: none.
   */
  redact?: readonly string[] | undefined
  /** Whether it measures itself, for `metrics()` and `prometheus()`; default true. What it counts is counted anyhow. */
  metrics?: boolean | undefined
  /** How one of several equal handlers is chosen; default `round-robin`. */
  balance?: Balance | undefined
  /** Whether a handler in the sender's own thread goes before its equals in other threads; default `any`: it does not. */
  prefer?: Prefer | undefined
  /** How payloads become bytes for another thread, on topics that have no codec of their own; default `msgpack`. */
  codec?: CodecName | undefined
  /**
   * Codecs of one's own, a matter of this thread: each that sends or receives with one passes it. Where the bus is open in
   * this thread, they are added to those it knows. Default: none.
   */
  codecs?: readonly AnyCodec[] | undefined
  /** What senders and receivers have that say nothing else. */
  defaults?: BusDefaults | undefined
  /**
   * The contract as a value, a matter of this thread: what its entries say holds for what is sent and received here.
   * Default: none, and the contract is a type at most.
   */
  contract?: DefinedContract<C> | undefined
  /**
   * Which core it runs on, a matter of this thread: `javascript` reaches no other thread. Default: what the environment
   * variable `BUSBAR_CORE` says, else `native`, else, where that cannot be loaded, `javascript` with a warning.
   */
  core?: CoreName | undefined
  /**
   * Whether payloads are frozen, with all that they hold, when they are sent in this thread; default false. It finds
   * those who change what others have been given too, in development: it costs a walk through each payload.
   */
  freeze?: boolean | undefined
  /**
   * Whether handlers run in the asynchronous context (`AsyncLocalStorage`) in which their message was sent in this thread;
   * default false, and it is that of whatever made them run. To other threads no such context reaches: that is what
   * `headers` are for. Handlers of batches run in none of those of their messages. It costs an `AsyncResource` a message.
   */
  asyncContext?: boolean | undefined
  /** The time that this thread's connection keeps, for tests; default: the time of the core. */
  clock?: VirtualClock | undefined
}

/** Whose messages a receiver gets: those of every thread of the process, or of its own. */
export type Scope = 'process' | 'thread'

/** What the senders and receivers of a bus have that say nothing else; each is described where they say it. */
export interface BusDefaults {
  /** {@link ReceiveOptions.concurrency}; default 1,000. */
  concurrency?: number | undefined
  /** {@link ReceiveOptions.capacity}; default 1,024. */
  capacity?: number | undefined
  /** {@link ReceiveOptions.overflow}; default: what its verb does. */
  overflow?: Overflow | undefined
  /** {@link ReceiveOptions.retry}. */
  retry?: RetryOptions | undefined
  /** {@link ReceiveOptions.ackTimeout}; default 30,000. */
  ackTimeout?: number | undefined
  /** {@link PublishOptions.guarantee}; default `at-most-once`. */
  guarantee?: Guarantee | undefined
  /** {@link PublishOptions.priority}; default `normal`. */
  priority?: Priority | undefined
  /** {@link PublishOptions.ttl}; default: none. */
  ttl?: number | undefined
}

/**
 * How messages are received: of `handle()`, and of `subscribe()` and `messages()` too.
 *
 * @typeParam Payload - what is received
 * @typeParam Topic - the topics that the receiver's pattern can match
 */
export interface ReceiveOptions<Payload = Unchecked, Topic extends string = string> {
  /**
   * For a handler a name that no other handler of the bus has, and an address; for a subscription a label. Where `scope`
   * is `thread`, a name that no other handler has of those that this thread sees.
   */
  name?: string | undefined
  /**
   * Whether a handler takes over its name from the one that has it and is of the same `scope`, which then gets nothing
   * more; default false.
   */
  replace?: boolean | undefined
  /** The service that it belongs to: an address that all its handlers share. */
  service?: string | undefined
  /** The pool that it belongs to: an address that all its handlers share. */
  pool?: string | undefined
  /** Its share of the messages under the policy `weighted`: an integer from 1 to 2³¹−1; default 1. */
  weight?: number | undefined
  /** The greatest comes first: an integer from −2³¹ to 2³¹−1; default 0. */
  priority?: number | undefined
  /** How many messages are handled at a time: an integer from 1 to 2³¹−1; default 1,000. */
  concurrency?: number | undefined
  /** How many messages wait behind those, at most: an integer from 1 to 2³¹−1; default 1,024. */
  capacity?: number | undefined
  /**
   * Whose messages it receives: those of all threads (`process`, the default), or of its own alone (`thread`), so that
   * the others do not even see it.
   */
  scope?: Scope | undefined
  /**
   * What happens to a message when so many wait; default: what its verb does. `request()` is told
   * `ERR_BUS_OVERLOADED`, `send()` and `deliver()` wait for room, and what `publish()` sent is dropped.
   */
  overflow?: Overflow | undefined
  /**
   * When so many messages wait, the event `watermark` says that the mailbox fills up: an integer from 1 to `capacity`;
   * default 80 % of it.
   */
  highWatermark?: number | undefined
  /**
   * When so few are left after that, it says that there is room again: an integer from 0 to less than `highWatermark`;
   * default 50 % of `capacity`.
   */
  lowWatermark?: number | undefined
  /**
   * Messages with the same key are handled one after the other, in their order, across retries too: one that fails
   * holds back its own key and nothing else. One for which it returns `undefined` waits for nobody, and one on which it
   * throws has failed. It is called once for each message. Default: they wait for nobody.
   */
  orderBy?: ((payload: Payload, message: Message<Payload, Topic>) => string | undefined) | undefined
  /** What is promised of the messages it receives, whatever their sender says; default: what their sender says. */
  guarantee?: Guarantee | undefined
  /** How often a message is tried that is more than `at-most-once`; after the last attempt it is a dead letter. */
  retry?: RetryOptions | undefined
  /**
   * How long a handler may take for such a message before the attempt counts as failed, in milliseconds: an integer
   * from 1 to 2³¹−1; default 30,000. `message.extend()` gives it more.
   */
  ackTimeout?: number | undefined
  /** What it remembers of the ids of its messages; only with the guarantee `exactly-once`. */
  dedupe?: DedupeOptions | undefined
  /** Whether it ends after the first message, of which it then gets no second; default false. */
  once?: boolean | undefined
  /**
   * What a request is told of an error that its handler threw: its `cause` is what this returns. Where it throws itself,
   * the request is told no more than that. Default: the error as it is, less what the bus's `redact` names.
   */
  redact?: ((error: unknown) => unknown) | undefined
  /** Watches over it, and keeps messages away while it is not well; default: it counts as well. */
  health?: HealthOptions | undefined
  /** Keeps messages away while too many fail or are slow; default: it does not. */
  circuit?: CircuitOptions | undefined
  /**
   * What is refused from `highWatermark` until `lowWatermark`, so that there is room for what is more urgent: messages of
   * this priority and those below it, but none that are held; default: nothing.
   */
  shed?: Priority | undefined
  /** Anything that reports should carry: texts by name. */
  metadata?: Readonly<Record<string, string>> | undefined
}

/** How events are received: of `subscribe()`. */
export interface SubscribeOptions<Payload = Unchecked, Topic extends string = string>
  extends ReceiveOptions<Payload, Topic> {
  /** Hands messages over in arrays; default: one by one. */
  batch?: BatchOptions | undefined
  /** `last`: begins with the last event of each topic that was published with `retain`; default: with the next one. */
  replay?: 'last' | undefined
}

/** How events are pulled: of `messages()`. One is handed over at a time, and there is no handler to `batch` them for. */
export interface MessagesOptions<Payload = Unchecked, Topic extends string = string>
  extends Omit<SubscribeOptions<Payload, Topic>, 'batch' | 'concurrency' | 'once'> {
  /** Ends the iteration when it is aborted; what was not pulled by then is dropped. */
  signal?: AbortSignal | undefined
}

/** How an event is published. */
export interface PublishOptions {
  /** The identity of the message; default: a text that is unique in this process. */
  id?: string | undefined
  /** What the receiver should know besides the payload; default: nothing. */
  headers?: Headers | undefined
  /**
   * What messages that belong together have in common: `message.key`, by which a receiver may order them, and of which
   * `overflow: 'latest'` keeps the newest.
   */
  key?: string | undefined
  /** How urgent it is; default `normal`. */
  priority?: Priority | undefined
  /** How long it is of use, in milliseconds: an integer from 1 to 2³¹−1. It is not started later; default: whenever. */
  ttl?: number | undefined
  /** How long it is kept before it is sent, in milliseconds: an integer from 0 to 2³¹−1; default 0. Not with `at`. */
  delay?: number | undefined
  /**
   * When it is sent: a `Date`, or milliseconds since the epoch, at most 2³¹−1 ms (24 days) ahead. What is past is now.
   * Not with `delay`.
   */
  at?: Date | number | undefined
  /** Whether it is kept as the last event of its topic, for those who subscribe with `replay`; default false. */
  retain?: boolean | undefined
  /** What is promised of it; default `at-most-once`. A receiver may ask for something else. */
  guarantee?: Guarantee | undefined
  /** Whether it is an error, `ERR_BUS_NO_HANDLER`, that nobody listens; default false. */
  mandatory?: boolean | undefined
}

/** How an event is delivered: published, and waited for. */
export interface DeliverOptions extends PublishOptions, WaitOptions {
  /** What it waits for; default `processed`. */
  wait?: Wait | undefined
}

/** What a sender waits for: that the receivers have the message, or that they have finished with it. */
export type Wait = 'accepted' | 'processed'

/**
 * When a delivery rejects instead of resolving to its receipt: when a handler failed for good, when an endpoint did not
 * take the message, when either happened, or never because of a receiver.
 */
export type FailOn = 'failed' | 'dropped' | 'any' | 'none'

/** How long, and for what, a sender waits. */
export interface WaitOptions {
  /** When it rejects, with a `DeliveryError` that has the receipt; default `none`. */
  failOn?: FailOn | undefined
  /** How long it waits, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
  /** Stops waiting with `ERR_BUS_ABORTED` when it is aborted; what was accepted by then stays so. */
  signal?: AbortSignal | undefined
}

/** How one of several equal handlers is chosen for a message. */
export interface BalanceOptions {
  /** The policy; default: the bus's `balance`. */
  balance?: Balance | undefined
  /** Whether a handler in this thread goes before its equals in other threads; default: the bus's `prefer`. */
  prefer?: Prefer | undefined
  /** What messages that belong together have in common: as in {@link PublishOptions.key}, and `hash` sends them to one handler. */
  key?: string | undefined
}

/** How a notification is sent. That nobody handles it is always an error, and there is nobody to retain it for. */
export interface SendOptions
  extends Omit<PublishOptions, 'key' | 'mandatory' | 'retain'>,
    BalanceOptions,
    WaitOptions {
  /** What it waits for; default `accepted`. */
  wait?: Wait | undefined
  /**
   * A topic, at most 251 bytes: `<notify>.ok` is published when the message was processed, `<notify>.err` with the error
   * when it failed for good; default: neither.
   */
  notify?: string | undefined
}

/**
 * How a request is made.
 *
 * @typeParam Answer - what is replied
 */
export interface RequestOptions<Answer = Unchecked>
  extends Pick<PublishOptions, 'id' | 'headers' | 'priority'>,
    BalanceOptions {
  /** How long to wait for the reply, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
  /** Ends the request with `ERR_BUS_ABORTED` when it is aborted, and aborts the handler's `message.signal`. */
  signal?: AbortSignal | undefined
  /** Asks again when it fails with an error that is `retryable`, all within `timeout`; default: it does not. */
  retry?: RetryOptions | undefined
  /** How long to wait for somebody to handle it, in milliseconds: an integer from 0 to 2³¹−1; default 0. */
  waitForHandler?: number | undefined
  /**
   * Counts how requests of this thread end, at each handler by itself, and passes over those whose circuit is open;
   * default: it does not. For a handler the options of the first request that asked with the same ones hold.
   */
  circuit?: CircuitOptions | undefined
  /**
   * The reply where there is none, or a function that makes one of the error, a `BusError`: of whatever the request ends with but
   * `ERR_BUS_ABORTED`, `ERR_BUS_CLOSED` and what is wrong with the request itself. Default: the error stands.
   */
  fallback?: Answer | ((error: Error) => Answer | Promise<Answer>) | undefined
}

/** How a request is made that is answered with a stream. It is asked again before its first item only. */
export interface StreamOptions extends Omit<RequestOptions, 'fallback'> {
  /** How long the whole may take, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
  /**
   * How long an item may take once it is asked for, in milliseconds: an integer from 1 to 2³¹−1; default: as long as the
   * whole.
   */
  idleTimeout?: number | undefined
  /** How many items the handler may be ahead of the reader: an integer from 1 to 2³¹−1; default 16. */
  prefetch?: number | undefined
}

/** How a request is made to every handler. */
export interface RequestManyOptions extends Pick<PublishOptions, 'id' | 'headers' | 'priority'> {
  /** How long to wait for replies, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
  /** Ends the iteration with `ERR_BUS_ABORTED` when it is aborted, and aborts the handlers' `message.signal`. */
  signal?: AbortSignal | undefined
  /** How many replies are enough: an integer from 1 to 2³¹−1; default: one of each handler that was asked. */
  max?: number | undefined
}

/** How a bus is closed. */
export interface CloseOptions {
  /** How long handlers and mailboxes may take to finish, in milliseconds: an integer from 0 to 2³¹−1; default 5,000. */
  timeout?: number | undefined
  /** Ends the waiting when it is aborted, as if the time were over. */
  signal?: AbortSignal | undefined
}

/** What a scrape holds. */
export interface PrometheusOptions {
  /** How many receivers have series of their own: an integer from 0 to 16,384; default 500. The others count together. */
  receivers?: number | undefined
}
