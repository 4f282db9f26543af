import test from 'ava'
import type { Message, Stream } from 'busbar'
import { collect } from '../support/collect.js'
import { layout } from '../support/core/cores.js'
import { deferred } from '../support/deferred.js'
import { counting, onEachPath, quiet, take } from '../support/on-each-path.js'
import { busError } from '../support/rejection.js'
import { below, seeded } from '../support/seed.js'
import { twoSides } from '../support/two-sides.js'
import { until } from '../support/until.js'

onEachPath('stream: items come in order, each once, and then it is over', async (t, { asks, answers }) => {
  counting(answers, 'count')
  for (const count of [0, 1, 2, 16, 17, 1_000]) {
    const stream = asks.stream('count', count)
    t.deepEqual(
      await collect(stream),
      Array.from({ length: count }, (_, index) => index),
    )
    t.deepEqual(await stream.next(), { done: true, value: undefined })
  }
  await quiet(answers)
  t.like(answers.stats(), { accepted: 6, processed: 6, failed: 0 })
})

onEachPath('stream: every value may be an item', async (t, { asks, answers }) => {
  const values = [undefined, null, false, 0, '', [], { done: true, value: 1 }]
  answers.handle('values', async function* () {
    yield* values
  })
  t.deepEqual(await collect(asks.stream('values', 0)), values)
})

onEachPath('stream: nothing is asked before an item is asked for', async (t, { asks, answers, settle }) => {
  const counter = counting(answers, 'count')
  const stream = asks.stream('count', 3)
  await settle()
  t.is(answers.stats().accepted, 0)
  t.deepEqual(await stream.next(), { done: false, value: 0 })
  t.is(counter.begun, 1)
  await stream.return()
})

onEachPath('stream: who leaves before the first item has asked nobody', async (t, path) => {
  const { asks, answers, settle } = path
  counting(answers, 'count')
  const stream = asks.stream('count', 3)
  t.deepEqual(await stream.return(), { done: true, value: undefined })
  t.deepEqual(await stream.next(), { done: true, value: undefined })
  await settle()
  t.is(answers.stats().accepted, 0)
})

onEachPath(
  'stream: its handler is never more than `prefetch` items ahead',
  async (t, { asks, answers, settle }) => {
    const random = seeded(t)
    for (const prefetch of [1, 2, 3, 5, 16, undefined]) {
      const most = prefetch ?? 16
      const counter = counting(answers, `count.${most}.${prefetch}`)
      const stream = asks.stream(`count.${most}.${prefetch}`, undefined, { prefetch })
      let asked = 0
      for (let round = 0; round < 40; round++) {
        for (let more = below(random, 2 * most + 2); more > 0; more--) {
          asked++
          await stream.next()
          t.true(counter.made <= asked + most, `${counter.made} made, ${asked} asked for`)
        }
        if (below(random, 2) === 0) await settle()
        t.true(counter.made <= asked + most, `${counter.made} made, ${asked} asked for`)
      }
      await settle()
      // Nor does it dawdle.
      t.true(
        counter.made >= asked + most - Math.max(1, most >>> 1),
        `${counter.made} made, ${asked} asked for`,
      )
      await stream.return()
    }
  },
)

test('stream: room for more is told in batches', async (t) => {
  const { here, there, sentBy } = twoSides(t.title)
  t.teardown(() => Promise.all([here.close({ timeout: 0 }), there.close({ timeout: 0 })]))
  counting(there, 'count')
  t.is((await collect(here.stream('count', 1_000, { prefetch: 100 }))).length, 1_000)
  t.is(sentBy('there', layout.KIND_ITEM), 1_000)
  const credits = sentBy('here', layout.KIND_CREDIT)
  t.true(credits > 0 && credits <= 1_000 / 50, `${credits} frames`)
})

onEachPath('stream: several may ask at once; each gets the next item', async (t, { asks, answers }) => {
  counting(answers, 'count')
  const stream = asks.stream('count', 5, { prefetch: 2 })
  const all = await Promise.all(Array.from({ length: 7 }, () => stream.next()))
  t.deepEqual(
    all.map(({ value }) => value),
    [0, 1, 2, 3, 4, undefined, undefined],
  )
  t.deepEqual(
    all.map(({ done }) => done),
    [false, false, false, false, false, true, true],
  )
})

