/** Takes part in all traffic there is, in both directions, until it dies in the way and at the moment that it is told. */
import { workerData } from 'node:worker_threads'
import { open } from 'busbar'
import { entrust, receiveEntrusted } from '../entrusted.js'
import type { Fate } from '../fates.js'

/** What is sent in one turn of the event loop, and how much may be under way. */
const BURST = 10
const UNDER_WAY = 100

const { bus: name, death, after } = workerData as Fate
const bus = open(name)
let done = 0
let isOver = false
let underWay = 0

/** One more thing was done; it may have been the last. */
function live(): void {
  if (done++ !== after) return
  switch (death) {
    case 'exit':
      process.exit(3)
      break
    case 'throw':
      setImmediate(() => {
        throw new Error('a worker breaks')
      })
      break
    case 'reject':
      void Promise.reject(new Error('a worker breaks its word'))
      break
    case 'end':
      isOver = true
      bus.unref()
      break
    case 'close':
      void bus.close({ timeout: 0 })
      setImmediate(() => process.exit(4))
      break
    case 'memory':
      setImmediate(exhaust)
      break
    case 'none':
      break
  }
}

/** Beyond the heap that the worker is allowed. */
function exhaust(): void {
  const all: unknown[] = []
  for (;;) all.push(Array.from({ length: 10_000 }, (_, index) => ({ index })))
}

live()
bus.handle('storm.echo', (payload: unknown) => {
  live()
  return payload
})
bus.handle('storm.later', async (payload: unknown) => {
  live()
  await new Promise(setImmediate)
  live()
  return payload
})
bus.handle('storm.never', () => {
  live()
  return new Promise(() => {})
})
bus.handle('storm.full', () => new Promise(() => {}), { concurrency: 1, capacity: 1 })
receiveEntrusted(bus, 0, live)
bus.subscribe('storm.event', live)
bus.subscribe(/^storm\.(?<what>\w+)$/, live)

function follow(ending: Promise<unknown>): void {
  underWay++
  ending.then(
    () => underWay--,
    () => underWay--,
  )
}

function rage(): void {
  for (let index = 0; index < BURST && underWay < UNDER_WAY && !isOver; index++) {
    live()
    try {
      bus.publish('storm.event', { index, text: 'some text that makes it a message' })
      bus.publish('storm.seen', index)
    } catch {
      // The bus was closed: somebody has asked us to end.
      isOver = true
    }
    follow(bus.send('storm.noted', index))
    follow(bus.request('storm.answered', { index }))
    follow(bus.request('storm.echo', index, { timeout: 60_000 }))
  }
  if (isOver) return
  follow(entrust(bus))
  setImmediate(rage)
}
rage()
