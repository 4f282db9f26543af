import test, { type ExecutionContext } from 'ava'
import type { Bus, Message, OpenOptions, RequestOptions } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus, type Scene } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import type { Ended, Errand, Seen } from '../support/workers/nesting.js'

/** How far two deadlines may be apart that are the same: each is rounded to a millisecond on its way. */
const SAME_MS = 4

/** Collects what is published on a topic. */
function collect<Item>(bus: Bus, topic: string): { at(count: number): Promise<Item[]> } {
  const items: Item[] = []
  let more = deferred()
  bus.subscribe(topic, (item: Item) => {
    items.push(item)
    more.resolve()
    more = deferred()
  })
  return {
    async at(count) {
      while (items.length < count) await more.promise
      return items
    },
  }
}

/** Three threads that ask each other, and the way through them. */
async function three({ thread }: Scene): Promise<string[]> {
  const threads = [await thread('nesting'), await thread('nesting'), await thread('nesting')]
  return threads.map(({ worker }) => `nesting.${worker.threadId}`)
}

for (const when of ['at once', 'after an await'] as const) {
  test(
    `nested: over three threads the innermost has the deadline of the outermost (${when})`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const [first = '', ...path] = await three(scene)
      const seen = collect<Seen>(bus, 'nesting.seen')
      const errand: Errand = { path, when, end: 'answer', options: { timeout: 60_000 } }
      const dueMs = Date.now() + 10_000
      const innermost: number = await bus.request(first, errand, { timeout: 10_000 })
      t.true(Math.abs(innermost - dueMs) < 1_000, `${innermost - dueMs}`)
      const deadlines = (await seen.at(3)).map(({ deadline }) => deadline ?? 0)
      t.true(Math.max(...deadlines) - Math.min(...deadlines) <= SAME_MS, deadlines.join())
    }),
  )

  test(
    `nested: over three threads the smallest deadline counts, wherever it was set (${when})`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const [first = '', ...path] = await three(scene)
      const errand: Errand = { path, when, end: 'answer', options: { timeout: 2_000 } }
      const dueMs = Date.now() + 2_000
      const innermost: number = await bus.request(first, errand, { timeout: 10_000 })
      t.true(Math.abs(innermost - dueMs) < 1_000, `${innermost - dueMs}`)
    }),
  )

  for (const end of ['never', 'wait for the signal'] as const) {
    test(
      `nested: aborting the outermost aborts all, over three threads (${when}, ${end})`,
      onBus(async (t, scene) => {
        const { bus } = scene
        const [first = '', ...path] = await three(scene)
        const seen = collect<Seen>(bus, 'nesting.seen')
        const ended = collect<Ended>(bus, 'nesting.ended')
        const outermost = new AbortController()
        const errand: Errand = { path, when, end, looks: true }
        const pending = bus.request(first, errand, { signal: outermost.signal })
        await seen.at(3)
        const cause = new RangeError('enough')
        outermost.abort(cause)
        const error = await busError(t, pending)
        t.like(error, { code: 'ERR_BUS_ABORTED', topic: first, retryable: false })
        t.is(error.cause, cause)
        // Three signals, and the two requests that were made inside.
        const told = await ended.at(5)
        t.deepEqual(told.map(({ what, code, cause: why }) => `${what} ${code} ${why}`).sort(), [
          ...Array(2).fill('request ERR_BUS_ABORTED enough'),
          ...Array(3).fill('signal ERR_BUS_ABORTED enough'),
        ])
        t.is(new Set(told.map(({ thread }) => thread)).size, 3)
      }),
    )
  }
}

test(
  'nested: the time-out of the outermost ends all, over three threads, with ERR_BUS_TIMEOUT',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [first = '', ...path] = await three(scene)
    const ended = collect<Ended>(bus, 'nesting.ended')
    const errand: Errand = { path, when: 'after an await', looks: true }
    t.is((await busError(t, bus.request(first, errand, { timeout: 1_000 }))).code, 'ERR_BUS_TIMEOUT')
    const told = await ended.at(5)
    t.deepEqual(told.map(({ what, code }) => `${what} ${code}`).sort(), [
      ...Array(2).fill('request ERR_BUS_TIMEOUT'),
      ...Array(3).fill('signal ERR_BUS_TIMEOUT'),
    ])
  }),
)

for (const when of ['in an event', 'in a notification'] as const) {
  test(
    `nested: what is asked ${when} inherits nothing`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const [first = '', second = ''] = await three(scene)
      const errand: Errand = { path: [second], when, end: 'answer', options: { timeout: 60_000 } }
      const dueMs = Date.now() + 60_000
      const innermost: number = await bus.request(first, errand, { timeout: 10_000 })
      t.true(Math.abs(innermost - dueMs) < 5_000, `${innermost - dueMs}`)
    }),
  )
}

/** What a request inside a handler has left, of one that has `options`; asked before and after an `await`. */
async function left(
  bus: Bus,
  options: RequestOptions | undefined,
): Promise<{ before: number; after: number }> {
  bus.handle('inner', (_: unknown, { deadline = Number.POSITIVE_INFINITY }: Message) => deadline - Date.now())
  bus.handle('outer', async () => {
    const asked = bus.request('inner', 0, { timeout: 100_000 })
    await new Promise(setImmediate)
    return { before: await asked, after: await bus.request('inner', 0, { timeout: 100_000 }) }
  })
  return bus.request('outer', 0, options)
}