onEachPath('stream: a handler may return any async iterable, or a promise of one', async (t, path) => {
  const { asks, answers } = path
  async function* three(): AsyncGenerator<number> {
    yield* [1, 2, 3]
  }
  let left = 3
  const iterator = { next: async () => (left > 0 ? { done: false, value: 4 - left-- } : { done: true }) }
  answers.handle('promise', async () => three())
  answers.handle('method', { handle: three })
  answers.handle('iterable', () => ({ [Symbol.asyncIterator]: () => iterator }))
  answers.handle('another', () => answers.stream('promise', 0))
  for (const topic of ['promise', 'method', 'iterable', 'another']) {
    t.deepEqual(await collect(asks.stream(topic, 0)), [1, 2, 3], topic)
  }
})

onEachPath('stream: of a handler that answers once, that is the one item', async (t, { asks, answers }) => {
  answers.handle('one', () => 42)
  answers.handle('later', async () => undefined)
  t.deepEqual(await collect(asks.stream('one', 0)), [42])
  t.deepEqual(await collect(asks.stream('later', 0)), [undefined])
})

onEachPath('stream: who asks for one reply is told that it is a stream', async (t, { asks, answers }) => {
  const counter = counting(answers, 'count')
  const error = await busError(t, asks.request('count', 3))
  t.like(error, { code: 'ERR_BUS_REPLY_IS_STREAM', topic: 'count', retryable: false })
  for await (const reply of asks.requestMany('count', 3)) {
    t.like(reply.error, { code: 'ERR_BUS_REPLY_IS_STREAM' })
  }
  await quiet(answers)
  t.is(counter.begun, 0)
})

onEachPath(
  'stream: sent as a notification, a generator runs to its end',
  async (t, { asks, answers, pass }) => {
    const counter = counting(answers, 'count')
    await asks.send('count', 3, { wait: 'processed' })
    t.like(counter, { made: 3, ended: 1 })
    let tries = 0
    answers.handle(
      'again',
      async function* () {
        yield 1
        if (++tries < 3) throw new Error('not yet')
      },
      { retry: { attempts: 3, initial: 10, max: 10, jitter: 0 } },
    )
    const sent = asks.send('again', 0, { wait: 'processed', guarantee: 'at-least-once' })
    for (let round = 0; round < 4; round++) await pass(10)
    t.is((await sent).processed, 1)
    t.is(tries, 3)
  },
)

onEachPath(
  'stream: it takes one place of its handler until it has ended',
  async (t, { asks, answers, settle }) => {
    const counter = counting(answers, 'count', { concurrency: 1 })
    const first = asks.stream('count', 100, { prefetch: 1 })
    const second = asks.stream('count', 2)
    t.deepEqual(await take(first, 1), [0])
    const waiting = second.next()
    await settle()
    t.is(counter.begun, 1)
    t.like(answers.stats(), { running: 1, queued: 1 })
    await first.return()
    t.deepEqual(await waiting, { done: false, value: 0 })
    t.deepEqual(await collect(second), [1])
    await quiet(answers)
    t.like(answers.stats(), { accepted: 2, processed: 2 })
  },
)

onEachPath('stream: the bus is not idle before it has ended', async (t, { asks, answers, settle }) => {
  counting(answers, 'count')
  const stream = asks.stream('count', 20, { prefetch: 1 })
  await stream.next()
  const idle = new Set<string>()
  void asks.idle().then(() => idle.add('asks'))
  void answers.idle().then(() => idle.add('answers'))
  await settle()
  t.is(idle.size, 0)
  t.is((await collect(stream)).length, 19)
  await until(() => idle.size === 2)
  t.pass()
})

onEachPath('stream: handlers are addressed, too', async (t, { asks, answers }) => {
  counting(answers, 'count', { name: 'counter' })
  t.deepEqual(await collect(asks.stream({ name: 'counter' }, 2)), [0, 1])
})

