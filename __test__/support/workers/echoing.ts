/** Answers on `parentPort`, which is all its own; is on the bus as well. */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'

open(workerData as string).handle('echo.here', () => 'here')
const heard: unknown[] = []
parentPort?.on('message', (message) => {
  heard.push(message)
  if (message === 'what') parentPort?.postMessage(heard)
})
