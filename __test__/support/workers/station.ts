/** What every program of a worker begins with: its bus, and the way in which the test ends it. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Bus, open } from 'busbar'
import { Receivers } from '../receivers.js'

/** The bus of the test. */
export const bus: Bus = open(workerData as string)
const receivers = new Receivers(bus)

/** Says that everything is set up. When the test says so, the bus is closed, and the worker has no reason to stay. */
export function ready(): void {
  parentPort?.once('message', async () => {
    await bus.close({ timeout: 0 })
    parentPort?.postMessage([...receivers.accounts(), receivers.total()])
  })
  parentPort?.postMessage('ready')
}
