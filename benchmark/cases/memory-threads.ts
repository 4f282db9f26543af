/**
 * What a thread takes that has a bus and nothing to do.
 *
 * Fair, because: both are threads of Node.js with the same program around; one opens the bus and subscribes, the other does
 * not. Most of it is the thread's own.
 */
import { open } from 'busbar'
import { endWorkers, type Receiving, startWorkers } from '../engines/workers/engine.js'
import type { Case, Contender } from '../harness/case.js'
import { used } from '../workload/holding.js'
import { sampled } from '../workload/sampling.js'

const THREADS = 8

/** Idle threads. */
export const memoryThreads: Case = {
  name: 'memory-threads',
  title: 'Memory of an idle thread',
  about: `The growth of the process by ${THREADS} worker threads, each by itself; with an open bus, and without one.`,
  isolation: 'process per round',
  variants: [
    {
      name: 'the process as a whole',
      unit: 'B',
      per: 'thread',
      baseline: 'a thread that listens to its port',
      contenders: [
        threads('busbar', 'busbar', 'busbar'),
        threads('a thread that listens to its port', 'peer', 'postMessage'),
      ],
      goals: [{ engine: 'busbar', atLeast: 0.8, against: 'a thread that listens to its port' }],
    },
  ],
}

function threads(engine: string, role: Contender['role'], receiving: Receiving): Contender {
  return sampled({ engine, role }, async () => {
    const bus = open('memory of threads', { core: 'native' })
    const first = await startWorkers(receiving, bus.name, 1)
    const started = [...first]
    return {
      sample: async () => {
        const before = used('rss')
        started.push(...(await startWorkers(receiving, bus.name, THREADS)))
        return (used('rss') - before) / THREADS
      },
      close: async () => {
        await bus.close({ timeout: 0 })
        await endWorkers(started)
      },
    }
  })
}
