/**
 * Publishing to exact topics with one synchronous receiver each: what every emitter is made for, so the measure of what
 * a bus may cost where nothing but an emitter is needed.
 *
 * Fair, because: all get the same topics, in the same order, as strings that live long (so that their hash is known, as
 * it is to literals in a program); the receivers are 64 different functions; every message is counted at its receiver.
 * The emitters isolate no errors, count nothing and limit nothing; Busbar does all of it, as by default.
 */
import { busbar } from '../engines/busbar.js'
import { duties } from '../engines/duties.js'
import { emitters } from '../engines/emitters.js'
import type { Case, Variant } from '../harness/case.js'
import { names } from '../workload/names.js'
import { bound, type Load, longLived, publishing } from '../workload/publishing.js'
import { shuffled } from '../workload/shuffle.js'

/** Literal topics. */
export const exact: Case = {
  name: 'exact',
  title: 'Publish, exact topics, strings that live long',
  about:
    'One synchronous receiver for each topic, 64 different functions in turn; the topics are published in a shuffled ' +
    'order. Each contender has a process of its own, because the two cores of Busbar share the code in front of them; ' +
    'the rounds are interleaved. Busbar isolates errors, counts and limits as by default; the emitters do not. ' +
    'mqemitter gets a message object for each call and a callback that its receivers call, as it is meant. The rows ' +
    'without a bus are what a call costs, and what it costs with the least of what Busbar promises of it.',
  isolation: 'process',
  variants: [literalTopics(100), literalTopics(10_000)],
}

function literalTopics(count: number): Variant {
  const patterns = (): string[] => names(count)
  const topics = shuffled(names(count))
  const load: Load = { patterns, publish: longLived(topics) }
  const publisher = publishing(busbar, { patterns, publish: bound(topics) }, 'busbar publisher')
  const dutiful = publishing(duties, { patterns, publish: bound(topics) }, `${duties.name}; bound`)
  return {
    name: `${count.toLocaleString('en')} topics`,
    unit: 'ns',
    per: 'publish',
    baseline: 'node:events',
    contenders: [publisher, ...emitters.map((engine) => publishing(engine, load)), dutiful],
    goals: [
      { engine: 'busbar', atLeast: 1, against: 'node:events' },
      { engine: 'busbar publisher', atLeast: 3, against: 'node:events' },
    ],
  }
}
