/**
 * Publishing through globs to topics that never come again: an id in the topic of each message. No cache helps, and one
 * that tries may hurt.
 *
 * Fair, because: all get the same patterns, and topics with a number that grows for ever, so that none of them can have
 * seen one before; every message is counted at its receiver. The baseline is the hand-written trie without a cache; the
 * same with a cache is there to show what a cache without admission does to such a stream.
 */
import { cachedTrie, plainTrie } from '../engines/hand-written/globs.js'
import { matchers } from '../engines/matchers.js'
import type { Case, Goal, Variant } from '../harness/case.js'
import { globs, openCuts } from '../workload/globs.js'
import { type Load, neverSeen, publishing } from '../workload/publishing.js'

/** The topics differ in a number; what surrounds it is one of so many. */
const KINDS = 1_000

/** A stream of new topics. */
export const globsCold: Case = {
  name: 'globs-cold',
  title: 'Publish through globs, topics never seen before',
  about:
    'As `globs-made`, with a number in each topic that never comes again. The baseline is the hand-written trie ' +
    'without a cache. The row without a bus makes the string and does not look at it.',
  isolation: 'process',
  variants: [newTopics(10), newTopics(1_000), newTopics(10_000)],
}

function newTopics(patterns: number): Variant {
  const load: Load = { patterns: () => globs(patterns), publish: neverSeen(openCuts(KINDS, patterns)) }
  return {
    name: `${patterns.toLocaleString('en')} patterns`,
    unit: 'ns',
    per: 'publish',
    baseline: plainTrie.name,
    contenders: matchers(patterns, [plainTrie, cachedTrie]).map((engine) => publishing(engine, load)),
    goals: patterns < 10_000 ? [] : atTenThousand(),
  }
}

function atTenThousand(): Goal[] {
  return [
    { engine: 'busbar', atLeast: 1.5, against: plainTrie.name },
    { engine: 'busbar', atLeast: 0.5, variant: '10 patterns' },
  ]
}
