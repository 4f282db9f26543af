/** Publishes, asks and handles as it is told to, for the metrics of all threads. */
import { threadId } from 'node:worker_threads'
import { bus, ready } from './station.js'

bus.subscribe('measured.event', () => {})
bus.handle('measured.request', (n: number) => n)
bus.handle(`do.${threadId}`, async ({ publishes, asks }: { publishes: number; asks: number }) => {
  for (let index = 0; index < publishes; index++) bus.publish('measured.event', index)
  for (let index = 0; index < asks; index++) await bus.request('measured.request', index)
})
// Reports what it has counted so far, at once.
bus.handle(`report.${threadId}`, () => bus.metrics().published)
ready()
