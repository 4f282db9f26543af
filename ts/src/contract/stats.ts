/** What became of messages, in numbers. */
import type { CircuitState, HealthState } from './health.js'

/**
 * What became of an endpoint's messages:
 * `accepted = processed + failed + deadLettered + dropped + expired + running + queued`.
 */
export interface EndpointStats {
  /** How many it has taken. */
  readonly accepted: number
  /** How many its handler finished. */
  readonly processed: number
  /** How many its handler threw or rejected on, and that were not tried again. */
  readonly failed: number
  /** How many were given up after the last attempt, and are dead letters. */
  readonly deadLettered: number
  /** How many attempts failed and were followed by another one; a message may count several times. */
  readonly retried: number
  /** How many were thrown away before they started: the endpoint ended, or a newer message took their place. */
  readonly dropped: number
  /** How many were not started, because their deadline had passed. */
  readonly expired: number
  /** How many it has not taken: its mailbox was full, or it had ended. */
  readonly refused: number
  /** How many its handler is busy with. */
  readonly running: number
  /** How many wait in its mailbox. */
  readonly queued: number
  /** How many of those wait for their next attempt. */
  readonly postponed: number
}

/**
 * What became of all messages of one thread. The numbers that an endpoint has, too, are the sums over all that there
 * ever were in this thread, also those that have ended: so the same law holds,
 * `accepted = processed + failed + deadLettered + dropped + expired + running + queued`.
 *
 * @example
 * const { accepted, processed, holdings } = bus.stats()
 */
export interface BusStats extends EndpointStats {
  /** How many endpoints there are in this thread, those included that are ending. */
  readonly endpoints: number
  /** How many events this thread has published, those for later when their time had come. */
  readonly published: number
  /** How many messages of this thread found nobody, requests included. */
  readonly unrouted: number
  /** How many endpoints of this thread, of those that are watched, are in which state of health. */
  readonly health: Readonly<Record<HealthState, number>>
  /** How many circuits of endpoints of this thread do what. */
  readonly circuits: Readonly<Record<CircuitState, number>>
  /** What is on its way between this thread and others. */
  readonly hop: HopStats
  /** What the bus holds for all its threads. */
  readonly holdings: BusHoldings
}

/** What is on its way between one thread and the others; nothing in a thread that has left the bus. */
export interface HopStats {
  /** The bytes that this thread has not taken in yet, those included that others have reserved: see `inboxBytes`. */
  readonly inboxBytes: number
  /** How many messages of this thread wait for room in another one's inbox, or in what the bus holds. */
  readonly waiting: number
  /** The bytes of those. */
  readonly waitingBytes: number
  /** How many messages of this thread had no room and were dropped or refused; an event counts for each thread. */
  readonly refused: number
}

/** What a bus holds for all its threads; nothing in a thread that has left it. */
export interface BusHoldings {
  /** Messages that are more than `at-most-once` and not finished with, wherever they are. */
  readonly held: number
  /** How many of those wait for an endpoint, because theirs is gone. */
  readonly parked: number
  /** Messages that are to be sent later. */
  readonly scheduled: number
  /** Topics with an event that is kept for those who subscribe with `replay`: 10,000 at most. */
  readonly retained: number
  /** Messages that were given up: 10,000 at most. */
  readonly deadLetters: number
  /** How many of those were forgotten, the oldest first, to make room. */
  readonly deadLettersEvicted: number
  /** The bytes of what is held and of what is scheduled: see `heldBytes`. */
  readonly heldBytes: number
  /** The bytes of what is retained: 64 MiB at most. */
  readonly retainedBytes: number
}
