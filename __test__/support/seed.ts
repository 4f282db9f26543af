/** Randomness that is printed and can be had again: set `BUSBAR_SEED` to what a failing test has logged. */
import type { ExecutionContext } from 'ava'

/** A source of random numbers, from 0 to below 1. */
export type Random = () => number

/** The source for one test, which logs its seed. */
export function seeded(t: ExecutionContext): Random {
  return mulberry32(seedOf(t))
}

/** The seed itself, for a library that has a source of its own. */
export function seedOf(t: ExecutionContext): number {
  const given = process.env['BUSBAR_SEED']
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given)
  t.log(`BUSBAR_SEED=${seed}`)
  return seed
}

/** Mulberry32. */
function mulberry32(seed: number): Random {
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
