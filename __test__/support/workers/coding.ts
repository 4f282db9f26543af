/** Answers on a bus that it has opened again with a codec of its own. */
import { workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { point } from '../codec/point.js'
import { reversed } from '../codec/reversed.js'
import { bus, ready } from './station.js'

open(workerData as string, { codecs: [reversed, point] })

bus.handle('echo', (payload: unknown) => payload)
bus.handle('asked', () => [reversed.encoded, reversed.decoded])
bus.handle('unencodable', () => 'unencodable')
bus.subscribe('event', (payload: unknown) => {
  bus.publish('event.seen', payload)
})

ready()
