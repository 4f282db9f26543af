/** What Node.js has: messages to a worker, and channels that many listen to; requests by hand, with a map of who waits. */
import { once } from 'node:events'
import { BroadcastChannel, type Worker } from 'node:worker_threads'
import { endWorkers, type Received, startWorkers, type Way, type WorkerEngine } from './engine.js'

/** `worker.postMessage()`, once for each worker. */
export const postMessage: WorkerEngine = {
  name: 'postMessage',
  version: process.versions.node,
  role: 'peer',
  open: async (threads) => {
    const workers = await startWorkers('postMessage', '', threads)
    const send = (payload: unknown): void => {
      for (const worker of workers) worker.postMessage(payload)
    }
    return way(workers, send, () => {})
  },
}

let channels = 0

/** A `BroadcastChannel`. */
export const broadcastChannel: WorkerEngine = {
  name: 'BroadcastChannel',
  version: process.versions.node,
  role: 'peer',
  open: async (threads) => {
    const name = `channel ${++channels}`
    const workers = await startWorkers('BroadcastChannel', name, threads)
    const channel = new BroadcastChannel(name)
    return way(
      workers,
      (payload) => channel.postMessage(payload),
      () => channel.close(),
    )
  },
}

function way(workers: readonly Worker[], send: (message: unknown) => void, end: () => void): Way {
  const waiting = new Map<number, (answer: number) => void>()
  const [first] = workers
  let lastId = 0
  first?.on('message', (message: { id?: number; answer: number }) => {
    if (message.id === undefined) return
    waiting.get(message.id)?.(message.answer)
    waiting.delete(message.id)
  })
  return {
    send,
    ask: (value) =>
      new Promise((resolve) => {
        waiting.set(++lastId, resolve)
        first?.postMessage({ id: lastId, ask: value })
      }),
    async received() {
      const told = workers.map((worker) => once(worker, 'message'))
      send('received')
      return (await Promise.all(told)).map(([received]) => received as Received)
    },
    async close() {
      end()
      await endWorkers(workers)
    },
  }
}
