/**
 * Handlers that take their time: 100 run at a time, and the others wait.
 *
 * Fair, because: all have the same handler and the same number of tasks in the queue; that all were done, each once, and that
 * 100 ran at a time and never more is checked. fastq and p-queue call one function and know no topics, priorities or bounds;
 * a mailbox of Busbar has all of that; so has, at its simplest, the hand-written one that makes a message for each task. fastq is
 * used by callbacks, its fastest way.
 */
import {
  busbarMailbox,
  busbarMailboxJavaScript,
  fastqQueue,
  handWrittenQueue,
  messageQueue,
  pQueue,
} from '../engines/queues.js'
import type { Case, Variant } from '../harness/case.js'
import { type Pace, queueing } from '../workload/queueing.js'

/** Queues with a limit. */
export const handlers: Case = {
  name: 'handlers',
  title: 'Asynchronous handlers, 100 at a time',
  about:
    'So many messages are published at once to one handler, and the next when all are done. The handler awaits either a ' +
    'promise that is settled (microtask) or a turn of the event loop (macrotask). Each contender has a process of its own.',
  isolation: 'process',
  variants: [
    queue('microtask', 1_000),
    queue('microtask', 100_000),
    queue('macrotask', 1_000),
    queue('macrotask', 100_000),
  ],
}

function queue(pace: Pace, length: number): Variant {
  const all = [busbarMailbox, busbarMailboxJavaScript, fastqQueue, pQueue, handWrittenQueue, messageQueue]
  return {
    name: `${pace}, queue of ${length.toLocaleString('en')}`,
    unit: 'ns',
    per: 'task',
    baseline: fastqQueue.name,
    contenders: all.map((engine) => queueing(engine, pace, length)),
    goals: [{ engine: 'busbar', atLeast: 1, against: fastqQueue.name }],
  }
}
