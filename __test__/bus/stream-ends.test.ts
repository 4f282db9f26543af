import { getEventListeners } from 'node:events'
import test from 'ava'
import { BusError, type Message } from 'busbar'
import { collect } from '../support/collect.js'
import { layout } from '../support/core/cores.js'
import { deferred } from '../support/deferred.js'
import { counting, onEachPath, quiet, take } from '../support/on-each-path.js'
import { busError } from '../support/rejection.js'
import { twoSides } from '../support/two-sides.js'
import { until } from '../support/until.js'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

for (const how of ['break', 'return()', 'throw()', 'await using', 'an error in the loop'] as const) {
  onEachPath(`stream: left by ${how}, its generator returns`, async (t, { asks, answers, pass }) => {
    const counter = counting(answers, 'count')
    const stream = asks.stream('count', undefined)
    const thrown = new RangeError('enough')
    if (how === 'break') {
      for await (const item of stream) if (item === 3) break
    } else if (how === 'return()') {
      t.deepEqual(await take(stream, 4), [0, 1, 2, 3])
      t.deepEqual(await stream.return(), { done: true, value: undefined })
      t.deepEqual(await stream.return(), { done: true, value: undefined })
    } else if (how === 'throw()') {
      await take(stream, 4)
      t.is(await t.throwsAsync(stream.throw(thrown)), thrown)
    } else if (how === 'await using') {
      await using used = stream
      await take(used, 4)
    } else {
      const loop = async (): Promise<void> => {
        for await (const item of stream) if (item === 3) throw thrown
      }
      t.is(await t.throwsAsync(loop), thrown)
    }
    await until(() => counter.ended === 1)
    await quiet(answers)
    const [signal] = counter.signals
    t.like(signal?.reason, { code: 'ERR_BUS_ABORTED' })
    t.true(signal?.reason instanceof BusError)
    if (how === 'throw()') t.like(signal?.reason.cause, { message: 'enough' })
    t.like(answers.stats(), { accepted: 1, processed: 1, failed: 0 })
    t.deepEqual(await stream.next(), { done: true, value: undefined })
    const { made } = counter
    // Its deadline concerns nobody any more.
    await pass(60_000)
    t.is(counter.made, made)
    t.like(answers.stats(), { accepted: 1, processed: 1, failed: 0 })
  })
}

