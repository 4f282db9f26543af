import type { Overflow } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onEachCore } from '../support/on-each-core.js'

onEachCore('priorities overtake, and within one the order is kept', async (t, { bus, pass }) => {
  const gate = deferred()
  const got: unknown[] = []
  bus.subscribe('a', (payload) => (payload === 'first' ? gate.promise : void got.push(payload)), {
    concurrency: 1,
  })
  bus.publish('a', 'first')
  for (const priority of ['low', 'normal', 'critical', 'high'] as const) {
    for (const index of [1, 2]) bus.publish('a', `${priority} ${index}`, { priority })
  }
  gate.resolve()
  await pass(0)
  const order = ['critical', 'high', 'normal', 'low'].flatMap((name) => [`${name} 1`, `${name} 2`])
  t.deepEqual(got, order)
})

onEachCore(
  'a publish inside a handler waits until the current message was offered to all',
  async (t, { bus }) => {
    const got: string[] = []
    bus.subscribe('a', (payload: number) => {
      got.push(`one ${payload}`)
      if (payload === 1) bus.publish('a', 2)
    })
    bus.subscribe('a', (payload: number) => void got.push(`two ${payload}`))
    bus.publish('a', 1)
    t.deepEqual(got, ['one 1', 'two 1', 'one 2', 'two 2'])
  },
)

onEachCore(
  'orderBy: messages of one key are completed in order across retries, and a failing key holds back nothing else',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const done: string[] = []
    bus.subscribe(
      'a',
      ({ key, index }: { key: string; index: number }, { attempt }) => {
        if (key === 'bad' && index === 1 && attempt < 3) throw new Error('again')
        done.push(`${key} ${index}`)
      },
      {
        orderBy: ({ key }: { key: string }) => key,
        guarantee: 'at-least-once',
        retry: { initial: 100, backoff: 'fixed', jitter: 0 },
      },
    )
    for (const index of [1, 2]) for (const key of ['bad', 'good']) bus.publish('a', { key, index })
    await pass(0)
    t.deepEqual(done, ['good 1', 'good 2'])
    await pass(200)
    await pass(100)
    t.deepEqual(done, ['good 1', 'good 2', 'bad 1', 'bad 2'])
  },
)

onEachCore('concurrency 1 gives completion order across retries', async (t, { bus, pass }) => {
  bus.events.on('failure', () => {})
  const done: number[] = []
  bus.subscribe(
    'a',
    (payload: number, { attempt }) => {
      if (payload === 1 && attempt === 1) throw new Error('again')
      done.push(payload)
    },
    { concurrency: 1, guarantee: 'at-least-once', retry: { initial: 100, jitter: 0 } },
  )
  for (const payload of [1, 2, 3]) bus.publish('a', payload)
  await pass(99)
  t.deepEqual(done, [])
  await pass(1)
  t.deepEqual(done, [1, 2, 3])
})

onEachCore('orderBy that throws fails that message alone', async (t, { bus }) => {
  const failures: string[] = []
  const got: unknown[] = []
  bus.events.on('failure', ({ error }) => failures.push((error as Error).message))
  const subscription = bus.subscribe('a', (payload) => void got.push(payload), {
    orderBy: ({ key }: { key: string }) => key.trim(),
  })
  bus.publish('a', {})
  bus.publish('a', { key: 'b' })
  t.is(failures.length, 1)
  t.deepEqual(got, [{ key: 'b' }])
  t.like(subscription.stats(), { accepted: 2, failed: 1, processed: 1 })
})

const policies: Record<Exclude<Overflow, 'wait'>, { got: number[]; refused: number; dropped: number }> = {
  'drop-newest': { got: [1, 2, 3], refused: 2, dropped: 0 },
  reject: { got: [1, 2, 3], refused: 2, dropped: 0 },
  'drop-oldest': { got: [1, 4, 5], refused: 0, dropped: 2 },
  latest: { got: [1, 5], refused: 0, dropped: 3 },
}

