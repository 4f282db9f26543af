import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import test from 'ava'
import { open } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

test('threads: a worker is connected by the name of the bus alone, with nothing passed', async (t) => {
  await using bus = open('the name alone')
  const arrived = new Promise((resolve) => bus.subscribe('arrived', (payload) => resolve(payload)))
  const worker = new Worker(new URL('../support/workers/by-name.js', import.meta.url))
  const exited = once(worker, 'exit')
  t.deepEqual(await arrived, { from: 'a worker' })
  t.is(await bus.request('double', 21), 42)
  t.is(bus.publish('leave', 0), 1)
  t.deepEqual(await exited, [0], 'it has no reason to stay after close')
})

test(
  'threads: three threads are on one bus, and each event reaches all that subscribe',
  onBus(async (t, { bus, thread }) => {
    await Promise.all([thread('counting'), thread('counting')])
    const [first, second] = await Promise.all([0, 1].map(() => bus.request('count.subscribe', 'a.**')))
    t.not(first, second, 'the two take turns')
    const local = bus.subscribe('a.*', () => {})
    for (let index = 0; index < 100; index++) t.is(bus.publish('a.b', index), 3)
    const counts = [await bus.request(`count.${first}`, 0), await bus.request(`count.${second}`, 0)]
    t.deepEqual(counts, [100, 100])
    t.is(local.stats().processed, 100)

    // Published by one worker, received by the other and by this thread.
    t.is(await bus.request(`publish.${first}`, { topic: 'a.b', times: 50 }), 3)
    t.is(await bus.request(`count.${first}`, 0), 150)
    await bus.request(`sync.${first}`, second)
    t.is(await bus.request(`count.${second}`, 0), 150)
    t.is(local.stats().processed, 150)
  }),
)

test(
  'threads: requests go both ways at once',
  onBus(async (t, { bus, thread }) => {
    await thread('counting')
    bus.handle('main.square', (n: number) => n * n)
    const asked = bus.request('ask', { topic: 'main.square', times: 500 })
    const asking = Array.from({ length: 500 }, (_, n) => bus.request('triple', n))
    t.deepEqual(
      await Promise.all(asking),
      Array.from({ length: 500 }, (_, n) => n * 3),
    )
    t.deepEqual(
      await asked,
      Array.from({ length: 500 }, (_, n) => n * n),
    )
  }),
)

test(
  'threads: a request may pass through several threads and come back',
  onBus(async (t, { bus, thread }) => {
    await thread('counting')
    bus.handle('ping', (n: number) => (n === 0 ? 'home' : bus.request('pong', n)))
    t.is(await bus.request('ping', 100), 'home')
  }),
)

test(
  'threads: messages of one publisher arrive in the order in which they were published',
  onBus(async (t, { bus, thread }) => {
    await Promise.all([thread('counting'), thread('counting')])
    const names = await Promise.all([0, 1].map(() => bus.request('count.subscribe', 'unused')))
    const received = new Map<number, number[]>()
    const all = deferred()
    let count = 0
    bus.subscribe('run.*', (n: number, { sender }) => {
      const list = received.get(sender) ?? []
      list.push(n)
      received.set(sender, list)
      if (++count === 40_000) all.resolve()
    })
    await Promise.all(names.map((name) => bus.request(`publish.${name}`, { topic: 'run.x', times: 20_000 })))
    await all.promise
    t.is(received.size, 2)
    for (const list of received.values())
      t.true(
        list.every((n, index) => n === index),
        'none lost, none out of order',
      )
  }),
)

test(
  'threads: a request does not overtake the events that were published before it',
  onBus(async (t, { bus, thread }) => {
    await thread('counting')
    const name = await bus.request('count.subscribe', 'a')
    for (let round = 1; round <= 200; round++) {
      for (let index = 0; index < 10; index++) bus.publish('a', index)
      t.is(await bus.request(`count.${name}`, 0), round * 10)
    }
  }),
)

