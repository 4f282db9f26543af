/**
 * What a pattern takes: 100,000 of them with their receivers, in a new process for each sample.
 *
 * Fair, because: the texts of the patterns exist before and are not counted, unless an engine keeps its own; the
 * receivers are the same 64 functions; garbage is collected before and after. The heap of JavaScript alone would flatter
 * an engine whose table is elsewhere, so the process as a whole comes first. A subscription of Busbar has a mailbox,
 * limits and counters; the others hold a function.
 */
import { busbar, busbarJavaScript } from '../engines/busbar.js'
import { eventemitter2Emitter } from '../engines/eventemitter2.js'
import { plainTrie } from '../engines/hand-written/globs.js'
import { mqemitterBus } from '../engines/mqemitter.js'
import { qlobber } from '../engines/qlobber.js'
import type { Case, Variant } from '../harness/case.js'
import { holding, type Memory } from '../workload/holding.js'

/** Memory per pattern. */
export const memory: Case = {
  name: 'memory',
  title: 'Memory of one pattern among 100,000',
  about:
    'The growth of the process (RSS) and of the heap of JavaScript by 100,000 subscriptions to globs, divided by their ' +
    'number; a new process for each sample, garbage collected before and after. That they receive is checked.',
  isolation: 'process per round',
  variants: [variant('rss', 'the process as a whole'), variant('heapUsed', 'the heap of JavaScript')],
}

function variant(memoryKind: Memory, name: string): Variant {
  const all = [busbar, busbarJavaScript, plainTrie, qlobber, eventemitter2Emitter, mqemitterBus]
  return {
    name,
    unit: 'B',
    per: 'pattern',
    baseline: plainTrie.name,
    contenders: all.map((engine) => holding(engine, memoryKind, 100_000)),
    goals: [],
  }
}
