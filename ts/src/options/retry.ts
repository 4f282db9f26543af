/** How often something is tried, and how long that can take. */
import type { Backoff } from '../contract/policies.js'
import { invalidOption } from '../errors.js'
import { integer, MAX_INTEGER, members, number, oneOf } from './check.js'

/** Complete options of a retry. */
export interface RetryPolicy {
  /** How often in all, the first time included. */
  readonly attempts: number
  readonly backoff: Backoff
  readonly initialMs: number
  /** The longest wait before it is lengthened by `jitter`. */
  readonly maxMs: number
  readonly jitter: number
}

const KNOWN = ['attempts', 'backoff', 'initial', 'max', 'jitter']
const BACKOFFS: readonly Backoff[] = ['exponential', 'fixed']

/** What is tried again is tried so unless something else is said. */
export const RETRY: RetryPolicy = Object.freeze({
  attempts: 5,
  backoff: 'exponential',
  initialMs: 100,
  maxMs: 30_000,
  jitter: 0.2,
})

/**
 * Checks the options of a retry and completes them from `fallback`. The two durations depend on each other: where one
 * is given and the other is not, the other makes way.
 */
export function retryPolicy(given: unknown, fallback: RetryPolicy): RetryPolicy {
  if (given === undefined) return fallback
  const { attempts, backoff, initial, max, jitter } = members('retry', given, KNOWN)
  const longestMs = integer('retry.max', max, MAX_INTEGER, 0)
  const initialMs = integer('retry.initial', initial, Math.min(fallback.initialMs, longestMs), 0)
  if (initialMs > longestMs) {
    throw invalidOption('retry.initial', `an integer from 0 to ${longestMs}, which is retry.max`, initial)
  }
  return {
    attempts: integer('retry.attempts', attempts, fallback.attempts, 1),
    backoff: oneOf('retry.backoff', backoff, fallback.backoff, BACKOFFS) ?? fallback.backoff,
    initialMs,
    maxMs: max === undefined ? Math.max(fallback.maxMs, initialMs) : longestMs,
    jitter: number('retry.jitter', jitter, fallback.jitter, 0, 1),
  }
}

/** The longest that the waits between all attempts can be together, in milliseconds, jitter included. */
export function longestBackoffMs({ attempts, backoff, initialMs, maxMs, jitter }: RetryPolicy): number {
  let sumMs = 0
  let waits = attempts - 1
  let waitMs = initialMs
  // Doubled thirty-one times, what is not nothing is the maximum: the rest need not be added one by one.
  while (backoff === 'exponential' && waits > 0 && waitMs > 0 && waitMs < maxMs) {
    sumMs += waitMs
    waitMs = Math.min(waitMs * 2, maxMs)
    waits--
  }
  return Math.ceil((sumMs + waits * waitMs) * (1 + jitter))
}

/** The longest from the moment at which a message is first given to a handler until it is given up. */
export function longestRedeliveryMs(policy: RetryPolicy, ackTimeoutMs: number): number {
  return longestBackoffMs(policy) + policy.attempts * ackTimeoutMs
}
