import test from 'ava'
import { BusError, type Handler, type HandlerObject, type RequestOptions } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

class Adder implements HandlerObject<number, number> {
  readonly #plus: number

  constructor(plus: number) {
    this.#plus = plus
  }

  handle(payload: number): number {
    return payload + this.#plus
  }
}

for (const [what, handler] of [
  ['a value', (payload: number) => payload + 1],
  ['a promise', async (payload: number) => payload + 1],
  ['an object with a method', new Adder(1)],
] satisfies [string, Handler<number, number>][]) {
  test(
    `request: is answered by ${what}`,
    onBus(async (t, { bus }) => {
      bus.handle('plus.*', handler)
      t.is(await bus.request('plus.one', 41), 42)
    }),
  )
}

test(
  'request: an answer is handed over by reference, whatever it is',
  onBus(async (t, { bus }) => {
    const answers = [
      undefined,
      null,
      0,
      '',
      new Map(),
      () => 1,
      Symbol('s'),
      new Error('an error that is returned'),
    ]
    bus.handle('q', (index: number) => answers[index])
    for (const [index, answer] of answers.entries()) t.is(await bus.request('q', index), answer)
  }),
)

test(
  'request: without a handler it fails at once with ERR_BUS_NO_HANDLER',
  onBus(async (t, { bus }) => {
    bus.subscribe('q', () => t.fail('a subscription handles no requests'))
    const error = await busError(t, bus.request('q', 0))
    t.like(error, { name: 'BusError', code: 'ERR_BUS_NO_HANDLER', topic: 'q', retryable: true })
    t.regex(error.message, /nobody handles 'q'/)
  }),
)

test(
  'request: an event does not reach handlers',
  onBus((t, { bus }) => {
    bus.handle('q', () => t.fail('an event is not for handlers'))
    t.is(bus.publish('q', 0), 0)
  }),
)

test(
  'request: a failure of the handler is the cause of ERR_BUS_HANDLER_FAILED',
  onBus(async (t, { bus }) => {
    const cause = new RangeError('boom')
    const registration = bus.handle('q', async () => {
      throw cause
    })
    const error = await busError(t, bus.request('q', 0))
    t.like(error, { code: 'ERR_BUS_HANDLER_FAILED', topic: 'q', endpoint: registration.id, retryable: false })
    t.regex(error.message, /'q' failed: RangeError: boom/)
    t.is(error.cause, cause)
  }),
)

test(
  'request: ends with ERR_BUS_TIMEOUT when the handler does not answer in time, and not before',
  onBus(async (t, { bus }) => {
    const registration = bus.handle('q', never)
    const start = performance.now()
    const error = await busError(t, bus.request('q', 0, { timeout: 25 }))
    t.true(performance.now() - start >= 24.9, `after ${performance.now() - start} ms`)
    t.like(error, { code: 'ERR_BUS_TIMEOUT', topic: 'q', endpoint: registration.id, retryable: true })
    t.regex(error.message, /'q' was not answered within 25 ms/)
  }),
)

test(
  'request: the time-out of the bus holds where none is given',
  onBus(
    async (t, { bus }) => {
      bus.handle('q', never)
      t.regex((await busError(t, bus.request('q', 0))).message, /within 15 ms/)
      t.regex((await busError(t, bus.request('q', 0, { timeout: 5 }))).message, /within 5 ms/)
    },
    { requestTimeout: 15 },
  ),
)

test(
  'request: an answer after the time-out is dropped',
  onBus(async (t, { bus }) => {
    const late = deferred<string>()
    const inTime = deferred<string>()
    const registration = bus.handle('q', (isFirst: boolean) => (isFirst ? late : inTime).promise)
    t.is((await busError(t, bus.request('q', true, { timeout: 50 }))).code, 'ERR_BUS_TIMEOUT')
    const next = bus.request('q', false)
    // It would be taken for the answer of the second one if their places were confused.
    late.resolve('the first')
    await late.promise
    await new Promise(setImmediate)
    inTime.resolve('the second')
    t.is(await next, 'the second')
    t.like(registration.stats(), { processed: 2 })
  }),
)

test(
  'request: one that waited in the mailbox past its time-out is not started',
  onBus(async (t, { bus }) => {
    const { promise, resolve } = deferred()
    const started: number[] = []
    const registration = bus.handle(
      'q',
      (index: number) => {
        started.push(index)
        return promise
      },
      { concurrency: 1 },
    )
    const first = bus.request('q', 0)
    t.is((await busError(t, bus.request('q', 1, { timeout: 50 }))).code, 'ERR_BUS_TIMEOUT')
    const third = bus.request('q', 2)
    resolve()
    await Promise.all([first, third])
    t.deepEqual(started, [0, 2])
    t.like(registration.stats(), { accepted: 3, processed: 2, expired: 1 })
  }),
)

