/**
 * The buckets of a histogram: sixteen to each power of two, as in an HDR histogram. A value is an integer in its unit;
 * the first 32 buckets hold one value each, and of those after them none is wider than 1/16 of the least value in it.
 */

/** Buckets to a power of two. */
const SPLIT = 16
const HALF_WORD = 2 ** 16
/** As far as buckets go: in units of 1/16 µs it is half a year. */
const GREATEST = 2 ** 48 - 1

/** How many there are. */
export const BUCKETS: number = bucketOf(GREATEST) + 1

/** The bucket of a value; below 0 counts as 0. */
export function bucketOf(value: number): number {
  if (value < 2 ** 31) {
    const whole = value | 0
    if (whole < 2 * SPLIT) return Math.max(whole, 0)
    const shift = 27 - Math.clz32(whole)
    return shift * SPLIT + (whole >>> shift)
  }
  // In two steps, because shifts know 32 bits.
  return bucketOf(Math.floor(Math.min(value, GREATEST) / HALF_WORD)) + 16 * SPLIT
}

/** The least value of a bucket. */
export function lowerEnd(bucket: number): number {
  if (bucket < 2 * SPLIT) return bucket
  const shift = Math.floor(bucket / SPLIT) - 1
  return (bucket - shift * SPLIT) * 2 ** shift
}

/** What stands for all values of a bucket: no further than 1/32 of each from it, or half a unit. */
export function middle(bucket: number): number {
  return (lowerEnd(bucket) + lowerEnd(bucket + 1)) / 2
}
