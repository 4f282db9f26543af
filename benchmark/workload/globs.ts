/**
 * Globs as a service of many tenants has them, and topics of which each matches exactly one: so the work of the
 * receivers is the same at every size, and the checks can count.
 *
 * Of ten globs six have a wildcard in the middle, three end in `**`, and one begins with a wildcard.
 */
import { internalized } from './internalized.js'
import type { Cut } from './loop.js'
import { shuffled } from './shuffle.js'

/** The glob of a number. */
export function glob(number: number): string {
  const kind = number % 10
  if (kind < 6) return `tenant${number}.orders.*.created`
  return kind < 9 ? `tenant${number}.audit.**` : `*.meter${number}.changed`
}

/** The globs of the numbers below `count`. */
export function globs(count: number): string[] {
  return Array.from({ length: count }, (_, number) => glob(number))
}

/** A topic that matches the glob of `number` and no other, cut where a name or a number of the user's goes. */
export function cutOf(number: number): Cut {
  const kind = number % 10
  if (kind < 6) return { head: `tenant${number}.orders.`, tail: '.created' }
  return kind < 9
    ? { head: `tenant${number}.audit.`, tail: '.read' }
    : { head: 'plant', tail: `.meter${number}.changed` }
}

/** `count` topics over `patterns` globs, in an order without a pattern; each is one that was cut after its name. */
export function cuts(count: number, patterns: number): Cut[] {
  const all = Array.from({ length: count }, (_, index): Cut => {
    const { head, tail } = cutOf(spread(index, patterns))
    return { head: `${head}item${index}`, tail }
  })
  return shuffled(all)
}

/** As {@link cuts}, without a name: the loop puts a number in that was never there before. */
export function openCuts(count: number, patterns: number): Cut[] {
  return shuffled(Array.from({ length: count }, (_, index) => cutOf(spread(index, patterns))))
}

/** All globs of all kinds get topics; where there are more topics than globs, they share them. */
function spread(index: number, patterns: number): number {
  // A prime: no multiple of it is a multiple of a power of ten before all numbers were there.
  return (index * 7_919) % patterns
}

/** The topic of a cut, as one string that lives long. */
export function whole({ head, tail }: Cut): string {
  return internalized(head + tail)
}