test(
  'threads: whoever was told of a subscription over the bus publishes to it',
  onBus(async (t, { bus, thread }) => {
    await thread('publishing')
    const patterns = [(round: number) => `news.${round % 5}`, () => 'news.*', () => '**', () => /^news/]
    for (let round = 0; round < 4_000; round++) {
      const got: unknown[] = []
      const subscription = bus.subscribe(
        patterns[round % 4]?.(round) ?? '',
        (payload) => void got.push(payload),
      )
      const matched = await bus.request('tell', { topic: `news.${round % 5}`, payload: round })
      if (matched !== 1 || got.length !== 1 || got[0] !== round) t.fail(`round ${round}: ${matched}, ${got}`)
      const ended = subscription.unsubscribe()
      if ((await bus.request('tell', { topic: `news.${round % 5}`, payload: round })) !== 0)
        t.fail(`round ${round}: it had ended`)
      await ended
    }
    t.pass()
  }),
)

test(
  'threads: whoever was told by a third thread publishes to it, too',
  onBus(async (t, { bus, thread }) => {
    await Promise.all([thread('publishing'), thread('relaying')])
    for (let round = 0; round < 1_000; round++) {
      const got: unknown[] = []
      const subscription = bus.subscribe(`news.${round % 3}`, (payload) => void got.push(payload))
      const matched = await bus.request('relay', { topic: `news.${round % 3}`, payload: round })
      if (matched !== 1 || got[0] !== round) t.fail(`round ${round}: ${matched}, ${got}`)
      await subscription.unsubscribe()
    }
    t.pass()
  }),
)

test(
  'threads: a handler that was told of over the bus is found, and one that has gone is not',
  onBus(async (t, { bus, thread }) => {
    await thread('publishing')
    for (let round = 0; round < 1_000; round++) {
      const registration = bus.handle('answer', () => round)
      if ((await bus.request('ask', 'answer')) !== round) t.fail(`round ${round}`)
      await registration.unregister()
      if ((await bus.request('ask', 'answer')) !== 'ERR_BUS_NO_HANDLER') t.fail(`round ${round}: it had gone`)
    }
    t.pass()
  }),
)

test(
  'threads: a request ends with ERR_BUS_TIMEOUT when another thread does not answer in time',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const start = performance.now()
    t.like(await busError(t, bus.request('never', 0, { timeout: 25 })), {
      code: 'ERR_BUS_TIMEOUT',
      topic: 'never',
    })
    t.true(performance.now() - start >= 24.9)
  }),
)

test(
  'threads: a handler of another thread with a full mailbox refuses with ERR_BUS_OVERLOADED',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const taken = [bus.send('gated', 0), bus.send('gated', 1)]
    await Promise.all(taken)
    const error = await busError(t, bus.request('gated', 2))
    t.like(error, { code: 'ERR_BUS_OVERLOADED', topic: 'gated', retryable: true })
    await bus.request('open-gate', 0)
  }),
)

test(
  'threads: a handler that is unregistered in another thread fails what is on its way with ERR_BUS_HANDLER_GONE',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const outcomes = new Map<string, number>()
    for (let round = 0; round < 50; round++) {
      await bus.request('unregister', 0)
      const pending = Array.from({ length: 20 }, () => bus.request('leaving', 0, { timeout: 10_000 }))
      for (const one of await Promise.allSettled(pending)) {
        const outcome = one.status === 'fulfilled' ? 'answered' : one.reason.code
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }
    t.deepEqual(Object.fromEntries(outcomes), { answered: 50, ERR_BUS_HANDLER_GONE: 950 })
  }),
)

test(
  'threads: a closing thread answers the requests that it has accepted',
  onBus(async (t, { bus, thread }) => {
    for (let round = 0; round < 20; round++) {
      const worker = await thread('leaving')
      const pending = Array.from({ length: 50 }, (_, n) => bus.request('slow', n))
      await bus.request('close', 0)
      t.deepEqual(
        await Promise.all(pending),
        Array.from({ length: 50 }, (_, n) => n),
        `round ${round}`,
      )
      t.is(await worker.exited, 0)
    }
  }),
)
