/** Ends in the way that it is told to, without leaving its bus. */
import { parentPort, workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { never } from '../never.js'

const bus = open(workerData as string)

bus.handle('die.echo', (payload: unknown) => payload)
bus.handle('die.never', never)
bus.handle('die.full', never, { concurrency: 1, capacity: 1 })
bus.handle('die.answering', () => {
  // The answer leaves with the microtask.
  setImmediate(() => process.exit(3))
  return 'the last words'
})
bus.subscribe('die.event', () => {})
bus.subscribe('die.exit', () => process.exit(3))
bus.subscribe('die.throw', () => {
  setImmediate(() => {
    throw new Error('a worker breaks')
  })
})
bus.subscribe('die.unref', () => void bus.unref())
bus.subscribe('die.start', flood)

function flood(): void {
  for (let index = 0; index < 50; index++) bus.publish('die.flood', { index, text: 'some text' })
  setImmediate(flood)
}

parentPort?.postMessage('ready')