onEachPath(
  'stream: what is wrong with a topic, an address or an option is thrown at once',
  async (t, { asks }) => {
    t.throws(() => asks.stream('a.*', 0), { code: 'ERR_BUS_INVALID_TOPIC' })
    t.throws(() => asks.stream({} as never, 0), { code: 'ERR_BUS_INVALID_ADDRESS' })
    t.throws(() => asks.stream('a', 0, { prefetch: 0 }), { code: 'ERR_BUS_INVALID_OPTION' })
    const stream = asks.stream('a', 0)
    await asks.close()
    t.throws(() => asks.stream('a', 0), { code: 'ERR_BUS_CLOSED' })
    t.like(await busError(t, stream.next()), { code: 'ERR_BUS_CLOSED' })
  },
)

onEachPath(
  'stream: it is asked for again, before its first item',
  async (t, { asks, answers, pass, settle }) => {
    let asked = 0
    answers.handle('flaky', async function* (most: number, message) {
      asked++
      t.is(message.attempt, asked)
      if (asked < most) throw Object.assign(new Error('not yet'), { retryable: true })
      yield asked
      throw Object.assign(new Error('too late'), { retryable: true })
    })
    const stream = asks.stream('flaky', 3, { retry: { attempts: 5, initial: 10, max: 10, jitter: 0 } })
    const first = stream.next()
    for (let round = 0; round < 3; round++) await pass(10)
    t.deepEqual(await first, { done: false, value: 3 })
    const error = await busError(t, stream.next())
    t.like(error, { code: 'ERR_BUS_HANDLER_FAILED' })
    t.is((error.cause as Error).message, 'too late')
    await settle()
    t.is(asked, 3)
  },
)

onEachPath(
  'stream: it waits for a handler, and may be left meanwhile',
  async (t, { asks, answers, settle }) => {
    const left = asks.stream('count', 1, { waitForHandler: 1_000 })
    const nothing = left.next()
    const waits = asks.stream('count', 1, { waitForHandler: 1_000 })
    const item = waits.next()
    const none = asks.stream('count', 1)
    t.like(await busError(t, none.next()), { code: 'ERR_BUS_NO_HANDLER' })
    await left.return()
    t.deepEqual(await nothing, { done: true, value: undefined })
    const counter = counting(answers, 'count')
    t.deepEqual(await item, { done: false, value: 0 })
    await settle()
    t.is(counter.begun, 1)
  },
)

onEachPath('stream: what its generator asks for inherits its deadline, at each step', async (t, path) => {
  const { asks, answers } = path
  const left: number[] = []
  // Time stands still, but for that between these two looks at the time of the day.
  const look = ({ deadline = 0 }: Message): void => void left.push(deadline - Date.now())
  answers.handle('inner', (_: unknown, message: Message) => look(message))
  answers.handle('outer', async function* (_: unknown, message: Message) {
    look(message)
    await answers.request('inner', 0)
    yield 1
    await new Promise(setImmediate)
    await answers.request('inner', 0)
    yield 2
    await answers.request('inner', 0)
  })
  await collect(asks.stream('outer', 0, { timeout: 1_000, prefetch: 1 }))
  t.is(left.length, 4)
  t.true(Math.max(...left) < 10_000, `${left.join()} ms, and the default is 30,000 ms`)
})

onEachPath('stream: it ends with the request inside whose handler it is read', async (t, path) => {
  const { asks, answers, settle } = path
  const counter = counting(answers, 'count')
  const read = deferred<Stream>()
  asks.handle('reads', async () => {
    const stream = asks.stream('count', undefined)
    await stream.next()
    read.resolve(stream)
    await new Promise(() => {})
  })
  const outer = new AbortController()
  const request = asks.request('reads', 0, { signal: outer.signal })
  const stream = await read.promise
  const reason = new Error('enough')
  outer.abort(reason)
  t.like(await busError(t, request), { code: 'ERR_BUS_ABORTED' })
  const error = await busError(t, stream.next())
  t.like(error, { code: 'ERR_BUS_ABORTED', topic: 'count', cause: reason })
  await until(() => counter.ended === 1)
  await settle()
  t.true(counter.signals[0]?.aborted)
})
