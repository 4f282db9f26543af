/**
 * How long a request to a worker takes, one by one.
 *
 * Fair, because: as in `worker-requests`. A steady stream is far below what any of the contenders can take; each request
 * counts from when it should have been made, so that nobody gains by holding the next one up.
 */
import { busbarWorkers } from '../engines/workers/busbar.js'
import { dutifulMessages } from '../engines/workers/dutiful-messages.js'
import { postMessage } from '../engines/workers/messages.js'
import { comlink, piscina } from '../engines/workers/pools.js'
import type { Case, Variant } from '../harness/case.js'
import { latencies, type Pace } from '../workload/latency.js'

/** Percentiles of the round trip. */
export const workerLatency: Case = {
  name: 'worker-latency',
  title: 'Latency of a request to a worker thread',
  about:
    'A number, answered by a greater one; each request is timed. One after the other, or 2,000 in each second whether ' +
    'they are answered or not. The figure is one percentile of a round of 4,000; the chart has those of all rounds.',
  isolation: 'process',
  variants: [
    variant('one after the other', 0.5),
    variant('one after the other', 0.99),
    variant(2_000, 0.5),
    variant(2_000, 0.99),
  ],
}

function variant(pace: Pace, share: number): Variant {
  const how = typeof pace === 'number' ? `${pace.toLocaleString('en')} per second` : pace
  return {
    name: `${how}, p${share * 100}`,
    unit: 'ns',
    per: 'request',
    baseline: postMessage.name,
    contenders: [busbarWorkers, postMessage, dutifulMessages, piscina, comlink].map((engine) =>
      latencies(engine, pace, share),
    ),
    goals: [{ engine: 'busbar', atLeast: 1, against: postMessage.name }],
  }
}
