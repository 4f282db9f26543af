/** Leaves the bus when it is told to, with requests in hand. */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'

const bus = open(workerData as string)
bus.handle('slow', async (n: number) => {
  for (let turn = 0; turn < n % 5; turn++) await new Promise(setImmediate)
  return n
})
bus.handle('close', () => {
  setImmediate(() => void bus.close())
})
parentPort?.postMessage('ready')
