/** Has work that lasts, under `last.<thread>.*`, and closes the bus in whatever way it is told to. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, threadId, workerData } from 'node:worker_threads'
import { type CloseOptions, open } from 'busbar'
import { never } from '../never.js'
import { Receivers } from '../receivers.js'

/** What it can be told: a lock has it stand still until that is set. */
export type LastingOrder =
  | Int32Array
  | 'stop'
  | { readonly verb: 'close' | 'shutdown'; readonly options: CloseOptions }

const bus = open(workerData as string)
const receivers = new Receivers(bus)

bus.handle('last.ask', (topic: string) => bus.request(topic, threadId, { timeout: 600_000 }))
bus.handle(`last.${threadId}.ask`, (topic: string) => bus.request(topic, threadId, { timeout: 600_000 }))
bus.handle('last.sleep', async (ms: number) => {
  await sleep(ms)
  return threadId
})
bus.handle(`last.${threadId}.never`, never, { name: `never-${threadId}` })

parentPort?.on('message', async (order: LastingOrder) => {
  if (order instanceof Int32Array) {
    Atomics.store(order, 0, 1)
    Atomics.wait(order, 1, 0, 300_000)
  } else if (order === 'stop') {
    await bus.close({ timeout: 0 })
    parentPort?.postMessage([...receivers.accounts(), receivers.total()])
    parentPort?.close()
  } else {
    const closing = bus[order.verb](order.options)
    parentPort?.postMessage('closing')
    parentPort?.postMessage(await closing)
  }
})
parentPort?.postMessage('ready')
