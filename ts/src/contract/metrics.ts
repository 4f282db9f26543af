/** What a bus measures of itself, over all its threads. Durations are in milliseconds. */
import type { CircuitState, HealthState } from './health.js'
import type { Kind } from './messages.js'
import type { BusHoldings } from './stats.js'

/**
 * Values of which each is known to within 1/32 (3.2 %) of itself, or to 0.03 µs where that is more.
 *
 * @example
 * for (const { handling } of bus.metrics().receivers) console.log(handling.count, handling.quantile(0.99))
 */
export interface Histogram {
  /** How many values. */
  readonly count: number
  readonly sum: number
  /** `sum / count`; 0 of none. */
  readonly mean: number
  /** The greatest, as exactly as any; 0 of none. */
  readonly max: number
  /** The value that a share of `q`, from 0 to 1, of all values does not exceed; 0 of none. */
  quantile(q: number): number
  /** How many values are no greater than `limit`; exact where that is a power of two of microseconds. */
  countUpTo(limit: number): number
}

/** What became of the messages of one kind at one receiver: see {@link EndpointStats}. */
export interface ReceiverMetrics {
  /** Whether it was registered by `handle()`; else by `subscribe()` or `messages()`. */
  readonly role: 'handler' | 'subscription'
  readonly name?: string | undefined
  /** Of a regular expression, the source between slashes and the flags; `undefined` for all that there was no room for. */
  readonly pattern: string | undefined
  readonly kind: Exclude<Kind, 'response'>
  readonly accepted: number
  readonly processed: number
  readonly failed: number
  readonly deadLettered: number
  readonly dropped: number
  readonly expired: number
  readonly refused: number
  readonly retried: number
  /** How long messages waited in the mailbox before their first attempt. */
  readonly queueing: Histogram
  /** How long the handler took, for each attempt: until its promise settled. */
  readonly handling: Histogram
  /** Of requests, how long their callers waited for the reply of this receiver. */
  readonly roundTrip: Histogram
}

/** How much a receiver has in hand, in all threads. */
export interface ReceiverLevels {
  readonly role: 'handler' | 'subscription'
  readonly name?: string | undefined
  readonly pattern: string | undefined
  /** How many messages its handlers are busy with. */
  readonly running: number
  /** How many wait in its mailboxes. */
  readonly queued: number
  /** How many of those wait for their next attempt. */
  readonly postponed: number
}

/** One thread of the bus. */
export interface ThreadMetrics {
  /** The number of its attachment: `message.sender` of what it sends. */
  readonly attachment: number
  /** What `node:worker_threads` calls it. */
  readonly threadId: number
  readonly endpoints: number
  /** How many of its requests, and of its messages that it waits for, are not answered. */
  readonly pending: number
  /** Of the last second, by how much its event loop was late: at the median, at the 99th percentile, at most. */
  readonly eventLoopDelay: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Of the last second, the share in which its event loop was busy: from 0 to 1. */
  readonly eventLoopUtilization: number
  /** The bytes that it has not taken in yet, those included that others have reserved: see `inboxBytes`. */
  readonly inboxBytes: number
  /** How many of its messages wait for room in another one's inbox, or in what the bus holds, and their bytes. */
  readonly waiting: number
  readonly waitingBytes: number
  /** Of its receivers that are watched (`health`, `circuit`), how many are how. */
  readonly health: Readonly<Record<Exclude<HealthState, 'gone'>, number>>
  /** Of those that have a circuit, how many do what. */
  readonly circuits: Readonly<Record<CircuitState, number>>
}

/**
 * The numbers of a bus at one moment: those of this thread as they are, those of others as they were at most a second
 * before. Counts are sums over all threads that there ever were; none of them ever goes backwards while the bus is open
 * anywhere.
 *
 * @example
 * const before = bus.metrics()
 * bus.publish('cart.viewed', { user: 'ada' })
 * console.log(bus.metrics().since(before).published)
 */
export interface Metrics {
  /** When it was taken: milliseconds since the epoch. */
  readonly at: number
  /** By role, name, pattern and kind: receivers that agree in these count together, in whatever thread they are. */
  readonly receivers: readonly ReceiverMetrics[]
  readonly levels: readonly ReceiverLevels[]
  readonly threads: readonly ThreadMetrics[]
  /** How many events were published. */
  readonly published: number
  /** How many messages found nobody, requests included. */
  readonly unrouted: number
  /** How requests ended: `ok`, or the code of the error. */
  readonly requests: Readonly<Record<string, number>>
  /** How many answers came when nobody waited for them any more. */
  readonly lateReplies: number
  readonly routing: {
    /** How often a thread did not know the receivers of a topic, and asked the core. */
    readonly lookups: number
    /** Of those, how often the plan was in the cache that all threads share. */
    readonly cacheHits: number
    readonly cacheMisses: number
    readonly cacheEvictions: number
    /** How long a look-up took. */
    readonly duration: Histogram
    /** How many subscriptions a look-up found. */
    readonly matches: Histogram
  }
  readonly hop: {
    /** How many batches were handed to the core. */
    readonly batches: number
    /** How many bytes those had. */
    readonly bytes: number
    /** How many frames there were in a batch. */
    readonly batchSize: Histogram
    /** How many frames arrived. */
    readonly received: number
    /** How often a thread was woken. */
    readonly wakeUps: number
    /** How many frames found their target gone. */
    readonly undeliverable: number
    /** How many messages had no room on their way to another thread, and were dropped or refused. */
    readonly noRoom: number
  }
  /** By how much timers and time-outs were acted on too late. */
  readonly timerLag: Histogram
  /** What the bus holds for all its threads. */
  readonly holdings: BusHoldings
  /**
   * What was counted after `earlier`, which has to be of the same bus: counts and histograms are differences, levels and
   * holdings are those of now.
   */
  since(earlier: Metrics): Metrics
}
