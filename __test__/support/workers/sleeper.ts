/** Handles `sleeper.nap`, which blocks the whole thread, and `sleeper.work`, which counts. */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'

const bus = open(workerData as string)
const asleep = new Int32Array(new SharedArrayBuffer(4))
let worked = 0

bus.handle('sleeper.nap', (ms: number) => void Atomics.wait(asleep, 0, 0, ms))
const work = bus.handle('sleeper.work', () => ++worked)
bus.handle('sleeper.count', () => ({ worked, refused: work.stats().refused }))

parentPort?.once('message', async () => {
  await bus.close()
  parentPort?.postMessage([{ pattern: 'sleeper.work', stats: work.stats() }])
})
parentPort?.postMessage('ready')
