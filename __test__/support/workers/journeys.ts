/** Receivers of every temper, for messages whose way is reported. */
import { bus, ready } from './station.js'

let isFirst = true
bus.subscribe('way.*', () => {}, { name: 'there' })
bus.subscribe(
  'held.*',
  () => {
    if (!isFirst) return
    isFirst = false
    throw new Error('not yet')
  },
  { guarantee: 'at-least-once', retry: { attempts: 2, initial: 1, jitter: 0 } },
)
bus.handle('ask.*', async (payload) => payload)
bus.handle('fail.*', () => {
  throw new TypeError('no')
})
bus.handle('hang.*', () => new Promise(() => {}))
bus.handle('on.*', (payload, { headers }) => bus.request('ask.on', payload, { headers }))
ready()
