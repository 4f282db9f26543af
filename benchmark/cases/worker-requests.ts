/**
 * Requests to a worker: a number goes there, and comes back greater by one.
 *
 * Fair, because: all answers are checked, and all have as many questions in flight. With one in flight, what is measured is
 * the round trip; with a thousand, what one costs. `postMessage` keeps a map of who waits, and no deadline; Busbar has a
 * deadline of 30 s for each, as by default.
 */
import { busbarWorkers } from '../engines/workers/busbar.js'
import { postMessage } from '../engines/workers/messages.js'
import { comlink, piscina } from '../engines/workers/pools.js'
import type { Case, Variant } from '../harness/case.js'
import { asking } from '../workload/sending.js'

/** There and back. */
export const workerRequests: Case = {
  name: 'worker-requests',
  title: 'Request and reply, to a worker thread',
  about:
    'A number, answered by a greater one. Each contender has a process of its own. With one request in flight the figure ' +
    'is the mean of the round trip; its percentiles are those of `benchmark/round-trip.ts`.',
  isolation: 'process',
  variants: [inFlight(1, 1), inFlight(1_000, 4)],
}

function inFlight(count: number, atLeast: number): Variant {
  return {
    name: `${count.toLocaleString('en')} in flight`,
    unit: 'ns',
    per: 'request',
    baseline: 'postMessage',
    contenders: [busbarWorkers, postMessage, piscina, comlink].map((engine) => asking(engine, count)),
    goals: [{ engine: 'busbar', atLeast, against: 'postMessage' }],
  }
}
