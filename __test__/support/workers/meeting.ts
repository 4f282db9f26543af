/**
 * Is told what to do by other ways than the bus: through shared memory or a port. Publishes at once when it is, and until
 * then knows who receives the topic, so that a plan of before would show.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { type Bus, open } from 'busbar'

/** Publish whenever the first cell changes; the second says to how many, the third that it was done. */
export interface Watch {
  readonly act: 'watch'
  readonly cells: Int32Array
  readonly topic: string
}

/** Publish now; the answer, through the port, is to how many. */
export interface Publish {
  readonly act: 'publish'
  readonly topic: string
  readonly payload: number
}

/** Do nothing at all until the cell is no longer 0; says through the port that it begins. */
export interface Block {
  readonly act: 'block'
  readonly cell: Int32Array
}

const bus: Bus = open(workerData as string)

/** How long it waits for its cell to change before it looks at what came over the bus. */
const GLANCE_MS = 0.2

async function watch({ cells, topic }: Watch): Promise<void> {
  for (let seen = 0; seen >= 0; ) {
    // With the whole thread, so that nothing that comes over the bus is seen before what is seen here.
    Atomics.wait(cells, 0, seen, GLANCE_MS)
    const now = Atomics.load(cells, 0)
    if (now !== seen) {
      seen = now
      Atomics.store(cells, 1, bus.publish(topic, seen))
      Atomics.store(cells, 2, seen)
      Atomics.notify(cells, 2)
    }
    await new Promise(setImmediate)
  }
}

// Whoever asks for the receivers of a topic remembers them.
bus.handle(`warm.${threadId}`, (topic: string) => bus.publisher(topic).matched)
parentPort?.on('message', async (order: Watch | Publish | Block | 'stop') => {
  if (order === 'stop') {
    await bus.close()
    parentPort?.postMessage([])
    parentPort?.close()
  } else if (order.act === 'watch') await watch(order)
  else if (order.act === 'publish') parentPort?.postMessage(bus.publish(order.topic, order.payload))
  else {
    parentPort?.postMessage('blocked')
    Atomics.wait(order.cell, 0, 0)
  }
})
parentPort?.postMessage('ready')
