import test from 'ava'
import { onBus } from '../support/on-bus.js'

test(
  'publisher: publishes as the bus does',
  onBus((t, { bus }) => {
    const got: unknown[] = []
    bus.subscribe('a.*', (payload, { topic, headers, id }) => void got.push([topic, payload, headers, id]))
    const publisher = bus.publisher('a.b')
    t.is(publisher.topic, 'a.b')
    t.is(publisher.publish(1, { headers: { x: 'y' }, id: '7' }), 1)
    t.deepEqual(got, [['a.b', 1, { x: 'y' }, '7']])
  }),
)

test(
  'publisher: follows those who subscribe and unsubscribe, whatever their pattern',
  onBus(async (t, { bus }) => {
    const publisher = bus.publisher('a.b')
    t.is(publisher.matched, 0)
    t.is(publisher.publish(0), 0)
    for (const pattern of ['a.b', 'a.*', '**', /b$/]) {
      const subscription = bus.subscribe(pattern, () => {})
      t.is(publisher.matched, 1, String(pattern))
      t.is(publisher.publish(0), 1)
      t.is(subscription.stats().processed, 1)
      await subscription.unsubscribe()
      t.is(publisher.matched, 0)
      t.is(publisher.publish(0), 0)
    }
  }),
)

test(
  'publisher: follows changes of its topic when the bus has long forgotten its plan',
  onBus(
    async (t, { bus }) => {
      const publisher = bus.publisher('a.b')
      t.is(publisher.matched, 0)
      for (let index = 0; index < 50; index++) bus.publish(`other.${index}`, 0)
      const subscription = bus.subscribe('a.b', () => {})
      t.is(publisher.matched, 1)
      t.is(publisher.publish(0), 1)
      for (let index = 0; index < 50; index++) bus.publish(`other.${index}`, 0)
      await subscription.unsubscribe()
      t.is(publisher.publish(0), 0)
    },
    { planCacheSize: 2 },
  ),
)

test(
  'publisher: follows those who subscribe in another thread',
  onBus(
    async (t, { bus, thread }) => {
      const publisher = bus.publisher('plain')
      for (let index = 0; index < 50; index++) bus.publish(`other.${index}`, 0)
      await thread('receiving')
      await bus.request('subscribe', 'plain')
      t.is(publisher.matched, 1)
      t.is(publisher.publish(0), 1)
      t.is(await bus.request('count', 0), 1)
      await bus.request('unsubscribe', 0)
      t.is(publisher.matched, 0)
    },
    { planCacheSize: 2 },
  ),
)

test(
  'publisher: the same topics in turn, more than the bus remembers, always find their receivers',
  onBus(
    (t, { bus }) => {
      let count = 0
      bus.subscribe('t.*', () => void count++)
      for (let round = 0; round < 3; round++) {
        for (let index = 0; index < 100; index++) t.is(bus.publish(`t.${index}`, 0), 1)
      }
      t.is(count, 300)
    },
    { planCacheSize: 3 },
  ),
)

test(
  'publisher: after close it refuses',
  onBus(async (t, { bus }) => {
    bus.subscribe('a', () => t.fail('the bus is closed'))
    const publisher = bus.publisher('a')
    await bus.close()
    t.throws(() => publisher.publish(0), { code: 'ERR_BUS_CLOSED' })
    t.throws(() => publisher.matched, { code: 'ERR_BUS_CLOSED' })
  }),
)
