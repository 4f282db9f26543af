/**
 * Patterns that come and go, as with a subscription for each connection: what one costs in a table of many, and what it
 * does to the topics in use.
 *
 * Fair, because: all get the same table and add the same new patterns, made for the occasion; what an engine puts off (a
 * promise, a turn of the event loop) is waited for every 256 changes, within the time. That a pattern receives while it is
 * there, and nothing when it is gone, is checked after each round.
 */
import { busbar, busbarJavaScript } from '../engines/busbar.js'
import { eventemitter2Emitter } from '../engines/eventemitter2.js'
import { cachedTrie, plainTrie } from '../engines/hand-written/globs.js'
import { mqemitterBus } from '../engines/mqemitter.js'
import { qlobber } from '../engines/qlobber.js'
import type { Case, Variant } from '../harness/case.js'
import { changing } from '../workload/changing.js'

/** Adding and removing. */
export const registration: Case = {
  name: 'registration',
  title: 'Add and remove one pattern',
  about:
    'One operation adds a pattern that was not there and takes it away again. With publishes in between, 16 messages go ' +
    'to topics in use after each addition: a change must not make the others expensive for long. A subscription of ' +
    'Busbar has a mailbox, limits and counters, and tells other threads; the others add a function to a table.',
  isolation: 'process',
  variants: [changes(100), changes(10_000), changes(100_000), used(10_000)],
}

function changes(patterns: number): Variant {
  // eventemitter2 walks its whole tree for each removal: milliseconds at 10,000, which says enough.
  const slow = patterns > 10_000 ? [] : [eventemitter2Emitter]
  const all = [busbar, busbarJavaScript, plainTrie, qlobber, mqemitterBus, ...slow]
  return {
    name: `${patterns.toLocaleString('en')} patterns`,
    unit: 'ns',
    per: 'addition and removal',
    baseline: plainTrie.name,
    contenders: all.map((engine) => changing(engine, { patterns, publishes: 0 })),
    goals: patterns < 100_000 ? [] : [{ engine: 'busbar', atLeast: 0.5, variant: '100 patterns' }],
  }
}

function used(patterns: number): Variant {
  const all = [busbar, busbarJavaScript, plainTrie, cachedTrie, qlobber, mqemitterBus]
  return {
    name: `${patterns.toLocaleString('en')} patterns, 16 publishes in between`,
    unit: 'ns',
    per: 'addition, 16 publishes and removal',
    baseline: plainTrie.name,
    contenders: all.map((engine) => changing(engine, { patterns, publishes: 16 })),
    goals: [],
  }
}
