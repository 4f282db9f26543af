/** Keeps what it receives, in its order, and stalls for as long as it is told to. */
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { Receivers } from '../receivers.js'

const bus = open(workerData as string)
const receivers = new Receivers(bus)
const seen: unknown[] = []
const keep = (payload: unknown): void => void seen.push(payload)

bus.subscribe('stall.*.event', keep)
bus.handle(`stall.${threadId}.work`, keep)
bus.handle('stall.any.work', keep, { guarantee: 'at-least-once' })
bus.handle(`stall.${threadId}.seen`, () => seen.splice(0))
bus.handle(`stall.${threadId}.echo`, (payload: unknown) => payload)

/** Says so in the first word, and does nothing until the second one is set. */
function stall(lock: Int32Array): void {
  Atomics.store(lock, 0, 1)
  Atomics.wait(lock, 1, 0, 300_000)
}

parentPort?.on('message', async (order: Int32Array | 'stop') => {
  if (order instanceof Int32Array) return stall(order)
  await bus.close({ timeout: 0 })
  parentPort?.postMessage([...receivers.accounts(), receivers.total()])
  parentPort?.close()
  return undefined
})
parentPort?.postMessage('ready')
