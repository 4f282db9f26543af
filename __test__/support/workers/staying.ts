/** Nothing but its receivers keeps this worker alive. */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'

const bus = open(workerData as string)
bus.handle('stay', (payload: unknown) => payload)
bus.subscribe('let-go', () => void bus.unref())
parentPort?.postMessage('ready')
