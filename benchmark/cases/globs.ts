/**
 * Publishing through globs to topics that come again, as strings that live long or through topics bound beforehand: 1,000
 * topics are in use, each matches one pattern.
 *
 * Fair, because: all get the same patterns in their own notation, the same topics in the same order, and every message
 * is counted at its receiver. The hand-written trie with a cache is the best that we can write for this workload alone;
 * it knows fewer patterns than Busbar, isolates no errors and counts nothing. The libraries have no cache to rely on;
 * what they cost is what their users pay. picomatch has no table at all: it is what people write for few patterns, and
 * is left out where there are 10,000.
 */
import { busbar } from '../engines/busbar.js'
import { dutiesOfGlobs } from '../engines/duties.js'
import { cachedTrie } from '../engines/hand-written/globs.js'
import { matchers } from '../engines/matchers.js'
import type { Case, Variant } from '../harness/case.js'
import { cuts, globs as globsBelow, whole } from '../workload/globs.js'
import { bound, type Load, longLived, publishing } from '../workload/publishing.js'

const TOPICS = 1_000

/** Long-lived strings, and bound topics. */
export const globs: Case = {
  name: 'globs',
  title: 'Publish through globs, 1,000 topics in use, strings that live long',
  about:
    'Six of ten patterns have a wildcard in the middle, three end in `**`, one begins with a wildcard; each topic ' +
    'matches one of them. Each contender has a process of its own, because the two cores of Busbar share the code in ' +
    'front of them; the rounds are interleaved. The hand-written trie has a Map of 4,096 topics in front of it, ' +
    'more than are in use. A publisher of Busbar is bound to its topic beforehand.',
  isolation: 'process',
  variants: [throughGlobs(10), throughGlobs(1_000), throughGlobs(10_000)],
}

function throughGlobs(patterns: number): Variant {
  const topics = cuts(TOPICS, patterns).map(whole)
  const load: Load = { patterns: () => globsBelow(patterns), publish: longLived(topics) }
  const publisher = publishing(busbar, { ...load, publish: bound(topics) }, 'busbar publisher')
  const others = matchers(patterns, [cachedTrie, dutiesOfGlobs]).map((engine) => publishing(engine, load))
  const dutiful = publishing(
    dutiesOfGlobs,
    { ...load, publish: bound(topics) },
    `${dutiesOfGlobs.name}; bound`,
  )
  return {
    name: `${patterns.toLocaleString('en')} patterns`,
    unit: 'ns',
    per: 'publish',
    baseline: cachedTrie.name,
    contenders: [publisher, ...others, dutiful],
    goals: [
      { engine: 'busbar', atLeast: 1, against: cachedTrie.name },
      { engine: 'busbar publisher', atLeast: 3, against: cachedTrie.name },
    ],
  }
}
