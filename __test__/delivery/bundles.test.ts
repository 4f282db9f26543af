import test from 'ava'
import { type Bus, type Message, open, type Subscription } from 'busbar'
import { deferred } from '../support/deferred.js'

/** Where messages are measured, those that are timed have entries: few would get into a bundle. */
const BUNDLED = { metrics: false }
/** More than the largest bundle, and than those before it. */
const MANY = 3_000

/** What its handler keeps, and what is published while it rests. */
async function rested(title: string, publish: (bus: Bus, index: number) => void, count = MANY) {
  const bus = open(title, BUNDLED)
  const kept: Message[] = []
  const subscription = bus.subscribe('a.*', (_: unknown, message) => void kept.push(message), {
    capacity: count + 1,
  })
  subscription.pause()
  for (let index = 0; index < count; index++) publish(bus, index)
  return { bus, kept, subscription }
}

/** Lets it do its work, and ends. */
async function worked(bus: Bus, subscription: Subscription) {
  subscription.resume()
  await bus.idle()
  const stats = subscription.stats()
  await bus.close()
  return stats
}

test('bundles: each message is one of its own, which its handler may keep', async (t) => {
  const { bus, kept, subscription } = await rested(t.title, (on, index) => {
    on.publish(`a.${index % 7}`, index)
  })
  t.is(subscription.stats().queued, MANY)
  const { processed, queued } = await worked(bus, subscription)
  t.deepEqual({ processed, queued }, { processed: MANY, queued: 0 })
  t.is(new Set(kept).size, MANY)
  t.is(new Set(kept.map(({ id }) => id)).size, MANY)
  for (const [index, { topic, payload, kind }] of kept.entries()) {
    if (topic !== `a.${index % 7}` || payload !== index || kind !== 'event') t.fail(`${index} is ${topic}`)
  }
})

test('bundles: events of which something is said keep their place among the others', async (t) => {
  const said = [{}, { headers: { a: '1' } }, { ttl: 60_000 }, { id: 'own' }, {}, {}]
  const { bus, kept, subscription } = await rested(t.title, (on, index) => {
    on.publish('a.b', index, said[index % said.length])
  })
  bus.publish('a.b', 'urgent', { priority: 'critical' })
  await worked(bus, subscription)
  const [first, ...others] = kept.map(({ payload }) => payload)
  t.is(first, 'urgent')
  t.deepEqual(
    others,
    others.map((_, index) => index),
  )
  t.is(others.length, MANY)
})

test('bundles: an event has the time of its sending, however long it waits', async (t) => {
  const { bus, kept, subscription } = await rested(t.title, (on, index) => void on.publish('a.b', index), 20)
  const sentBy = Date.now()
  while (Date.now() === sentBy) await new Promise(setImmediate)
  await worked(bus, subscription)
  for (const { timestamp } of kept) t.true(timestamp <= sentBy)
})

test('bundles: an interceptor that comes while events wait sees those of a handler that does not', async (t) => {
  const bus = open(t.title, BUNDLED)
  const seen: string[] = []
  const got: number[] = []
  const subscription = bus.subscribe('a', (index: number) => void got.push(index))
  subscription.pause()
  for (let index = 0; index < 10; index++) bus.publish('a', index)
  bus.use({
    receive: ({ id, payload }, next) => {
      seen.push(`${id.split('-')[1]} ${payload}`)
      return next()
    },
  })
  await worked(bus, subscription)
  t.deepEqual(got, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  t.deepEqual(
    seen,
    got.map((index) => `e${index + 1} ${index}`),
  )
})

test('bundles: the oldest of a full mailbox makes room, and who is taken away has dropped the rest', async (t) => {
  const bus = open(t.title, BUNDLED)
  const started: number[] = []
  const gate = deferred()
  const subscription = bus.subscribe(
    'a',
    (index: number) => {
      started.push(index)
      return gate.promise
    },
    { concurrency: 2, capacity: 20, overflow: 'drop-oldest' },
  )
  for (let index = 0; index < 30; index++) bus.publish('a', index)
  const { dropped, queued, running } = subscription.stats()
  t.deepEqual({ dropped, queued, running }, { dropped: 8, queued: 20, running: 2 })
  subscription.resume()
  gate.resolve()
  await gate.promise
  await null
  t.deepEqual(started.slice(0, 4), [0, 1, 10, 11])
  await bus.idle()
  t.is(started.length, 22)
  await bus.close()
})

test('bundles: what a handler did not get when it was taken away is dropped', async (t) => {
  const { bus, kept, subscription } = await rested(t.title, (on, index) => void on.publish('a.b', index))
  await bus.close({ timeout: 0 })
  t.is(kept.length, 0)
  t.is(subscription.stats().queued, 0)
  t.is(subscription.stats().dropped, MANY)
})