const cases: {
  what: string
  open?: OpenOptions
  options?: RequestOptions
  before: number
  after: number
}[] = [
  { what: 'with a time-out', options: { timeout: 10_000 }, before: 10_000, after: 10_000 },
  { what: 'with a signal', options: { signal: new AbortController().signal }, before: 30_000, after: 30_000 },
  { what: 'that says nothing', before: 30_000, after: 100_000 },
  {
    what: 'that says nothing, on a bus that does',
    open: { requestTimeout: 20_000 },
    before: 20_000,
    after: 20_000,
  },
  {
    what: 'that says nothing, where it is always',
    open: { inherit: 'always' },
    before: 30_000,
    after: 30_000,
  },
  {
    what: 'with a time-out, where it is never',
    open: { inherit: 'never' },
    options: { timeout: 10_000 },
    before: 100_000,
    after: 100_000,
  },
]

for (const { what, open, options, before, after } of cases) {
  test(
    `nested: inside a request ${what}, ${before / 1_000} s are left before an await and ${after / 1_000} s after it`,
    onBus(async (t, { bus }) => {
      const has = await left(bus, options)
      t.true(Math.abs(has.before - before) < 3_000, `before: ${has.before}`)
      t.true(Math.abs(has.after - after) < 3_000, `after: ${has.after}`)
    }, open),
  )
}

test(
  'nested: a request that has no time left fails at once, and is not sent',
  onBus(async (t, { bus }) => {
    const outcome = deferred<unknown>()
    bus.handle('inner', () => t.fail('it must not be asked'))
    bus.handle('outer', async (_: unknown, { signal }: Message) => {
      // On a busy machine the time may be over before the handler has begun.
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      outcome.resolve(await bus.request('inner', 0).catch((error) => error))
    })
    t.is((await busError(t, bus.request('outer', 0, { timeout: 50 }))).code, 'ERR_BUS_TIMEOUT')
    t.like(await outcome.promise, { code: 'ERR_BUS_TIMEOUT', topic: 'inner' })
  }),
)

test(
  'nested: one that is made after its caller gave up fails with ERR_BUS_ABORTED',
  onBus(async (t, { bus }) => {
    const controller = new AbortController()
    const outcome = deferred<unknown>()
    bus.handle('inner', () => t.fail('it must not be asked'))
    bus.handle('outer', async () => {
      await new Promise(setImmediate)
      controller.abort('enough')
      outcome.resolve(await bus.request('inner', 0).catch((error) => error))
    })
    const pending = bus.request('outer', 0, { signal: controller.signal })
    t.is((await busError(t, pending)).code, 'ERR_BUS_ABORTED')
    t.like(await outcome.promise, { code: 'ERR_BUS_ABORTED', cause: 'enough', topic: 'inner' })
  }),
)

test(
  'nested: work that goes on after its handler has ended inherits nothing',
  onBus(async (t, { bus }) => {
    const outcome = deferred<unknown>()
    const ended = deferred()
    bus.handle('inner', (_: unknown, { deadline = 0 }: Message) => deadline - Date.now())
    bus.handle('outer', async () => {
      void ended.promise.then(async () =>
        outcome.resolve(await bus.request('inner', 0, { timeout: 100_000 })),
      )
    })
    await bus.request('outer', 0, { timeout: 10_000 })
    ended.resolve()
    t.true(((await outcome.promise) as number) > 50_000)
  }),
)

test(
  'nested: two requests that are handled at a time do not inherit from each other',
  onBus(async (t, { bus }) => {
    bus.handle('inner', (_: unknown, { deadline = 0 }: Message) => deadline - Date.now())
    bus.handle('outer', async () => {
      for (let round = 0; round < 5; round++) await new Promise(setImmediate)
      return bus.request('inner', 0, { timeout: 1_000_000 })
    })
    const timeouts = [10_000, 50_000, 90_000, 20_000]
    const has = await Promise.all(timeouts.map((timeout) => bus.request('outer', 0, { timeout })))
    for (const [index, timeout] of timeouts.entries())
      t.true(Math.abs(has[index] - timeout) < 3_000, `${has}`)
  }),
)

test(
  'nested: across two buses of a thread, too',
  onBus(async (t, { bus }) => {
    const { open } = await import('busbar')
    await using other = open(`${t.title} (other)`)
    other.handle('inner', (_: unknown, { deadline = 0 }: Message) => deadline - Date.now())
    bus.handle('outer', async () => {
      await new Promise(setImmediate)
      return other.request('inner', 0, { timeout: 100_000 })
    })
    const has: number = await bus.request('outer', 0, { timeout: 10_000 })
    t.true(Math.abs(has - 10_000) < 3_000, `${has}`)
  }),
)

test(
  'nested: a handler that goes on for ever holds nothing of a request that is over',
  onBus(async (t: ExecutionContext, { bus }) => {
    bus.handle('inner', () => 'answer')
    bus.handle('outer', async () => {
      t.is(await bus.request('inner', 0), 'answer')
      return never()
    })
    t.is((await busError(t, bus.request('outer', 0, { timeout: 400 }))).code, 'ERR_BUS_TIMEOUT')
  }),
)
