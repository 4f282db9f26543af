/**
 * Randomness that can be had again: `npm test` makes the same choices each time, `npm run soak` new ones. A test logs
 * the seed that it has, and has that of the environment variable `BUSBAR_SEED` if there is one.
 */
import type { ExecutionContext } from 'ava'

/** The seed of this run. */
export const seed: number = Number(process.env['BUSBAR_SEED'] ?? 1)

/** A source of random numbers, from 0 to below 1. */
export type Random = () => number

/** The source for one test, which logs its seed. */
export function seeded(t: ExecutionContext): Random {
  return mulberry32(seedOf(t))
}

/** The seed itself, for a library that has a source of its own; it is an integer of 32 bits. */
export function seedOf(t: ExecutionContext): number {
  t.log(`BUSBAR_SEED=${seed}`)
  return seed | 0
}

/** The source of a seed: Mulberry32. */
export function mulberry32(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** An integer from 0 to below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit)
}

/** One of `list`, which is not empty. */
export function pick<Item>(random: Random, list: readonly Item[]): Item {
  const item = list[below(random, list.length)]
  if (item === undefined) throw new Error('there is nothing to pick from')
  return item
}

/** The same items in another order. */
export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const left = [...items]
  return items.flatMap(() => left.splice(below(random, left.length), 1))
}
