/**
 * What one of many takes, from 1,000 to 1,000,000 of them: endpoints, patterns, topics that are remembered, requests that
 * nobody answers, messages in a mailbox.
 *
 * Fair, because: a new process for each sample, garbage collected before and after, and afterwards all are there. The heap
 * is what the collector of JavaScript manages; the process is what it takes from the system in all, and says nothing where
 * little is held. The hand-written ones hold a function or an object, and none of what a mailbox knows.
 */
import { busbarRequests } from '../engines/requests/busbar.js'
import { coarseSweep, handlerAlone, timerForEach } from '../engines/requests/hand-written.js'
import { moleculerCall } from '../engines/requests/libraries.js'
import type { Case, Contender, Goal, Variant } from '../harness/case.js'
import {
  endpoints,
  growing,
  type Held,
  handWritten,
  messages,
  patterns,
  topics,
} from '../workload/growing.js'
import { unanswered } from '../workload/requesting.js'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
/** Below it the pages that a process has anyway are more than what is held. */
const LEAST_OF_PROCESS = 100_000
/** The same of messages, which take less than a tenth of what the others do. */
const LEAST_OF_PROCESS_FOR_MESSAGES = 1_000_000
const HEAP = 'busbar, heap'
const PROCESS = 'busbar, process'

type Begin = (count: number) => Held

function growth(
  name: string,
  per: string,
  contenders: (size: number) => readonly Contender[],
  goals: readonly Goal[] = [],
): Case {
  const variants = SIZES.map((size): Variant => {
    const grows: Goal = { engine: HEAP, atLeast: 0.5, variant: '1,000' }
    return {
      name: size.toLocaleString('en'),
      size,
      unit: 'B',
      per,
      baseline: HEAP,
      contenders: contenders(size),
      goals: [...(size === SIZES.at(-1) ? [grows] : []), ...(size === 100_000 ? goals : [])],
    }
  })
  return {
    name: `memory-${name}`,
    title: `Memory of one ${per}, as their number grows`,
    about:
      'Bytes for each, in a new process for each sample, garbage collected before and after; that all are there is checked.',
    isolation: 'process per round',
    variants,
  }
}

function held(ours: Begin, byHand?: Begin, least = LEAST_OF_PROCESS): (size: number) => readonly Contender[] {
  return (size) => [
    growing({ engine: HEAP, role: 'busbar', open: ours }, 'heapUsed', size),
    ...(size < least ? [] : [growing({ engine: PROCESS, role: 'busbar', open: ours }, 'rss', size)]),
    ...(byHand === undefined
      ? []
      : [growing({ engine: 'hand-written, heap', role: 'hand-written', open: byHand }, 'heapUsed', size)]),
  ]
}

function asked(size: number): readonly Contender[] {
  return [
    unanswered(busbarRequests, 'heapUsed', size, HEAP),
    ...(size < LEAST_OF_PROCESS ? [] : [unanswered(busbarRequests, 'rss', size, PROCESS)]),
    unanswered(coarseSweep, 'heapUsed', size),
    unanswered(timerForEach, 'heapUsed', size),
    ...(size > 100_000 ? [] : [unanswered(moleculerCall, 'heapUsed', size)]),
    unanswered(handlerAlone, 'heapUsed', size),
  ]
}

/** All of them. */
export const memoryGrowth: readonly Case[] = [
  growth('endpoints', 'endpoint', held(endpoints, handWritten.endpoints)),
  growth('patterns', 'pattern', held(patterns)),
  growth('topics', 'topic that is remembered', held(topics)),
  growth('requests', 'request that nobody answers', asked, [{ engine: HEAP, atMost: 250 }]),
  growth(
    'messages',
    'message in a mailbox',
    held(messages, handWritten.messages, LEAST_OF_PROCESS_FOR_MESSAGES),
  ),
]
