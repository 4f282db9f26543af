/** Answers on a bus that it has opened again, before anything else, with the contract of the test and its codecs. */
import { workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { contract } from '../codec/contract.js'
import { point } from '../codec/point.js'
import { reversed } from '../codec/reversed.js'

open(workerData as string, { contract, codecs: [point, reversed] })
const { bus, ready } = await import('./station.js')

bus.handle('*.echo', (payload: unknown) => payload)
bus.handle('own.failing', () => {
  throw new Error('it always fails')
})
bus.subscribe('own.later', (payload: unknown) => {
  bus.publish('seen', payload)
})

ready()
