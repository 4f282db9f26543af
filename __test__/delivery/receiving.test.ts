import { collect } from '../support/collect.js'
import { deferred } from '../support/deferred.js'
import { onEachCore } from '../support/on-each-core.js'

onEachCore(
  'batch: a handler gets arrays, when there are enough or the first has waited long enough',
  async (t, { bus, pass }) => {
    const got: number[][] = []
    bus.subscribe(
      'a',
      (payloads, messages) => {
        got.push([...payloads])
        t.deepEqual(
          messages.map(({ payload }) => payload),
          payloads,
        )
      },
      { batch: { size: 3, within: 50 } },
    )
    for (const payload of [1, 2, 3, 4]) bus.publish('a', payload)
    await pass(0)
    t.deepEqual(got, [[1, 2, 3]])
    await pass(49)
    t.deepEqual(got, [[1, 2, 3]])
    await pass(1)
    t.deepEqual(got, [[1, 2, 3], [4]])
  },
)

onEachCore(
  'batch: takes one place of the concurrency, and one that fails is tried again',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const gate = deferred()
    const got: number[][] = []
    const subscription = bus.subscribe(
      'a',
      async (payloads, messages) => {
        got.push([...payloads])
        if (got.length === 1) await gate.promise
        messages[0]?.ack()
        if (got.length === 2) throw new Error('all but the first')
      },
      {
        batch: { size: 2, within: 5 },
        concurrency: 1,
        guarantee: 'at-least-once',
        retry: { initial: 100, jitter: 0 },
      },
    )
    for (const payload of [1, 2, 3, 4]) bus.publish('a', payload)
    await pass(0)
    t.deepEqual(got, [[1, 2]])
    gate.resolve()
    await pass(0)
    t.deepEqual(got, [
      [1, 2],
      [3, 4],
    ])
    await pass(100)
    await pass(5)
    t.deepEqual(got, [[1, 2], [3, 4], [4]])
    t.like(subscription.stats(), { accepted: 4, processed: 4, retried: 1 })
  },
)

onEachCore('once: the first message ends it', async (t, { bus, pass }) => {
  const got: number[] = []
  const subscription = bus.subscribe('a', (payload: number) => void got.push(payload), { once: true })
  t.is(bus.publish('a', 1), 1)
  t.is(bus.publish('a', 2), 0)
  await pass(0)
  t.deepEqual(got, [1])
  await subscription.unsubscribe()
})

onEachCore(
  'once: what comes after the first message goes to nobody else, also where it is held',
  async (t, { bus, pass }) => {
    const got: number[] = []
    const gate = deferred()
    const options = { once: true, guarantee: 'at-least-once' } as const
    bus.subscribe(
      'a',
      (payload: number) => {
        got.push(payload)
        return gate.promise
      },
      options,
    )
    bus.publish('a', 1)
    t.like(await bus.deliver('a', 2), {
      matched: 1,
      accepted: 0,
      dropped: [{ code: 'ERR_BUS_HANDLER_GONE' }],
    })
    bus.publish('a', 3)
    gate.resolve()
    await pass(60_000)
    t.deepEqual(got, [1])
    t.is(bus.deadLetters.count, 0)
    t.is(bus.stats().holdings.held, 0)
  },
)

onEachCore(
  'messages: pulls one at a time, and a message is done with when the next is asked for',
  async (t, { bus, pass }) => {
    const messages = bus.messages('a.*', { guarantee: 'at-least-once' })
    bus.publish('a.1', 1)
    bus.publish('a.2', 2)
    const iterator = messages[Symbol.asyncIterator]()
    const first = await iterator.next()
    t.like(first, { done: false, value: { topic: 'a.1', payload: 1 } })
    await pass(0)
    const second = await iterator.next()
    t.like(second, { value: { payload: 2 } })
    const third = iterator.next()
    bus.publish('a.3', 3)
    t.like(await third, { value: { payload: 3 } })
    await iterator.return?.()
    t.deepEqual(await iterator.next(), { done: true, value: undefined })
    t.is(bus.publish('a.4', 4), 0)
  },
)

onEachCore('messages: the loop ends by break, by its signal, and when the bus closes', async (t, { bus }) => {
  const seen: unknown[] = []
  const broken = bus.messages('a')
  bus.publish('a', 1)
  for await (const { payload } of broken) {
    seen.push(payload)
    break
  }
  t.is(bus.publish('a', 2), 0)
  const controller = new AbortController()
  const aborted = collect(bus.messages('a', { signal: controller.signal }))
  const closed = collect(bus.messages('a'))
  controller.abort()
  t.deepEqual(await aborted, [])
  await bus.close()
  t.deepEqual(await closed, [])
  t.deepEqual(seen, [1])
})

onEachCore('delay: a message goes when its time has come', async (t, { bus, pass }) => {
  const got: unknown[] = []
  bus.subscribe('a', (payload, { headers, id, priority }) => void got.push([payload, headers, id, priority]))
  bus.handle('q', (payload) => void got.push(payload))
  t.is(bus.publish('a', { x: 1 }, { delay: 1_000, id: 'later', headers: { h: '1' }, priority: 'high' }), 1)
  await bus.send('q', 'sent', { delay: 500 })
  await pass(499)
  t.deepEqual(got, [])
  await pass(1)
  t.deepEqual(got, ['sent'])
  await pass(500)
  t.deepEqual(got, ['sent', [{ x: 1 }, { h: '1' }, 'later', 'high']])
})