onEachPath(
  'stream: left while an item is waited for, nobody waits any longer',
  async (t, { asks, answers }) => {
    const cleaned = deferred()
    answers.handle('slow', async function* (_: unknown, { signal }: Message) {
      try {
        yield 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      } finally {
        cleaned.resolve()
      }
    })
    const stream = asks.stream('slow', 0)
    await stream.next()
    const waiting = [stream.next(), stream.next()]
    await stream.return()
    t.deepEqual(await Promise.all(waiting), [
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    await cleaned.promise
  },
)

onEachPath('stream: its signal ends it at once, and what waits is dropped', async (t, path) => {
  const { asks, answers, settle } = path
  const counter = counting(answers, 'count')
  const controller = new AbortController()
  const { signal } = controller
  const stream = asks.stream('count', undefined, { signal })
  t.is(listeners(signal), 0)
  await stream.next()
  await settle()
  t.is(listeners(signal), 1)
  const reason = new Error('enough')
  controller.abort(reason)
  const error = await busError(t, stream.next())
  t.like(error, { code: 'ERR_BUS_ABORTED', topic: 'count', cause: reason, retryable: false })
  t.deepEqual(await stream.next(), { done: true, value: undefined })
  await until(() => counter.ended === 1)
  t.like(counter.signals[0]?.reason, { code: 'ERR_BUS_ABORTED' })
  t.like(counter.signals[0]?.reason.cause, { message: 'enough' })
  t.is(listeners(signal), 0)

  const before = asks.stream('count', undefined, { signal })
  t.like(await busError(t, before.next()), { code: 'ERR_BUS_ABORTED' })
  t.is(counter.begun, 1)
})

onEachPath('stream: its signal has no listener once it has ended', async (t, { asks, answers }) => {
  const { signal } = new AbortController()
  counting(answers, 'count')
  await collect(asks.stream('count', 3, { signal }))
  for await (const _ of asks.stream('count', 3, { signal })) break
  await quiet(answers)
  t.is(listeners(signal), 0)
})

onEachPath('stream: at its deadline the items that are there come first', async (t, path) => {
  const { asks, answers, pass, settle } = path
  const counter = counting(answers, 'count')
  const stream = asks.stream('count', undefined, { timeout: 500, prefetch: 4 })
  t.deepEqual(await take(stream, 1), [0])
  await settle()
  t.is(counter.made, 4)
  await pass(499)
  t.is(counter.ended, 0)
  await pass(1)
  t.deepEqual(await take(stream, 3), [1, 2, 3])
  t.like(await busError(t, stream.next()), { code: 'ERR_BUS_TIMEOUT', topic: 'count', retryable: true })
  t.deepEqual(await stream.next(), { done: true, value: undefined })
  await until(() => counter.ended === 1)
  await quiet(answers)
  t.like(counter.signals[0]?.reason, { code: 'ERR_BUS_TIMEOUT' })
  t.is(asks.requestCounts().late, 0)
})

onEachPath('stream: a generator that does not heed anything is left at its deadline', async (t, path) => {
  const { asks, answers, pass, settle } = path
  const failures: unknown[] = []
  answers.events.on('failure', ({ error }) => failures.push(error))
  answers.handle(
    'stuck',
    async function* () {
      yield 1
      await new Promise(() => {})
    },
    { concurrency: 1 },
  )
  const stream = asks.stream('stuck', 0, { timeout: 500 })
  t.deepEqual(await take(stream, 1), [1])
  await stream.return()
  await pass(499)
  t.like(answers.stats(), { running: 1, failed: 0 })
  await pass(1)
  await quiet(answers)
  t.like(answers.stats(), { accepted: 1, failed: 1, running: 0 })
  t.is(failures.length, 1)
  t.like(failures[0], { code: 'ERR_BUS_TIMEOUT', topic: 'stuck' })
  const next = asks.stream('stuck', 0, { timeout: 500 })
  t.deepEqual(await take(next, 1), [1])
  await settle()
  const waiting = next.next()
  await pass(500)
  t.like(await busError(t, waiting), { code: 'ERR_BUS_TIMEOUT' })
  await quiet(answers)
  t.is(asks.requestCounts().late, 0)
})

onEachPath('stream: an item that is waited for longer than `idleTimeout` ends it', async (t, path) => {
  const { asks, answers, pass } = path
  const gates = [deferred(), deferred(), deferred()]
  let ended = false
  answers.handle('slow', async function* (_: unknown, { signal }: Message) {
    try {
      for (const gate of gates) {
        await Promise.race([
          gate.promise,
          new Promise((resolve) => signal.addEventListener('abort', resolve)),
        ])
        yield 'item'
      }
    } finally {
      ended = true
    }
  })
  const stream = asks.stream('slow', 0, { idleTimeout: 100, timeout: 10_000 })
  for (const gate of gates.slice(0, 2)) {
    // Whoever does not ask does not wait.
    await pass(200)
    const item = stream.next()
    await pass(99)
    gate.resolve()
    t.deepEqual(await item, { done: false, value: 'item' })
  }
  const item = stream.next()
  await pass(100)
  t.like(await busError(t, item), { code: 'ERR_BUS_TIMEOUT', topic: 'slow' })
  await until(() => ended)
  t.deepEqual(await stream.next(), { done: true, value: undefined })
})

class Refused extends RangeError {
  readonly secret = 'password'
}

onEachPath(
  'stream: what its handler throws comes behind the items, as the cause',
  async (t, { asks, answers, settle, isApart }) => {
    answers.handle('fails', async function* (count: number) {
      for (let item = 0; item < count; item++) yield item
      throw new Refused('no more')
    })
    for (const count of [0, 1, 5]) {
      const stream = asks.stream('fails', count)
      await settle()
      t.deepEqual(await take(stream, count), [0, 1, 2, 3, 4].slice(0, count))
      const error = await busError(t, stream.next())
      t.like(error, { code: 'ERR_BUS_HANDLER_FAILED', topic: 'fails' })
      t.true(error.cause instanceof RangeError)
      t.is((error.cause as Error).message, 'no more')
      t.is((error.cause as { secret?: string }).secret, isApart ? undefined : 'password')
      t.deepEqual(await stream.next(), { done: true, value: undefined })
    }
    await quiet(answers)
    t.like(answers.stats(), { accepted: 3, processed: 0, failed: 3 })
  },
  { redact: ['secret'] },
)

onEachPath('stream: its handler decides what is told of an error', async (t, { asks, answers }) => {
  const redact = (): unknown => new Error('something')
  answers.handle(
    'fails',
    async function* () {
      yield 1
      throw new Error('with a password')
    },
    { redact },
  )
  const stream = asks.stream('fails', 0)
  await stream.next()
  const { cause } = await busError(t, stream.next())
  t.is((cause as Error).message, 'something')
})

onEachPath(
  'stream: an item that cannot travel ends it, behind those before',
  async (t, path) => {
    const { asks, answers } = path
    let ended = 0
    answers.handle('odd', async function* (last: string) {
      try {
        yield 'good'
        yield last === 'function' ? { list: [() => 1] } : Buffer.alloc(2_000)
        yield 'never'
      } finally {
        ended++
      }
    })
    for (const [last, code] of [
      ['function', 'ERR_BUS_PAYLOAD_NOT_ENCODABLE'],
      ['large', 'ERR_BUS_MESSAGE_TOO_LARGE'],
    ] as const) {
      const stream = asks.stream('odd', last)
      t.deepEqual(await take(stream, 1), ['good'])
      t.like(await busError(t, stream.next()), { code })
      t.deepEqual(await stream.next(), { done: true, value: undefined })
    }
    await quiet(answers)
    t.is(ended, 2)
  },
  { maxMessageSize: 1_000 },
  'apart',
)

onEachPath(
  'stream: an item that cannot be read ends it, behind those before',
  async (t, { asks, answers, sides }) => {
    const counter = counting(answers, 'count')
    const stream = asks.stream('count', undefined, { prefetch: 1 })
    t.deepEqual(await take(stream, 2), [0, 1])
    sides.spoil(layout.KIND_ITEM)
    // One may be on its way that is good yet.
    const rest = take(stream, 3)
    t.like(await busError(t, rest), { code: 'ERR_BUS_PAYLOAD_NOT_DECODABLE', topic: 'count' })
    t.deepEqual(await stream.next(), { done: true, value: undefined })
    await until(() => counter.ended === 1)
    await quiet(answers)
  },
  undefined,
  'apart',
)

onEachPath(
  'stream: an iterator that is none, or that throws, is a failure of its handler',
  async (t, path) => {
    const { asks, answers } = path
    const broken: Record<string, object> = {
      'next throws': {
        next() {
          throw new Error('broken')
        },
      },
      'next rejects': { next: async () => Promise.reject(new Error('broken')) },
      'no object': { next: async () => 5 },
      'a getter throws': {
        next: async () => ({
          get done() {
            throw new Error('broken')
          },
        }),
      },
      'no next': {},
    }
    for (const [what, iterator] of Object.entries(broken)) {
      answers.handle(`broken.${what.replaceAll(' ', '-')}`, () => ({
        [Symbol.asyncIterator]: () => iterator,
      }))
    }
    answers.handle('broken.no-iterator', () => ({
      [Symbol.asyncIterator]() {
        throw new Error('broken')
      },
    }))
    for (const what of [...Object.keys(broken), 'no iterator']) {
      const stream = asks.stream(`broken.${what.replaceAll(' ', '-')}`, 0)
      t.is((await busError(t, stream.next())).code, 'ERR_BUS_HANDLER_FAILED', what)
    }
    t.is(answers.stats().failed, 6)
  },
)

onEachPath('stream: one without return() is left where it is', async (t, { asks, answers }) => {
  let made = 0
  answers.handle('endless', () => ({
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: made++ }) }),
  }))
  t.deepEqual(await take(asks.stream('endless', 0), 2), [0, 1])
  const stream = asks.stream('endless', 0)
  for await (const _ of stream) break
  // The first one of the two is still being read.
  await until(() => answers.stats().running === 1)
  t.is(answers.stats().processed, 1)
})

