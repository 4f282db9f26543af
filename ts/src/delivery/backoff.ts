/** How long to wait before something is tried again. */
import type { RetryPolicy } from '../options/retry.js'

/** Doubled this often, 1 ms is longer than any option may be. Beyond, 0 ms would become no number at all. */
const MOST_DOUBLINGS = 31

/**
 * The wait before try number `attempt`, in milliseconds: from 2 on, doubled each time where it grows, and lengthened at
 * random, never shortened, so that those who failed together do not come back together.
 *
 * @param random - from 0 to 1
 */
export function backoffMs(
  { backoff, initialMs, maxMs, jitter }: Omit<RetryPolicy, 'attempts'>,
  attempt: number,
  random: number,
): number {
  const doublings = backoff === 'fixed' ? 0 : Math.min(attempt - 2, MOST_DOUBLINGS)
  return Math.min(maxMs, initialMs * 2 ** doublings) * (1 + random * jitter)
}
