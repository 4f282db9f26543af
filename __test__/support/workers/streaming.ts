/** Answers with streams, and reads one, as the test tells it to. */
import { bus, ready } from './station.js'

async function* count(last: number | undefined): AsyncGenerator<number> {
  try {
    for (let item = 0; item !== last; item++) yield item
  } finally {
    bus.publish('streaming.ended', null)
  }
}

bus.handle('streaming.count', count)
bus.handle('streaming.fails', async function* (items: number) {
  for (let item = 0; item < items; item++) yield { item, at: new Date(item) }
  throw new RangeError('no more')
})
bus.handle('streaming.once', () => 'once')
bus.handle('streaming.exit', async function* (items: number) {
  for (let item = 0; item < items; item++) yield item
  // Once they have left.
  setImmediate(() => process.exit(0))
  await new Promise(() => {})
})
/** Reads so many items of what the test answers with, and does not go on. */
bus.handle('streaming.read', async (items: number) => {
  const stream = bus.stream('streaming.here', null)
  for (let item = 0; item < items; item++) await stream.next()
})
ready()
