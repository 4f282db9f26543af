/**
 * The least that gets a payload into another thread: a ring of shared memory, of one writer and one reader, who is woken once
 * for each batch. It knows the payloads of the benchmark by heart, so that nothing has to be said of what they are, and has
 * one function that listens. It has no topics but a number, no bounds (what does not fit is an error), no second writer,
 * and no way back: how far the reader is it is asked by a message.
 */
import { once } from 'node:events'
import { endWorkers, type Received, startWorkers, type WorkerEngine } from './engine.js'
import { Ring } from './ring.js'

/** See the head of this file. */
export const handWritten: WorkerEngine = {
  name: 'hand-written, ring of shared memory',
  version: '',
  role: 'hand-written',
  open: async (threads) => {
    const workers = await startWorkers('ring', '', threads)
    const rings = workers.map((worker) => {
      const ring = new Ring()
      worker.postMessage(ring.memory)
      return ring
    })
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    let isScheduled = false
    const flush = (): void => {
      isScheduled = false
      for (const ring of rings) ring.flush()
    }
    return {
      send(payload) {
        for (const ring of rings) ring.write(payload)
        if (isScheduled) return
        isScheduled = true
        queueMicrotask(flush)
      },
      ask: () => Promise.reject(new Error('it has no way back')),
      async received() {
        flush()
        const told = workers.map((worker) => once(worker, 'message'))
        for (const worker of workers) worker.postMessage('received')
        return (await Promise.all(told)).map(([received]) => received as Received)
      },
      close: () => endWorkers(workers),
    }
  },
}
