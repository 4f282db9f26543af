/** How long to wait before something is tried again. */

/** What it depends on; complete and checked. */
export interface Waits {
  /** Whether each wait is twice the one before, or as long. */
  readonly backoff: 'exponential' | 'fixed'
  /** The wait before the second try, in milliseconds: 0 or more. */
  readonly initialMs: number
  /** The longest wait before jitter, in milliseconds. */
  readonly maxMs: number
  /** By which share of itself a wait may be longer, from 0 to 1. */
  readonly jitter: number
}

/** Doubled this often, 1 ms is longer than any option may be. Beyond, 0 ms would become no number at all. */
const MOST_DOUBLINGS = 31

/**
 * The wait before try number `attempt`, in milliseconds: from 2 on, doubled each time where it grows, and lengthened at
 * random, never shortened, so that those who failed together do not come back together.
 *
 * @param random - from 0 to 1
 *
 * @example backoffMs({ backoff: 'exponential', initialMs: 100, maxMs: 1_000, jitter: 0.5 }, 4, Math.random()) // 400 to 600
 */
export function backoffMs(
  { backoff, initialMs, maxMs, jitter }: Waits,
  attempt: number,
  random: number,
): number {
  const doublings = backoff === 'fixed' ? 0 : Math.min(attempt - 2, MOST_DOUBLINGS)
  return Math.min(maxMs, initialMs * 2 ** doublings) * (1 + random * jitter)
}
