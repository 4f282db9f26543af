/** Busbar between threads, through its public interface with everything on. */
import { open } from 'busbar'
import { endWorkers, type Received, startWorkers, type WorkerEngine } from './engine.js'

let opened = 0

/** By default the largest payload is 1 MB, and the largest of the benchmark is 1 MiB. */
const MOST_BYTES = 2 ** 21

/** As it is installed. */
export const busbarWorkers: WorkerEngine = {
  name: 'busbar',
  version: '',
  role: 'busbar',
  async open(threads) {
    const name = `workers ${++opened}`
    const bus = open(name, { core: 'native', maxMessageSize: MOST_BYTES })
    const workers = await startWorkers('busbar', name, threads)
    return {
      send: (payload) => {
        bus.publish('parcels.of.the.benchmark', payload)
      },
      ask: (value) => bus.request('ask', value) as Promise<number>,
      received: () =>
        Promise.all(
          workers.map((_, index) => bus.request(`received.${index}`, undefined) as Promise<Received>),
        ),
      async close() {
        await bus.close({ timeout: 0 })
        await endWorkers(workers)
      },
    }
  },
}