test(
  'request: fails at once with ERR_BUS_OVERLOADED when as many run and wait as may',
  onBus(async (t, { bus }) => {
    const { promise, resolve } = deferred<string>()
    const registration = bus.handle('q', () => promise, { concurrency: 2, capacity: 3 })
    const taken = Array.from({ length: 5 }, () => bus.request('q', 0))
    const error = await busError(t, bus.request('q', 0))
    t.like(error, { code: 'ERR_BUS_OVERLOADED', topic: 'q', endpoint: registration.id, retryable: true })
    t.regex(error.message, /capacity 3/)
    t.like(registration.stats(), { running: 2, queued: 3, refused: 1 })
    resolve('done')
    t.deepEqual(await Promise.all(taken), Array(5).fill('done'))
    t.is(await bus.request('q', 0), 'done', 'there is room again')
  }),
)

test(
  'unregister: what is queued fails with ERR_BUS_HANDLER_GONE, what runs is answered',
  onBus(async (t, { bus }) => {
    const { promise, resolve } = deferred<string>()
    const registration = bus.handle('q', () => promise, { concurrency: 1 })
    const running = bus.request('q', 0)
    const queued = [bus.request('q', 1), bus.request('q', 2)]

    const ended = registration.unregister()
    for (const one of queued) {
      t.like(await busError(t, one), {
        code: 'ERR_BUS_HANDLER_GONE',
        topic: 'q',
        endpoint: registration.id,
        retryable: true,
      })
    }
    t.is((await busError(t, bus.request('q', 3))).code, 'ERR_BUS_NO_HANDLER')
    resolve('answered')
    await ended
    t.is(await running, 'answered')
    t.like(registration.stats(), { accepted: 3, processed: 1, dropped: 2, running: 0, queued: 0 })
    t.is(registration.unregister(), ended)
  }),
)

test(
  'request: handlers of one tier take turns',
  onBus(async (t, { bus }) => {
    for (const name of ['a', 'b', 'c']) bus.handle('q', () => name)
    const answers: string[] = []
    for (let index = 0; index < 9; index++) answers.push(await bus.request('q', 0))
    t.deepEqual([...answers].sort(), ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'c', 'c'])
    t.is(new Set(answers.slice(0, 3)).size, 3)
    t.deepEqual(answers.slice(0, 3), answers.slice(3, 6))
  }),
)

test(
  'request: the greater priority wins, even over an exact topic',
  onBus(async (t, { bus }) => {
    bus.handle('a.b', () => 'exact')
    const high = bus.handle('**', () => 'high', { priority: 1 })
    for (let index = 0; index < 3; index++) t.is(await bus.request('a.b', 0), 'high')
    await high.unregister()
    t.is(await bus.request('a.b', 0), 'exact')
  }),
)

test(
  'request: among equal priorities the most specific pattern wins',
  onBus(async (t, { bus }) => {
    const order = ['a.b.c', 'a.b.*', 'a.*', 'a.**', '**', /a/]
    const topic = 'a.b.c'
    const matching = order.filter((pattern) => pattern !== 'a.*')
    const places = new Map(
      matching.toReversed().map((pattern) => [pattern, bus.handle(pattern, () => String(pattern))]),
    )
    for (const pattern of matching) {
      for (let index = 0; index < 2; index++) t.is(await bus.request(topic, 0), String(pattern))
      await places.get(pattern)?.unregister()
    }
    t.is((await busError(t, bus.request(topic, 0))).code, 'ERR_BUS_NO_HANDLER')
  }),
)

test(
  'request: inside a handler it is answered as outside',
  onBus(async (t, { bus }) => {
    bus.handle('sum', (n: number) =>
      n === 0 ? 0 : bus.request('sum', n - 1).then((rest: number) => rest + n),
    )
    t.is(await bus.request('sum', 20), 210)
  }),
)

test(
  'request: thousands at a time each get their own answer',
  onBus(
    async (t, { bus }) => {
      bus.handle('now', (n: number) => n)
      bus.handle(
        'later',
        async (n: number) => {
          await null
          return n
        },
        { capacity: 5_000 },
      )
      const pending = Array.from({ length: 5_000 }, (_, n) => bus.request(n % 2 === 0 ? 'now' : 'later', n))
      t.deepEqual(
        await Promise.all(pending),
        Array.from({ length: 5_000 }, (_, n) => n),
      )
    },
    { requestTimeout: 60_000 },
  ),
)

for (const [options, message] of [
  [{ timeout: 0 }, /timeout must be an integer from 1 to 2147483647, got 0 \(number\)/],
  [{ timeout: 2.5 }, /timeout must be an integer from 1 to 2147483647, got 2\.5 \(number\)/],
  [{ headers: { a: 5 } }, /headers\.a must be a string, got 5 \(number\)/],
  [{ id: 5 }, /id must be a string that is not empty, got 5 \(number\)/],
  [{ retries: 3 }, /request\(\) has no option 'retries'; it has id, headers, priority, timeout/],
] as const) {
  test(
    `request: ${JSON.stringify(options)} are no options`,
    onBus(async (t, { bus }) => {
      bus.handle('q', () => t.fail('it must not be asked'))
      const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_OPTION', message }
      await t.throwsAsync(bus.request('q', 0, options as unknown as RequestOptions), refused)
    }),
  )
}