onEachPath('stream: what a generator throws when it is left is a failure', async (t, { asks, answers }) => {
  const failed = deferred<unknown>()
  answers.events.on('failure', ({ error }) => failed.resolve(error))
  answers.handle('spiteful', async function* () {
    try {
      yield 1
      yield 2
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: that is what is tested.
      throw new Error('spite')
    }
  })
  for await (const _ of asks.stream('spiteful', 0, { prefetch: 1 })) break
  t.is(((await failed.promise) as Error).message, 'spite')
  await quiet(answers)
  t.like(answers.stats(), { processed: 0, failed: 1 })
})

onEachPath('stream: it goes on when its handler is unregistered, which waits for it', async (t, path) => {
  const { asks, answers, settle } = path
  const registration = answers.handle('count', async function* () {
    yield* [1, 2, 3]
  })
  const stream = asks.stream('count', 0, { prefetch: 1 })
  await stream.next()
  let isOver = false
  const ending = registration.unregister().then(() => {
    isOver = true
  })
  await settle()
  t.false(isOver)
  t.deepEqual(await collect(stream), [2, 3])
  await ending
  t.like(await busError(t, asks.stream('count', 0).next()), { code: 'ERR_BUS_NO_HANDLER' })
})

onEachPath(
  'stream: when the thread of its handler dies, the items that are there come first',
  async (t, { asks, answers, sides, settle }) => {
    const counter = counting(answers, 'count')
    const stream = asks.stream('count', undefined, { prefetch: 4 })
    t.deepEqual(await take(stream, 1), [0])
    answers.handle('never', async function* () {
      await new Promise(() => {})
      yield 1
    })
    const waiting = asks.stream('never', 0).next()
    await settle()
    t.is(counter.made, 4)
    sides.kill()
    t.deepEqual(await take(stream, 3), [1, 2, 3])
    t.like(await busError(t, stream.next()), {
      code: 'ERR_BUS_HANDLER_GONE',
      topic: 'count',
      retryable: true,
    })
    t.deepEqual(await stream.next(), { done: true, value: undefined })
    t.like(await busError(t, waiting), { code: 'ERR_BUS_HANDLER_GONE' })
  },
  undefined,
  'apart',
)

