/** What an endpoint remembers of the ids of its messages. */
import type { Guarantee } from '../contract/policies.js'
import { invalidOption } from '../errors.js'
import { integer, MAX_INTEGER, members } from './check.js'
import { longestBackoffMs, longestRedeliveryMs, type RetryPolicy } from './retry.js'

/** Complete options of a dedupe window. */
export interface DedupeSettings {
  readonly windowMs: number
  readonly size: number
}

const KNOWN = ['window', 'size']
const WINDOW_MS = 120_000

/**
 * Checks a dedupe window and completes it; undefined where there is none, because what is received may be received
 * twice. A window that forgets an id while its message can still be tried again would let it through twice.
 */
export function dedupeSettings(
  given: unknown,
  guarantee: Guarantee,
  retry: RetryPolicy,
  ackTimeoutMs: number,
): DedupeSettings | undefined {
  if (guarantee !== 'exactly-once') {
    if (given === undefined) return undefined
    throw invalidOption('dedupe', `left out where guarantee is '${guarantee}' and not 'exactly-once'`, given)
  }
  const { window, size } = members('dedupe', given, KNOWN)
  const longestMs = longestRedeliveryMs(retry, ackTimeoutMs)
  const because = `${retry.attempts} attempts with an ackTimeout of ${ackTimeoutMs} ms and ${longestBackoffMs(retry)} ms between them can take`
  if (longestMs > MAX_INTEGER) {
    const expected = `such that 'exactly-once' takes at most ${MAX_INTEGER} ms, but ${because} ${longestMs} ms`
    throw invalidOption('retry', expected, retry)
  }
  const windowMs = integer('dedupe.window', window, Math.max(WINDOW_MS, longestMs), 1)
  if (windowMs < longestMs) {
    throw invalidOption('dedupe.window', `at least ${longestMs}, because ${because} as long`, window)
  }
  return { windowMs, size: integer('dedupe.size', size, 100_000, 1, 2 ** 24) }
}
