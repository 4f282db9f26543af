/** Messages that were given up, and what can be done about them. */
import type { Unchecked } from './contract.js'
import type { Headers, Message } from './messages.js'
import type { Pattern } from './patterns.js'

/** An attempt that failed. */
export interface FailedAttempt {
  /** Which one it was: an integer from 1. */
  readonly attempt: number
  /** When it failed: milliseconds since the epoch, by the clock of its thread. */
  readonly at: number
  /** What the handler threw, or why the attempt counts as failed. */
  readonly error: unknown
}

/**
 * Why a message was given up: `attempts` when the last one failed, `terminated` by `message.term()`, `lapsed` when its
 * endpoint was gone and no other with its pattern came in time.
 */
export type DeathReason = 'attempts' | 'terminated' | 'lapsed'

/** A message that was given up. */
export interface BuriedMessage<Payload = Unchecked> {
  /** The topic it was sent to. */
  readonly topic: string
  /** What was sent. */
  readonly payload: Payload
  /** How it was sent. */
  readonly kind: Exclude<Message['kind'], 'request'>
  /** Its identity. */
  readonly id: string
  /** What its sender said besides. */
  readonly headers: Headers
  /** Why it was given up. */
  readonly reason: DeathReason
  /** The last failure; after `message.term()` an error with that reason as its message. */
  readonly error: unknown
  /** How often it was given to a handler. */
  readonly attempts: number
  /** What happened each time, the latest attempts if there were many. */
  readonly history: readonly FailedAttempt[]
  /** The id of the endpoint that had it last. */
  readonly endpoint: number
  /** The pattern that it was registered with. */
  readonly pattern: Pattern
  /** The `name` that it was registered with. */
  readonly name?: string
  /** When it was given up: milliseconds since the epoch. */
  readonly buriedAt: number
}

/** A message that was given up, as the bus keeps it. */
export interface DeadLetter<Payload = Unchecked> extends BuriedMessage<Payload> {
  /** Its number on this bus, greater than those of all before it: an integer from 1. */
  readonly number: number
}

/** Which dead letters: those that agree with every member that is given. */
export interface DeadLetterFilter {
  /** Those whose topics match. */
  topic?: Pattern | undefined
  /** Those of the endpoint with this id. */
  endpoint?: number | undefined
  /** Those of the endpoint with this name. */
  name?: string | undefined
  /** Those that were given up for this reason. */
  reason?: DeathReason | undefined
  /** Those that were given up before: a `Date`, or milliseconds since the epoch. */
  before?: Date | number | undefined
}

/**
 * The dead letters of a bus, of all its threads, the oldest first. The bus keeps 10,000 of them and 64 MiB, and forgets
 * the oldest beyond that.
 *
 * @example
 * for await (const { number, topic, error } of bus.deadLetters) {
 *   console.error(topic, error)
 *   await bus.deadLetters.replay(number)
 * }
 */
export interface DeadLetters extends AsyncIterable<DeadLetter> {
  /** How many there are. */
  readonly count: number

  /**
   * Looks one up; it stays where it is.
   *
   * @param number - {@link DeadLetter.number}
   * @returns undefined where there is none of that number, or none any more
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`
   * @example
   * const letter = await bus.deadLetters.get(7)
   */
  get(number: number): Promise<DeadLetter | undefined>

  /**
   * Gives dead letters to an endpoint of their pattern again, as messages at their first attempt, and takes them out of
   * the list. Those for which there is no such endpoint stay.
   *
   * @param which - the number of one, or a filter; default all
   * @returns how many were given to an endpoint
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_PATTERN`; `ERR_BUS_CLOSED`
   * @example
   * const replayed: number = await bus.deadLetters.replay({ topic: 'cart.**' })
   */
  replay(which?: number | DeadLetterFilter): Promise<number>

  /**
   * Throws dead letters away.
   *
   * @param which - the number of one, or a filter; default all
   * @returns how many there were
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_PATTERN`; `ERR_BUS_CLOSED`
   * @example
   * const purged: number = await bus.deadLetters.purge({ before: Date.now() - 86_400_000 })
   */
  purge(which?: number | DeadLetterFilter): Promise<number>
}
