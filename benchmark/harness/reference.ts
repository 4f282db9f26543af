/**
 * How steady the machine is: a fixed piece of work, which takes the same each time if nobody else uses the processor. What it
 * takes more is what others do, on this machine or on another one on the same processor; helper threads of the process that
 * asks are among them. Who only fills the larger caches is not felt.
 */
import { median } from './statistics.js'

/** From here on a machine was too busy for any comparison but one that is clear in spite of it. */
export const TOO_NOISY = 0.25

const WORDS = 1 << 11
const STEPS = 1 << 20

/**
 * A walk through 8 KiB, of which each step waits for the one before: what ran just now, and has left its own in the caches,
 * makes no difference; who shares the processor does. It comes to each word before it comes to one twice: a linear congruence has
 * its full period if the factor less one is a multiple of four and the summand is odd (T. E. Hull and A. R. Dobell, "Random
 * Number Generators", SIAM Review 4, 1962).
 */
const next = new Uint32Array(WORDS)
for (let index = 0; index < WORDS; index++) next[index] = (Math.imul(index, 1_237) + 345) & (WORDS - 1)

/** Milliseconds that the work takes now. */
export function reference(): number {
  const start = performance.now()
  let at = 0
  for (let step = 0; step < STEPS; step++) at = next[at] as number
  const tookMs = performance.now() - start
  // What nobody looks at may be left out by the compiler. Whole periods lead back.
  if (at !== 0) throw new Error('the walk did not come back')
  return tookMs
}

/** The middle half of what it took, relative to the median: a fifth says that half of the rounds differ by that much. */
export function spread(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const quarter = sorted.length >> 2
  const [low, high] = [sorted[quarter], sorted[sorted.length - 1 - quarter]]
  return low === undefined || high === undefined ? 0 : (high - low) / median(sorted)
}
