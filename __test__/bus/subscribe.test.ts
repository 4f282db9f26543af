import test from 'ava'
import type { HandlerObject, ReceiveOptions } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'

test(
  'subscribe: an exact topic gets its own messages and no others',
  onBus((t, { bus }) => {
    const got: unknown[] = []
    bus.subscribe('orders.created', (payload, { topic, kind }) => void got.push([topic, kind, payload]))
    for (const topic of [
      'orders.created',
      'orders',
      'orders.created.x',
      'orders.creates',
      'Orders.created',
    ]) {
      t.is(bus.publish(topic, 7), topic === 'orders.created' ? 1 : 0, topic)
    }
    t.deepEqual(got, [['orders.created', 'event', 7]])
  }),
)

const patterns: [pattern: string | RegExp, matching: string[], others: string[]][] = [
  ['orders.*.created', ['orders.1.created', 'orders.x y.created'], ['orders.created', 'orders.1.2.created']],
  ['*', ['orders', '*a'.slice(1)], ['orders.1']],
  ['orders.**', ['orders', 'orders.1', 'orders.1.2.3'], ['order', 'x.orders']],
  ['**', ['a', 'a.b.c'], []],
  ['**.created', ['created', 'a.created', 'a.b.created'], ['created.a']],
  ['a.**.z', ['a.z', 'a.b.z', 'a.b.c.z'], ['a', 'a.b']],
  ['v?', ['v1', 'vx', 'vé'], ['v', 'v10']],
  [
    'orders.{created,closed}',
    ['orders.created', 'orders.closed'],
    ['orders.{created,closed}', 'orders.open'],
  ],
  ['n[0-9]', ['n0', 'n9'], ['nx', 'n10']],
  [/^orders\.\d+$/, ['orders.1', 'orders.42'], ['orders.x', 'orders.1.created']],
  [/CREATED/i, ['orders.created', 'created'], ['creating']],
]

for (const [pattern, matching, others] of patterns) {
  test(
    `subscribe: ${pattern} gets what it matches`,
    onBus((t, { bus }) => {
      const got: string[] = []
      bus.subscribe(pattern, (_, { topic }) => void got.push(topic))
      for (const topic of others) t.is(bus.publish(topic, 0), 0, `${topic} must not match`)
      for (const topic of matching) t.is(bus.publish(topic, 0), 1, `${topic} must match`)
      t.deepEqual(got, matching)
    }),
  )
}

test(
  'subscribe: every matching subscription gets a message once, and publish returns how many',
  onBus((t, { bus }) => {
    const got: string[] = []
    for (const pattern of ['a.b', 'a.*', '**', /^a/, 'a.b', 'c']) {
      bus.subscribe(pattern, () => void got.push(String(pattern)))
    }
    t.is(bus.publish('a.b', 0), 5)
    t.deepEqual(got.sort(), ['**', '/^a/', 'a.*', 'a.b', 'a.b'])
    t.is(bus.publish('nobody.listens', 0), 1)
    t.is(bus.publish('c', 0), 2)
  }),
)

test(
  'subscribe: the greater priority receives first, whatever the pattern',
  onBus((t, { bus }) => {
    const got: number[] = []
    const receive = (pattern: string | RegExp, priority: number): void => {
      bus.subscribe(pattern, () => void got.push(priority), { priority })
    }
    receive('a.b', 0)
    receive('**', 5)
    receive('a.*', -2_147_483_648)
    receive(/a/, 2_147_483_647)
    receive('a.b', -7)
    bus.publish('a.b', 0)
    t.deepEqual(got, [2_147_483_647, 5, 0, -7, -2_147_483_648])
  }),
)

test(
  'subscribe: an object receives as itself',
  onBus((t, { bus }) => {
    class Counter implements HandlerObject<number> {
      sum = 0
      handle(payload: number): void {
        this.sum += payload
      }
    }
    const counter = new Counter()
    bus.subscribe('a', counter)
    bus.publish('a', 3)
    bus.publish('a', 4)
    t.is(counter.sum, 7)
  }),
)

test(
  'subscribe: a payload is handed over by reference',
  onBus((t, { bus }) => {
    const payload = { circular: {} as unknown, run: () => 1 }
    payload.circular = payload
    const got: unknown[] = []
    bus.subscribe('a', (given, message) => void got.push(given, message.payload))
    t.is(bus.publish('a', payload), 1)
    t.is(got[0], payload)
    t.is(got[1], payload)
  }),
)

