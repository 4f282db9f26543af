/**
 * A histogram of latencies that stays small however many are recorded.
 *
 * It counts microseconds in buckets: 64 equal ones for each power of two. So a figure that is read from it is at most
 * 1.6 % too high, over the whole range from a microsecond to an hour.
 */

/** How many buckets each power of two is split into, as a power of two itself. */
const SPLIT_BITS = 6
const SPLIT = 2 ** SPLIT_BITS
/** Beyond 2³² µs, more than an hour, everything counts as that. */
const MOST_BITS = 32
const BUCKETS = (MOST_BITS - SPLIT_BITS + 1) * SPLIT

/** The histogram; see the head of this file. */
export class Latencies {
  readonly #buckets = new Float64Array(BUCKETS)
  #count = 0
  #maxMs = 0

  /** How many were recorded. */
  get count(): number {
    return this.#count
  }

  /** The longest, exactly; 0 when there is none. */
  get maxMs(): number {
    return this.#maxMs
  }

  /** Records one, in milliseconds. */
  record(ms: number): void {
    const bucket = bucketOf(Math.max(0, Math.round(ms * 1000)))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count++
    if (ms > this.#maxMs) this.#maxMs = ms
  }

  /**
   * The latency that this share of all did not exceed, in milliseconds; 0 when there is none.
   *
   * @param share - from 0 to 1: 0.99 for the 99th percentile
   */
  percentileMs(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const [bucket, count] of this.#buckets.entries()) {
      seen += count
      if (seen >= rank) return Math.min(upperEdge(bucket) / 1000, this.#maxMs)
    }
    return 0
  }
}

/** The first 64 buckets are one microsecond each; after them, the leading 7 bits of the value choose the bucket. */
function bucketOf(us: number): number {
  if (us < SPLIT) return us
  const power = Math.floor(Math.log2(us))
  if (power >= MOST_BITS) return BUCKETS - 1
  const within = Math.floor((us / 2 ** power - 1) * SPLIT)
  return (power - SPLIT_BITS + 1) * SPLIT + within
}

/** The largest whole number of microseconds that falls into a bucket. */
function upperEdge(bucket: number): number {
  if (bucket < SPLIT) return bucket
  const power = Math.floor(bucket / SPLIT) + SPLIT_BITS - 1
  const width = 2 ** (power - SPLIT_BITS)
  return 2 ** power + ((bucket % SPLIT) + 1) * width - 1
}