onEachCore('delay: what is for an address goes there when its time has come', async (t, { bus, pass }) => {
  const got: unknown[] = []
  bus.events.on('failure', ({ error }) => t.log(error))
  const { id } = bus.handle('q', (payload) => void got.push(payload), {
    name: 'a.b',
    service: 'mail',
    pool: 'p',
  })
  for (const target of [{ id }, { name: 'a.b' }, { service: 'mail' }, { pool: 'p' }])
    await bus.send(target, Object.keys(target)[0], { delay: 5 })
  await pass(5)
  t.deepEqual(got, ['id', 'name', 'service', 'pool'])
})

onEachCore('delay: interceptors see a message when it is given, and once', async (t, { bus, pass }) => {
  const got: unknown[] = []
  bus.subscribe('a', (payload) => void got.push(payload))
  bus.handle('q', (payload) => void got.push(payload))
  bus.use({ send: ({ payload }) => ({ payload: `${payload}!` }) })
  bus.publish('a', 'event', { delay: 5 })
  await bus.send('q', 'notification', { delay: 5 })
  await pass(5)
  t.deepEqual(got, ['event!', 'notification!'])
})

onEachCore(
  'retain: who subscribes with replay begins with the last event of each topic, up to what was just published',
  async (t, { bus, pass }) => {
    bus.publish('temp.kitchen', 19, { retain: true })
    bus.publish('temp.kitchen', 20, { retain: true })
    bus.publish('temp.bath', 23, { retain: true })
    bus.publish('temp.hall', 17)
    bus.publish('temp.cellar', 9, { retain: true })
    bus.publish('temp.cellar', undefined, { retain: true })
    const got: unknown[] = []
    bus.subscribe('temp.*', (payload, { topic }) => void got.push([topic, payload]), { replay: 'last' })
    bus.subscribe('temp.*', () => t.fail('it did not ask for them'))
    await pass(0)
    t.deepEqual(got, [
      ['temp.kitchen', 20],
      ['temp.bath', 23],
    ])
  },
)

onEachCore(
  'interceptors: on both sides, in the order in which they were put in place',
  async (t, { bus, pass }) => {
    const seen: string[] = []
    const got: unknown[] = []
    bus.subscribe('a', (payload, { headers }) => void got.push([payload, headers]))
    const outer = bus.use({
      send: ({ payload, headers }) => ({ payload: `${payload}!`, headers: { ...headers, outer: 'yes' } }),
      receive: async (_message, next) => {
        seen.push('outer in')
        await next()
        seen.push('outer out')
      },
    })
    bus.use({
      send: ({ headers }) => ({ headers: { ...headers, inner: headers['outer'] ?? 'no' } }),
      receive: (_message, next) => {
        seen.push('inner')
        return next()
      },
    })
    bus.publish('a', 'x')
    await pass(0)
    t.deepEqual(got, [['x!', { outer: 'yes', inner: 'yes' }]])
    t.deepEqual(seen, ['outer in', 'inner', 'outer out'])
    outer[Symbol.dispose]()
    bus.publish('a', 'y')
    t.deepEqual(got.at(-1), ['y', { inner: 'no' }])
  },
)

onEachCore(
  'interceptors: what one throws before a message is sent, the sender gets, and nobody else anything',
  async (t, { bus }) => {
    bus.subscribe('a', () => t.fail('it was refused'))
    bus.use({
      send() {
        throw new RangeError('no')
      },
    })
    t.throws(() => bus.publish('a', 1), { instanceOf: RangeError })
    await t.throwsAsync(bus.send('a', 1), { instanceOf: RangeError })
    await t.throwsAsync(bus.deliver('a', 1), { instanceOf: RangeError })
    await t.throwsAsync(bus.request('a', 1), { instanceOf: RangeError })
  },
)

onEachCore('interceptors: around a request, they may answer instead of the handler', async (t, { bus }) => {
  bus.handle('q', () => 'handler')
  const cache = bus.use({ receive: ({ headers }, next) => (headers['cached'] === 'yes' ? 'cache' : next()) })
  t.is(await bus.request('q', 0, { headers: { cached: 'yes' } }), 'cache')
  t.is(await bus.request('q', 0), 'handler')
  cache[Symbol.dispose]()
  t.is(await bus.request('q', 0, { headers: { cached: 'yes' } }), 'handler')
})

onEachCore(
  'freeze: a payload that a receiver changes is found out',
  async (t, { bus }) => {
    const payload = { items: [{ price: 1 }] }
    const failures: unknown[] = []
    bus.events.on('failure', ({ error }) => failures.push(error))
    bus.subscribe('a', (order: typeof payload) => {
      const [item] = order.items
      if (item !== undefined) item.price = 2
    })
    bus.publish('a', payload)
    t.true(failures[0] instanceof TypeError)
    t.is(payload.items[0]?.price, 1)
  },
  { freeze: true },
)

onEachCore('unrouted: it is told, not for each, that nobody receives what is sent', async (t, { bus }) => {
  const told: unknown[] = []
  bus.events.on('unrouted', (event) => told.push(event))
  for (let index = 0; index < 1_000; index++) bus.publish('nobody', index)
  await t.throwsAsync(bus.send('nobody', 0), { code: 'ERR_BUS_NO_HANDLER' })
  t.deepEqual(told, [{ topic: 'nobody', kind: 'event', count: 1 }])
})

onEachCore('idle: resolves when nothing is on its way', async (t, { bus, pass }) => {
  const gate = deferred()
  const subscription = bus.subscribe('a', () => gate.promise, { concurrency: 1 })
  bus.publish('a', 1)
  bus.publish('a', 2)
  let isIdle = false
  const idle = bus.idle().then(() => {
    isIdle = true
  })
  await pass(0)
  t.false(isIdle)
  gate.resolve()
  await idle
  t.like(subscription.stats(), { processed: 2 })
})
