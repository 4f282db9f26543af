/** Libraries that call functions in workers: they ask, and have no events. */
import { join } from 'node:path'
import { wrap } from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { Piscina } from 'piscina'
import { versionOf } from '../version.js'
import { endWorkers, startWorkers, type WorkerEngine } from './engine.js'

const unable = (): never => {
  throw new Error('it sends nothing but requests')
}

/** piscina, with as many threads. */
export const piscina: WorkerEngine = {
  name: 'piscina',
  version: versionOf('piscina'),
  role: 'peer',
  async open(threads) {
    const filename = join(import.meta.dirname, 'asking.js')
    // As many at a time as are asked: its default is one per thread.
    const pool = new Piscina({
      filename,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: 1_000,
    })
    await pool.run(0)
    return {
      send: unable,
      received: unable,
      ask: (value) => pool.run(value) as Promise<number>,
      close: () => pool.destroy(),
    }
  },
}

/** comlink over a worker of Node.js. */
export const comlink: WorkerEngine = {
  name: 'comlink',
  version: versionOf('comlink'),
  role: 'peer',
  async open(threads) {
    const workers = await startWorkers('comlink', '', threads)
    const [first] = workers
    if (first === undefined) throw new Error('it needs a thread')
    const remote = wrap<{ ask(value: number): number }>(nodeEndpoint(first))
    return {
      send: unable,
      received: unable,
      ask: (value) => remote.ask(value),
      close: () => endWorkers(workers),
    }
  },
}
