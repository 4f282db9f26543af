/** What interceptors may do with messages that the core holds, and what must not come of it. */
// biome-ignore-all lint/suspicious/noThenProperty: thenables of every kind are what is tested.
import { deferred } from '../support/deferred.js'
import { boom } from '../support/hostile.js'
import { never } from '../support/never.js'
import { onEachCore } from '../support/on-each-core.js'
import { told } from '../support/told.js'

const guarantee = 'at-least-once'
const retry = { attempts: 2, initial: 10, jitter: 0 }

onEachCore(
  'interceptors: one that throws, rejects or breaks its thenable fails the attempt of that message alone',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const got: string[] = []
    bus.use({
      receive({ topic }, next) {
        if (topic === 'throws') throw boom
        if (topic === 'rejects') return Promise.reject(boom)
        if (topic === 'thenable') {
          const then = (_fulfil: unknown, reject: (error: unknown) => void): void => reject(boom)
          return { then }
        }
        return next()
      },
    })
    const options = { guarantee, retry } as const
    const subscription = bus.subscribe('*', (_payload, { topic }) => void got.push(topic), options)
    bus.publish('throws', 1)
    bus.publish('rejects', 1)
    bus.publish('thenable', 1)
    bus.publish('fine', 1)
    await pass(10)
    t.deepEqual(got, ['fine'])
    t.like(subscription.stats(), { accepted: 4, processed: 1, deadLettered: 3, retried: 3 })
    t.is(failures.length, 6)
    t.true(failures.every(({ error }) => error === boom))
  },
)

onEachCore(
  'interceptors: one that does not call next takes the message; one that never settles has until ackTimeout',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const calls: number[] = []
    let isStuck = true
    const interceptor = bus.use({
      receive(message, next) {
        if (message.topic === 'taken') return undefined
        return isStuck ? never() : next()
      },
    })
    const subscription = bus.subscribe('*', (payload: number) => void calls.push(payload), {
      guarantee,
      retry,
      ackTimeout: 100,
      concurrency: 1,
    })
    bus.publish('taken', 1)
    bus.publish('stuck', 2)
    bus.publish('stuck', 3)
    await pass(0)
    t.like(subscription.stats(), { processed: 1, running: 1, queued: 1 })
    isStuck = false
    await pass(100)
    await pass(10)
    t.deepEqual(calls, [2, 3])
    t.like(subscription.stats(), { accepted: 3, processed: 3, retried: 1 })
    interceptor[Symbol.dispose]()
  },
)

onEachCore(
  'interceptors: one that calls next twice runs a handler twice, and a handler of batches once',
  async (t, { bus, pass }) => {
    bus.use({
      receive(_message, next) {
        void next()
        return next()
      },
    })
    const got: unknown[] = []
    const single = bus.subscribe('a', (payload) => void got.push(payload), { guarantee })
    const batch = bus.subscribe('b', (payloads) => void got.push([...payloads]), {
      guarantee,
      batch: { size: 2, within: 0 },
    })
    bus.publish('a', 1)
    bus.publish('b', 2)
    bus.publish('b', 3)
    await pass(0)
    t.deepEqual(got, [1, 1, [2, 3]])
    t.like(single.stats(), { accepted: 1, processed: 1 })
    t.like(batch.stats(), { accepted: 2, processed: 2 })
  },
)

onEachCore(
  'interceptors: one that calls next when the batch is on its way changes nothing of it',
  async (t, { bus, pass }) => {
    const gate = deferred()
    let late: (() => unknown) | undefined
    bus.use({
      receive({ payload }, next) {
        if (payload !== 2) return next()
        late = next
        return undefined
      },
    })
    const got: (readonly unknown[])[] = []
    const batch = bus.subscribe(
      'b',
      async (payloads, messages) => {
        got.push(payloads, messages)
        await gate.promise
      },
      { guarantee, batch: { size: 2, within: 0 } },
    )
    bus.publish('b', 1)
    bus.publish('b', 2)
    await pass(0)
    void late?.()
    t.deepEqual(got[0], [1])
    t.is(got[1]?.length, 1)
    gate.resolve()
    await pass(0)
    t.like(batch.stats(), { processed: 2 })
  },
)

onEachCore(
  'interceptors: of a batch one fails and the others do not, the batch has failed, and that is told of each',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    let isBroken = true
    bus.use({
      receive({ payload }, next) {
        if (payload === 2 && isBroken) throw boom
        return next()
      },
    })
    const got: unknown[] = []
    const batch = bus.subscribe('b', (payloads) => void got.push([...payloads]), {
      guarantee,
      retry,
      batch: { size: 3, within: 0 },
    })
    for (const payload of [1, 2, 3]) bus.publish('b', payload)
    await pass(0)
    t.deepEqual(got, [[1, 3]])
    t.is(failures.length, 3)
    isBroken = false
    await pass(10)
    await pass(0)
    t.deepEqual(got.at(-1), [1, 2, 3])
    t.like(batch.stats(), { accepted: 3, processed: 3, retried: 3 })
  },
)
