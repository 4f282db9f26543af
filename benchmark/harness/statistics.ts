/** The few statistics that small samples allow, without assuming how they are distributed. */

/** A range that holds the true median with probability `coverage`. */
export interface Interval {
  readonly low: number
  readonly high: number
  readonly coverage: number
}

/** The median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * An interval of the median from order statistics: the k-th value from below to the k-th from above, with the largest
 * k that still covers 95 %. Below six values nothing covers as much; then it is the whole range, and says what it covers.
 */
export function intervalOfMedian(values: readonly number[]): Interval {
  const sorted = values.toSorted((a, b) => a - b)
  const { length } = sorted
  // The median lies below the k-th smallest with the chance of fewer than k successes in `length` tosses.
  let depth = 0
  let chance = 0.5 ** length
  let below = chance
  let coverage = 1 - 2 * below
  while (depth + 1 < length / 2) {
    chance = (chance * (length - depth)) / (depth + 1)
    if (1 - 2 * (below + chance) < 0.95) break
    below += chance
    depth++
    coverage = 1 - 2 * below
  }
  return { low: sorted[depth] ?? Number.NaN, high: sorted[length - 1 - depth] ?? Number.NaN, coverage }
}
