/**
 * Publishing through globs to 1,000 topics in use, whose strings are put together for each message.
 *
 * Fair, because: as in `globs`; and the string is made in the loop of every contender, by the same concatenation. The
 * hand-written cache has to take the hash of a new string and compare it, as everybody has who looks a topic up; the
 * libraries cut the string into tokens and look those up.
 */
import { dutiesOfGlobs } from '../engines/duties.js'
import { cachedTrie } from '../engines/hand-written/globs.js'
import { libraries, matchers } from '../engines/matchers.js'
import type { Case, Goal, Variant } from '../harness/case.js'
import { cuts, globs } from '../workload/globs.js'
import { type Load, made, publishing } from '../workload/publishing.js'

const TOPICS = 1_000

/** Strings that are put together for the message. */
export const globsMade: Case = {
  name: 'globs-made',
  title: 'Publish through globs, 1,000 topics in use, strings made for each message',
  about:
    'As `globs`, but the topic of each message is concatenated, as a template literal does it. The row without a bus ' +
    'makes the string and does not look at it.',
  isolation: 'process',
  variants: [throughGlobs(10), throughGlobs(1_000), throughGlobs(10_000)],
}

function throughGlobs(patterns: number): Variant {
  const load: Load = { patterns: () => globs(patterns), publish: made(cuts(TOPICS, patterns)) }
  const threeTimes = libraries.map(({ name }): Goal => ({ engine: 'busbar', atLeast: 3, against: name }))
  return {
    name: `${patterns.toLocaleString('en')} patterns`,
    unit: 'ns',
    per: 'publish',
    baseline: cachedTrie.name,
    contenders: matchers(patterns, [cachedTrie, dutiesOfGlobs]).map((engine) => publishing(engine, load)),
    goals: [{ engine: 'busbar', atLeast: 1, against: cachedTrie.name }, ...threeTimes],
  }
}
