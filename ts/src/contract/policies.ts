/** The words in which senders and receivers say what a message is worth to them. */

/**
 * What is promised of a message.
 *
 * - `at-most-once`: it is handed to the receiver and forgotten. It may be lost: to a full mailbox, to a handler that
 *   fails, to a thread that ends.
 * - `at-least-once`: the bus holds it until a handler has finished with it, tries again when one fails or takes too
 *   long, and gives it to another endpoint when a thread ends. A handler may see it more than once.
 * - `exactly-once`: as above, and a message with an id that was there already is refused, see {@link DedupeOptions}.
 *   What a handler does outside the bus is its own affair: it has `message.idempotencyKey` for that.
 */
export type Guarantee = 'at-most-once' | 'at-least-once' | 'exactly-once'

/** How urgent a message is. What is more urgent overtakes; within one priority the order is kept. */
export type Priority = 'critical' | 'high' | 'normal' | 'low'

/**
 * What happens to a message that finds the mailbox full.
 *
 * - `wait`: its sender waits for room; for `publish()`, which cannot wait, it is `drop-newest`.
 * - `drop-newest`: it is dropped.
 * - `drop-oldest`: it takes the place of the one that has waited longest, of the lowest priority there is.
 * - `reject`: its sender is told `ERR_BUS_OVERLOADED`.
 * - `latest`: the newest of each key is kept, also while there is room: it takes the place of the one that waits. The key
 *   is that of `orderBy`, else the sender's `key`; without a key one is kept for each topic.
 */
export type Overflow = 'wait' | 'drop-newest' | 'drop-oldest' | 'reject' | 'latest'

/** How the waits between attempts grow: `exponential` doubles each, `fixed` keeps them as they are. */
export type Backoff = 'exponential' | 'fixed'

/** How often something is tried, and how long after a failure it is tried again. */
export interface RetryOptions {
  /** How often in all, the first time included: an integer from 1 (never again) to 2³¹−1; default 5. */
  attempts?: number | undefined
  /** How the waits grow; default `exponential`. */
  backoff?: Backoff | undefined
  /** The wait before the second attempt, in milliseconds: an integer from 0 to `max`; default 100. */
  initial?: number | undefined
  /**
   * The longest wait before `jitter`, in milliseconds: an integer from `initial` to 2³¹−1; default 30,000, or `initial`
   * if that is more.
   */
  max?: number | undefined
  /** By how much a wait is lengthened at random, as a share of itself: from 0 to 1; default 0.2. */
  jitter?: number | undefined
}

/** What an endpoint remembers of the ids of its messages. All endpoints with the same pattern remember together. */
export interface DedupeOptions {
  /**
   * How long an id is remembered, in milliseconds: an integer to 2³¹−1, and not less than a message can be on its way,
   * which is all attempts at their longest and all waits between them; default 120,000, or that if it is more.
   */
  window?: number | undefined
  /** How many ids are remembered; the oldest is forgotten first: an integer from 1 to 16,777,216; default 100,000. */
  size?: number | undefined
}

/** How messages are gathered before a handler gets them. */
export interface BatchOptions {
  /** How many a handler gets at a time, at most: an integer from 1 to 2³¹−1; default 100. */
  size?: number | undefined
  /** How long the first of them waits for others, in milliseconds: an integer from 0 to 2³¹−1; default 10. */
  within?: number | undefined
}
