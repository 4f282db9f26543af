/** Publishes as fast as it can until nobody receives any more, and tells how many somebody was given. */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'

/** What is published in one turn of the event loop. */
const BURST = 500

const bus = open(workerData as string)

async function flood(published: Int32Array): Promise<void> {
  for (let count = 0; ; count++) {
    if (bus.publish('flood', { count, text: 'some text that makes it a message' }) === 0) {
      // What a receiver that is too slow had no room for was dropped.
      parentPort?.postMessage(count - bus.stats().hop.refused)
      return
    }
    if (count % BURST === 0) {
      Atomics.store(published, 0, count)
      Atomics.notify(published, 0)
      await new Promise(setImmediate)
    }
  }
}

/** Says so in the first word, and does nothing until the second one is set. */
function block(lock: Int32Array): void {
  Atomics.store(lock, 0, 1)
  Atomics.notify(lock, 0)
  Atomics.wait(lock, 1, 0, 5_000)
}

parentPort?.on('message', async (order: Int32Array | { block: Int32Array } | 'stop') => {
  if (order instanceof Int32Array) return flood(order)
  if (order !== 'stop') return block(order.block)
  await bus.close()
  parentPort?.postMessage([])
  parentPort?.close()
  return undefined
})
parentPort?.postMessage('ready')
