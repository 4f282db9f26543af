/** How messages() ends, and what becomes of what its reader has in hand. */
import type { Message } from 'busbar'
import { onEachCore } from '../support/on-each-core.js'

const guarantee = 'at-least-once'

onEachCore(
  'messages() loses nothing while a reader takes longer than ackTimeout',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const messages = bus.messages('a', { guarantee, ackTimeout: 100, retry: { initial: 10, jitter: 0 } })
    const iterator = messages[Symbol.asyncIterator]()
    for (const payload of [1, 2, 3]) bus.publish('a', payload)
    const first = await iterator.next()
    t.like(first.value as Message, { payload: 1, attempt: 1 })
    await pass(100)
    await pass(10)
    // The first is to be read again, and it comes before the others.
    const read: unknown[] = []
    for (let index = 0; index < 3; index++) {
      const { value } = await iterator.next()
      read.push([(value as Message).payload, (value as Message).attempt])
    }
    t.deepEqual(read, [
      [1, 2],
      [2, 1],
      [3, 1],
    ])
    await iterator.return?.()
    await pass(0)
    t.like(bus.stats(), { accepted: 3, processed: 3, retried: 1, holdings: { held: 0 } })
  },
)

onEachCore(
  'messages() that is in the middle of its loop when the bus closes ends there, and what it had counts',
  async (t, { bus }) => {
    const read: unknown[] = []
    for (const payload of [1, 2, 3]) bus.publish('none', payload)
    const messages = bus.messages('a')
    for (const payload of [1, 2, 3]) bus.publish('a', payload)
    let closing: Promise<unknown> | undefined
    for await (const { payload } of messages) {
      read.push(payload)
      closing = bus.close({ timeout: 60_000 })
    }
    t.deepEqual(read, [1])
    t.like(await closing, { drained: 1, abandoned: [] })
    t.like(bus.stats(), { accepted: 3, processed: 1, dropped: 2, running: 0, queued: 0 })
  },
)

onEachCore(
  'messages() whose signal aborts in the middle of the loop finishes what it has in hand, then ends',
  async (t, { bus, settle }) => {
    const controller = new AbortController()
    const iterator = bus.messages('a', { guarantee, signal: controller.signal })[Symbol.asyncIterator]()
    bus.publish('a', 1)
    await iterator.next()
    controller.abort()
    await settle()
    t.like(bus.stats(), { processed: 0, running: 1 }, 'the reader is not done with it')
    t.deepEqual(await iterator.next(), { done: true, value: undefined })
    await settle()
    t.like(bus.stats(), { processed: 1, running: 0, endpoints: 0 })
  },
)