for (const [overflow, expected] of Object.entries(policies)) {
  onEachCore(`overflow ${overflow}: what a full mailbox does with events`, async (t, { bus, pass }) => {
    const gate = deferred()
    const got: number[] = []
    const told: unknown[] = []
    bus.events.on('overflow', ({ policy, capacity, topic, count }) =>
      told.push([policy, capacity, topic, count]),
    )
    const subscription = bus.subscribe(
      'a',
      (payload: number) => {
        got.push(payload)
        return payload === 1 ? gate.promise : undefined
      },
      { concurrency: 1, capacity: 2, overflow: overflow as Overflow },
    )
    const healthy = bus.subscribe('a', () => {})
    for (const payload of [1, 2, 3, 4, 5]) bus.publish('a', payload)
    gate.resolve()
    await pass(0)
    t.deepEqual(got, expected.got)
    t.like(subscription.stats(), { refused: expected.refused, dropped: expected.dropped })
    // Once a second: the others count with the next that is told.
    t.deepEqual(told, [[overflow, 2, 'a', 1]])
    t.like(healthy.stats(), { processed: 5 }, 'another receiver gets all of it')
  })
}

onEachCore('overflow latest keeps the newest of each key', async (t, { bus, pass }) => {
  const gate = deferred()
  const got: unknown[] = []
  bus.subscribe('a', (payload) => (payload === 'first' ? gate.promise : void got.push(payload)), {
    concurrency: 1,
    overflow: 'latest',
  })
  bus.publish('a', 'first')
  for (const key of ['x', 'y', 'x', 'y', 'x']) bus.publish('a', `${key}${bus.publish('none', 0)}`, { key })
  gate.resolve()
  await pass(0)
  t.is(got.length, 2)
})

onEachCore(
  'a message of at-least-once that was accepted is never dropped for another',
  async (t, { bus, pass }) => {
    const gate = deferred()
    const got: number[] = []
    bus.subscribe(
      'a',
      (payload: number) => {
        got.push(payload)
        return payload === 1 ? gate.promise : undefined
      },
      { concurrency: 1, capacity: 2, overflow: 'drop-oldest', guarantee: 'at-least-once' },
    )
    for (const payload of [1, 2, 3, 4]) bus.publish('a', payload)
    gate.resolve()
    await pass(0)
    t.deepEqual(got, [1, 2, 3])
  },
)

onEachCore('watermarks: told once on the way up and once on the way down', async (t, { bus, pass }) => {
  const told: unknown[] = []
  bus.events.on('watermark', ({ level, queued }) => told.push([level, queued]))
  const gate = deferred()
  bus.subscribe('a', () => gate.promise, { concurrency: 1, capacity: 10, highWatermark: 8, lowWatermark: 2 })
  for (let index = 0; index < 11; index++) bus.publish('a', index)
  t.deepEqual(told, [['high', 8]])
  gate.resolve()
  await pass(0)
  t.deepEqual(told, [
    ['high', 8],
    ['low', 2],
  ])
})

onEachCore('pause: what comes waits, and goes on where it was', async (t, { bus, pass }) => {
  const got: number[] = []
  const subscription = bus.subscribe('a', (payload: number) => void got.push(payload))
  bus.publish('a', 1)
  subscription.pause()
  t.true(subscription.isPaused)
  bus.publish('a', 2)
  bus.publish('a', 3)
  await pass(0)
  t.deepEqual(got, [1])
  t.like(subscription.stats(), { queued: 2 })
  subscription.resume()
  bus.publish('a', 4)
  await pass(0)
  t.deepEqual(got, [1, 2, 3, 4])
})

onEachCore('ttl: what is not started in time is of no use any more', async (t, { bus, pass }) => {
  const gate = deferred()
  const got: number[] = []
  const subscription = bus.subscribe(
    'a',
    (payload: number) => {
      got.push(payload)
      return payload === 1 ? gate.promise : undefined
    },
    { concurrency: 1 },
  )
  bus.publish('a', 1)
  bus.publish('a', 2, { ttl: 100 })
  bus.publish('a', 3, { ttl: 500 })
  const waiting = bus.deliver('a', 4, { ttl: 100 })
  await pass(200)
  gate.resolve()
  await pass(0)
  t.deepEqual(got, [1, 3])
  t.like(subscription.stats(), { expired: 2, processed: 2 })
  t.like(await waiting, { matched: 1, accepted: 0, dropped: [{ code: 'ERR_BUS_EXPIRED' }] })
})

onEachCore('a subscriber that never settles does not hold up another', async (t, { bus, pass }) => {
  const stuck = bus.subscribe('a', () => new Promise(() => {}), { concurrency: 10, capacity: 10 })
  const healthy = bus.subscribe('a', () => {})
  for (let index = 0; index < 10_000; index++) bus.publish('a', index)
  await pass(0)
  t.like(healthy.stats(), { processed: 10_000 })
  t.like(stuck.stats(), { running: 10, queued: 10, refused: 9_980 })
})
