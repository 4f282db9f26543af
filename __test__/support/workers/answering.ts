/** Answers whatever a test wants to know. */
import { inspect } from 'node:util'
import type { Message } from 'busbar'
import { deferred } from '../deferred.js'
import { never } from '../never.js'
import { bus, ready } from './station.js'

const gate = deferred()
const started: number[] = []
let allStarted = deferred()

bus.handle('echo', (payload: unknown) => payload)
bus.handle('inspect', (payload: unknown) => inspect(payload, { depth: 10, showHidden: false, sorted: true }))
bus.handle('never', never)
bus.handle('unencodable', () => ({ list: [1, () => 2] }))
bus.handle('large', (bytes: number) => Buffer.alloc(bytes))
bus.handle('message', (_: unknown, message: Message) => envelope(message))
bus.subscribe('event', (_: unknown, message: Message) => {
  bus.publish('event.seen', envelope(message))
})

bus.handle(
  'gated',
  (index: number) => {
    started.push(index)
    allStarted.resolve()
    allStarted = deferred()
    return gate.promise
  },
  { concurrency: 1, capacity: 1 },
)
bus.handle('open-gate', () => gate.resolve())
bus.handle('gated.started', async (count: number) => {
  while (started.length < count) await allStarted.promise
  return started
})

bus.handle('unregister', async () => {
  const registration = bus.handle('leaving', () => {
    void registration.unregister()
  })
})

function envelope({ topic, kind, id, timestamp, sender, attempt, headers }: Message): unknown {
  return { topic, kind, id, timestamp, sender, attempt, headers }
}

ready()
