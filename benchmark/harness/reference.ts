/**
 * How steady the machine was: the same fixed piece of work before each round, in a process that does nothing else. What it
 * takes would be the same each time if nobody else used the processor, its caches and its memory, so its spread is what
 * the neighbours did to everybody.
 */
import { median } from './statistics.js'

/** From here on a machine was too busy for any comparison but one that is clear in spite of it. */
export const TOO_NOISY = 0.25

const WORDS = 1 << 18
const STEPS = 1 << 19

/** A walk without a pattern through 1 MiB: as much as a second-level cache holds, so neighbours are felt. */
const next = new Uint32Array(WORDS)
for (let index = 0; index < WORDS; index++) next[index] = (Math.imul(index, 1_664_525) + 1_013_904_223) >>> 14

/** Milliseconds that the work takes now. */
export function reference(): number {
  const start = performance.now()
  let at = 0
  for (let step = 0; step < STEPS; step++) at = next[at] ?? 0
  const took = performance.now() - start
  // What nobody looks at may be left out by the compiler.
  if (at >= WORDS) throw new Error('the reference left its table')
  return took
}

/** The middle half of what it took, relative to the median: a fifth says that half of the rounds differ by that much. */
export function spread(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const quarter = sorted.length >> 2
  const [low, high] = [sorted[quarter], sorted[sorted.length - 1 - quarter]]
  return low === undefined || high === undefined ? 0 : (high - low) / median(sorted)
}
