/** What the senders and receivers of a bus have that say nothing else. */
import type { BusDefaults } from '../contract/options.js'
import type { Guarantee, Overflow, Priority } from '../contract/policies.js'
import { integer, members, oneOf } from './check.js'
import { RETRY, type RetryPolicy, retryPolicy } from './retry.js'

export const GUARANTEES: readonly Guarantee[] = ['at-most-once', 'at-least-once', 'exactly-once']
export const OVERFLOWS: readonly Overflow[] = ['wait', 'drop-newest', 'drop-oldest', 'reject', 'latest']
/** The most urgent first. */
export const PRIORITIES: readonly Priority[] = ['critical', 'high', 'normal', 'low']

/** Complete defaults of a bus. */
export interface DefaultSettings {
  readonly concurrency: number
  readonly capacity: number
  /** undefined: what the verb does that a message was sent with. */
  readonly overflow: Overflow | undefined
  readonly retry: RetryPolicy
  readonly ackTimeoutMs: number
  readonly guarantee: Guarantee
  readonly priority: Priority
  /** 0 for none. */
  readonly ttlMs: number
}

const KNOWN = ['concurrency', 'capacity', 'overflow', 'retry', 'ackTimeout', 'guarantee', 'priority', 'ttl']

/** Checks the defaults of a bus and completes them. */
export function defaultSettings(defaults: unknown): DefaultSettings {
  const given = members('defaults', defaults, KNOWN)
  return {
    concurrency: integer('concurrency', given['concurrency'], 1_000, 1),
    capacity: integer('capacity', given['capacity'], 1_024, 1),
    overflow: oneOf('overflow', given['overflow'], undefined, OVERFLOWS),
    retry: retryPolicy(given['retry'], RETRY),
    ackTimeoutMs: integer('ackTimeout', given['ackTimeout'], 30_000, 1),
    guarantee: guaranteeOf(given, 'at-most-once'),
    priority: priorityOf(given, 'normal'),
    ttlMs: integer('ttl', given['ttl'], 0, 1),
  }
}

/** Checks `guarantee`. */
export function guaranteeOf<Fallback extends Guarantee | undefined>(
  given: Readonly<Record<string, unknown>>,
  fallback: Fallback,
): Guarantee | Fallback {
  return oneOf('guarantee', given['guarantee'], undefined, GUARANTEES) ?? fallback
}

/** Checks the `priority` of a message. */
export function priorityOf(given: Readonly<Record<string, unknown>>, fallback: Priority): Priority {
  return oneOf('priority', given['priority'], fallback, PRIORITIES) ?? fallback
}

/** The defaults as they were given, complete: what {@link defaultSettings} makes the same of. */
export function asDefaults({ retry, ackTimeoutMs, ttlMs, ...others }: DefaultSettings): BusDefaults {
  const { initialMs, maxMs, attempts, backoff, jitter } = retry
  return {
    ...others,
    retry: { attempts, backoff, initial: initialMs, max: maxMs, jitter },
    ackTimeout: ackTimeoutMs,
    ttl: ttlMs === 0 ? undefined : ttlMs,
  }
}