test(
  'subscribe: an async handler is running until it settles',
  onBus(async (t, { bus }) => {
    const { promise, resolve } = deferred()
    const subscription = bus.subscribe('a', () => promise)
    bus.publish('a', 0)
    t.like(subscription.stats(), { accepted: 1, running: 1, processed: 0 })
    resolve()
    await subscription.unsubscribe()
    t.like(subscription.stats(), { accepted: 1, running: 0, processed: 1 })
  }),
)

test(
  'subscribe: no more handlers run at a time than concurrency says, the others wait in order',
  onBus(async (t, { bus }) => {
    const gates = Array.from({ length: 5 }, () => deferred())
    const started: number[] = []
    const all = deferred()
    const subscription = bus.subscribe(
      'a',
      (index: number) => {
        started.push(index)
        if (index === 4) all.resolve()
        return gates[index]?.promise
      },
      { concurrency: 2 },
    )
    for (const index of gates.keys()) bus.publish('a', index)
    t.deepEqual(started, [0, 1])
    t.like(subscription.stats(), { running: 2, queued: 3 })
    for (const gate of gates) gate.resolve()
    await all.promise
    t.deepEqual(started, [0, 1, 2, 3, 4])
  }),
)

test(
  'subscribe: a long queue is worked off in order, while others join it',
  onBus(async (t, { bus }) => {
    const started: number[] = []
    const done = deferred()
    const subscription = bus.subscribe(
      'a',
      async (n: number) => {
        started.push(n)
        await null
        if (n < 1_000) bus.publish('a', n + 1_000)
        if (n === 1_999) done.resolve()
      },
      { concurrency: 3 },
    )
    for (let n = 0; n < 1_000; n++) bus.publish('a', n)
    await done.promise
    t.deepEqual(
      started,
      Array.from({ length: 2_000 }, (_, n) => n),
    )
    t.like(subscription.stats(), { accepted: 2_000, refused: 0, queued: 0 })
  }),
)

test(
  'subscribe: a full mailbox refuses the newest event for its own receiver alone',
  onBus((t, { bus }) => {
    const full = bus.subscribe('a', never, { concurrency: 1, capacity: 2 })
    const other = bus.subscribe('a', () => {})
    for (let index = 0; index < 5; index++) t.is(bus.publish('a', index), 2)
    t.like(full.stats(), { accepted: 3, running: 1, queued: 2, refused: 2 })
    t.like(other.stats(), { accepted: 5, processed: 5, refused: 0 })
  }),
)

test(
  'unsubscribe: from then on nothing arrives, and what waited is dropped',
  onBus(async (t, { bus }) => {
    const { promise, resolve } = deferred()
    const got: number[] = []
    const subscription = bus.subscribe(
      'a',
      (payload: number) => {
        got.push(payload)
        return promise
      },
      { concurrency: 1 },
    )
    for (const payload of [1, 2, 3]) bus.publish('a', payload)

    let over = false
    const ended = subscription.unsubscribe().then(() => {
      over = true
    })
    t.like(subscription.stats(), { accepted: 3, dropped: 2, queued: 0, running: 1 })
    t.is(bus.publish('a', 4), 0)
    await Promise.resolve()
    t.false(over, 'it waits for the handler that runs')
    resolve()
    await ended
    t.deepEqual(got, [1])
    t.like(subscription.stats(), { processed: 1, running: 0 })
  }),
)

test(
  'unsubscribe: twice is the same promise',
  onBus(async (t, { bus }) => {
    const subscription = bus.subscribe('a', () => {})
    t.is(subscription.unsubscribe(), subscription.unsubscribe())
    await subscription.unsubscribe()
  }),
)

test(
  'unsubscribe: in a handler, a receiver whose turn has not come yet gets nothing',
  onBus((t, { bus }) => {
    const first = bus.subscribe('a', () => void second.unsubscribe(), { priority: 1 })
    const second = bus.subscribe('a', () => t.fail('it was unsubscribed before its turn'))
    t.is(bus.publish('a', 0), 2)
    t.is(first.stats().processed, 1)
    t.like(second.stats(), { accepted: 0, refused: 1 })
  }),
)

test(
  'unsubscribe: leaves the other subscriptions of the pattern where they are',
  onBus(async (t, { bus }) => {
    for (const pattern of ['a.b', 'a.*', /a/]) {
      const leaving = bus.subscribe(pattern, () => t.fail('it has left'))
      const staying = bus.subscribe(pattern, () => {})
      await leaving.unsubscribe()
      t.is(bus.publish('a.b', 0), 1)
      t.is(staying.stats().processed, 1)
      await staying.unsubscribe()
    }
  }),
)

