/**
 * One of a pool that answers `pool.work`: it is well or fails, as `pool.mood.<thread>` says, and after `pool.block.<thread>`
 * its whole thread stands still until the number that it was sent before is not 0. Its endpoint is watched closely.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { Receivers } from '../receivers.js'

const bus = open(workerData as string)
const receivers = new Receivers(bus)
let fails = false
let block: Int32Array | undefined

bus.handle(
  'pool.work',
  () => {
    if (fails) throw new Error('this one always fails')
    return threadId
  },
  {
    pool: 'workers',
    name: `worker-${threadId}`,
    circuit: { calls: 50, minimum: 10, initial: 500, max: 4_000 },
    health: { interval: 20, stalledFor: 1_000 },
  },
)
bus.handle(`pool.mood.${threadId}`, (mood: string) => {
  fails = mood === 'failing'
})
bus.handle(`pool.block.${threadId}`, () => {
  // When this has been answered.
  setTimeout(() => block !== undefined && Atomics.wait(block, 0, 0), 20)
})

parentPort?.on('message', async (message: unknown) => {
  if (message instanceof Int32Array) {
    block = message
    parentPort?.postMessage('blockable')
    return
  }
  await bus.close({ timeout: 0 })
  parentPort?.postMessage([...receivers.accounts(), receivers.total()])
  parentPort?.close()
})
parentPort?.postMessage('ready')
