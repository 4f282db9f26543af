/**
 * A deadline in 32 bits: milliseconds of the core's clock, of which only the lower bits travel. All threads read the same
 * monotonic clock, so nothing is lost on the way; and a time-out is shorter than half of the range, so it is clear which
 * of the moments with these bits is meant.
 */

/** The word for a deadline in milliseconds of the core's clock; 0 for none. */
export function deadlineWord(dueMs: number): number {
  if (dueMs === 0) return 0
  // 0 says that there is none; a millisecond more is within the precision of a deadline.
  return Math.ceil(dueMs) >>> 0 || 1
}

/** The deadline of a word, read at `nowMs`; 0 for none. */
export function deadlineOf(word: number, nowMs: number): number {
  if (word === 0) return 0
  const now = Math.floor(nowMs)
  return now + ((word - (now >>> 0)) | 0)
}