test(
  'unsubscribe: is what await using does',
  onBus(async (t, { bus }) => {
    {
      await using subscription = bus.subscribe('a', () => {})
      t.is(bus.publish('a', 0), 1)
      t.is(subscription.pattern, 'a')
    }
    t.is(bus.publish('a', 0), 0)
  }),
)

test(
  'subscribe: in a handler, the message being offered does not reach the new subscription',
  onBus((t, { bus }) => {
    const late: unknown[] = []
    const subscription = bus.subscribe('a', () => {
      if (subscription.stats().accepted === 1) bus.subscribe('a', (payload) => void late.push(payload))
    })
    t.is(bus.publish('a', 1), 1)
    t.is(bus.publish('a', 2), 2)
    t.deepEqual(late, [2])
  }),
)

test(
  'publish: in a handler it waits until the current message was offered to all',
  onBus((t, { bus }) => {
    const seen: string[] = []
    const watch = (name: string, priority: number): void => {
      bus.subscribe(
        '**',
        (_, { topic }) => {
          seen.push(`${name} ${topic}`)
          if (name === 'first' && topic === 'a') {
            t.is(bus.publish('a.nested', 0), 2)
            t.is(bus.publish('a.second', 0), 2)
          }
          if (name === 'first' && topic === 'a.nested') bus.publish('a.nested.deeper', 0)
        },
        { priority },
      )
    }
    watch('first', 1)
    watch('last', 0)
    bus.publish('a', 0)
    const order = ['a', 'a.nested', 'a.second', 'a.nested.deeper']
    t.deepEqual(
      seen,
      order.flatMap((topic) => [`first ${topic}`, `last ${topic}`]),
    )
  }),
)

test(
  'publish: a chain of 100,000 publishes in handlers ends without a stack overflow',
  onBus((t, { bus }) => {
    let count = 0
    bus.subscribe('chain', (left: number) => {
      count++
      if (left > 0) bus.publish('chain', left - 1)
    })
    bus.publish('chain', 99_999)
    t.is(count, 100_000)
  }),
)

test(
  'subscribe: what it returns tells its id, pattern and name',
  onBus((t, { bus }) => {
    const first = bus.subscribe('a.*', () => {}, { name: 'audit', metadata: { team: 'x' } })
    const second = bus.subscribe(/a/i, () => {})
    t.is(first.pattern, 'a.*')
    t.is(first.name, 'audit')
    t.is(second.name, undefined)
    t.deepEqual(second.pattern, /a/i)
    t.not(first.id, second.id)
  }),
)

for (const handler of [undefined, null, 5, 'f', {}, { handle: 5 }]) {
  test(
    `subscribe: ${JSON.stringify(handler)} is no handler`,
    onBus((t, { bus }) => {
      const refused = {
        code: 'ERR_BUS_INVALID_HANDLER',
        message: /a function or an object with a method 'handle', got /,
      }
      t.throws(() => bus.subscribe('a', handler as never), refused)
      t.throws(() => bus.handle('a', handler as never), refused)
      t.is(bus.publish('a', 0), 0, 'nothing was registered')
    }),
  )
}

for (const [options, message] of [
  [{ concurrency: 0 }, /concurrency must be an integer from 1 to 2147483647, got 0 \(number\)/],
  [{ capacity: -1 }, /capacity must be an integer from 1 to 2147483647, got -1 \(number\)/],
  [
    { priority: 2 ** 31 },
    /priority must be an integer from -2147483648 to 2147483647, got 2147483648 \(number\)/,
  ],
  [{ name: '' }, /name must be a string that is not empty, got "" \(string\)/],
  [{ metadata: { a: 1 } }, /metadata\.a must be a string, got 1 \(number\)/],
  [{ metadata: ['a'] }, /metadata must be an object whose values are strings, got an object \(Array\)/],
  [{ retries: 3 }, /subscribe\(\) has no option 'retries'; it has name, .*priority, capacity/],
] as const) {
  test(
    `subscribe: ${JSON.stringify(options)} are no options`,
    onBus((t, { bus }) => {
      const refused = { code: 'ERR_BUS_INVALID_OPTION', message }
      t.throws(() => bus.subscribe('a', () => {}, options as unknown as ReceiveOptions), refused)
      t.is(bus.publish('a', 0), 0, 'nothing was registered')
    }),
  )
}