onEachPath(
  'stream: when the thread of its reader dies, its generator returns',
  async (t, { asks, answers, sides }) => {
    const counter = counting(answers, 'count')
    await take(asks.stream('count', undefined), 3)
    sides.killHere()
    await until(() => counter.ended === 1)
    await quiet(answers)
    t.like(counter.signals[0]?.reason, { code: 'ERR_BUS_ABORTED' })
    // What this side still waited for ends with its own bus.
    await asks.close({ timeout: 0 })
  },
  undefined,
  'apart',
)

onEachPath('stream: close() of its reader lets it finish', async (t, { asks, answers }) => {
  counting(answers, 'count')
  const stream = asks.stream('count', 50, { prefetch: 2 })
  await stream.next()
  const closing = asks.close({ timeout: 60_000 })
  t.is((await collect(stream)).length, 49)
  t.like(await closing, { abandoned: [], requestsFailed: 0 })
})

onEachPath('stream: close() of its reader ends it in the end, behind its items', async (t, path) => {
  const { asks, answers, settle } = path
  const counter = counting(answers, 'count')
  const stream = asks.stream('count', undefined, { prefetch: 4 })
  await stream.next()
  await settle()
  const report = await asks.close({ timeout: 1 })
  t.is(report.requestsFailed, 1)
  t.deepEqual(await take(stream, 3), [1, 2, 3])
  t.like(await busError(t, stream.next()), { code: 'ERR_BUS_CLOSED', topic: 'count' })
  await until(() => counter.ended === 1)
  await quiet(answers)
  t.true(counter.signals[0]?.aborted)
})

onEachPath(
  'stream: close() of its handler lets it finish',
  async (t, { asks, answers }) => {
    counting(answers, 'count')
    const stream = asks.stream('count', 50, { prefetch: 2 })
    await stream.next()
    const closing = answers.close({ timeout: 60_000 })
    t.is((await collect(stream)).length, 49)
    t.like(await closing, { abandoned: [] })
  },
  undefined,
  'apart',
)

onEachPath(
  'stream: close() of its handler ends it in the end, behind its items',
  async (t, { asks, answers, settle }) => {
    const counter = counting(answers, 'count')
    const stream = asks.stream('count', undefined, { prefetch: 4 })
    await stream.next()
    await settle()
    const { abandoned } = await answers.close({ timeout: 1 })
    t.like(abandoned, [{ pattern: 'count', running: 1 }])
    t.deepEqual(await take(stream, 3), [1, 2, 3])
    t.like(await busError(t, stream.next()), { code: 'ERR_BUS_HANDLER_GONE', topic: 'count' })
    await until(() => counter.ended === 1)
    t.like(counter.signals[0]?.reason, { code: 'ERR_BUS_CLOSED' })
    await settle()
  },
  undefined,
  'apart',
)

test('stream: who leaves one of low priority at once has it ended, too', async (t) => {
  const { here, there } = twoSides(t.title)
  t.teardown(() => Promise.all([here.close({ timeout: 0 }), there.close({ timeout: 0 })]))
  const counter = counting(there, 'count')
  const stream = here.stream('count', undefined, { priority: 'low' })
  const first = stream.next()
  await stream.return()
  t.deepEqual(await first, { done: true, value: undefined })
  await until(() => there.stats().accepted === 1)
  await quiet(there)
  t.true(counter.made <= 1)
  t.like(there.stats(), { processed: 1 })
})
