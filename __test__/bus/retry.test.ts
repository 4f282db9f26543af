import test from 'ava'
import { BusError, type Message } from 'busbar'
import { deferred } from '../support/deferred.js'
import { backoffMs } from '../support/inside.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const FAST = { initial: 1, max: 1 } as const

test(
  'retry: an error that is retryable is tried again, until somebody answers',
  onBus(async (t, { bus }) => {
    const pending = bus.request('q', 1, { retry: { ...FAST, attempts: 1_000 } })
    await new Promise(setImmediate)
    bus.handle('q', (payload: number) => payload + 1)
    t.is(await pending, 2)
  }),
)

test(
  'retry: after the last attempt it ends with the last error',
  onBus(async (t, { bus }) => {
    bus.handle('full', never, { concurrency: 1, capacity: 1 })
    for (let index = 0; index < 2; index++) void bus.request('full', 0).catch(() => {})
    const start = performance.now()
    const error = await busError(
      t,
      bus.request('full', 0, { retry: { attempts: 4, backoff: 'fixed', initial: 10, jitter: 0 } }),
    )
    t.is(error.code, 'ERR_BUS_OVERLOADED')
    t.true(performance.now() - start >= 29.9, `${performance.now() - start} ms`)
  }),
)

test(
  'retry: what a handler throws is final',
  onBus(async (t, { bus }) => {
    let calls = 0
    bus.handle('q', () => {
      calls++
      throw new Error('no')
    })
    const error = await busError(t, bus.request('q', 0, { retry: FAST }))
    t.is(error.code, 'ERR_BUS_HANDLER_FAILED')
    t.is(calls, 1)
  }),
)

for (const place of ['this thread', 'another thread'] as const) {
  test(
    `retry: unless it says that it is retryable, in ${place}`,
    onBus(async (t, { bus, thread }) => {
      let attempts: number[] = []
      if (place === 'another thread') {
        await thread('flaky')
        bus.subscribe('flaky.attempt', (attempt: number) => void attempts.push(attempt))
      } else {
        bus.handle('flaky', (failures: number, { attempt }: Message) => {
          attempts.push(attempt)
          if (attempt <= failures) throw Object.assign(new Error('not yet'), { retryable: true })
          return 'at last'
        })
      }
      t.is(await bus.request('flaky', 3, { retry: FAST }), 'at last')
      t.deepEqual(attempts, [1, 2, 3, 4])
      attempts = []
      const error = await busError(t, bus.request('flaky', 99, { retry: { ...FAST, attempts: 3 } }))
      t.is(error.code, 'ERR_BUS_HANDLER_FAILED')
      t.deepEqual(attempts, [1, 2, 3])
    }),
  )
}

test(
  'retry: all attempts are one message, by its id',
  onBus(async (t, { bus }) => {
    const ids = new Map<string, number[]>()
    bus.handle('q', (_: unknown, { id, attempt }: Message) => {
      ids.set(id, [...(ids.get(id) ?? []), attempt])
      if (attempt < 3) throw Object.assign(new Error('not yet'), { retryable: true })
    })
    await bus.request('q', 0, { retry: FAST })
    await bus.request('q', 0, { retry: FAST })
    await bus.request('q', 0, { retry: FAST, id: 'mine' })
    t.is(ids.size, 3)
    for (const attempts of ids.values()) t.deepEqual(attempts, [1, 2, 3])
    t.true(ids.has('mine'))
  }),
)

for (const balance of ['round-robin', 'random', 'least-pending', 'weighted', 'hash'] as const) {
  test(
    `retry: another handler is tried where there is one (${balance})`,
    onBus(async (t, { bus }) => {
      bus.handle('q', never, { concurrency: 1, capacity: 1, weight: 100 })
      for (let index = 0; index < 2; index++) void bus.request('q', 0).catch(() => {})
      bus.handle('q', () => 'the other')
      const options = { balance, key: 'k', retry: { ...FAST, attempts: 2 } } as const
      for (let round = 0; round < 20; round++) t.is(await bus.request('q', 0, options), 'the other')
    }),
  )
}

test(
  'retry: when the thread of the handler dies, another one is asked',
  onBus(async (t, { bus, thread }) => {
    const dying = await thread('dying')
    const answer = bus.request('die.never', 0, { retry: FAST, timeout: 60_000 })
    await bus.request('die.echo', 'it is there')
    bus.handle('die.never', () => 'from here')
    await dying.kill()
    t.is(await answer, 'from here')
  }),
)

test(
  'retry: never beyond the deadline, which is that of all attempts together',
  onBus(async (t, { bus }) => {
    const start = performance.now()
    const options = {
      timeout: 60,
      retry: { attempts: 1_000, initial: 20, backoff: 'fixed', jitter: 0 },
    } as const
    t.is((await busError(t, bus.request('nobody', 0, options))).code, 'ERR_BUS_NO_HANDLER')
    t.true(performance.now() - start < 5_000)
    const started = deferred()
    bus.handle('q', (_: unknown, { attempt, deadline = 0 }: Message) => {
      t.true(deadline - Date.now() <= 60)
      if (attempt === 1) throw Object.assign(new Error('not yet'), { retryable: true })
      started.resolve()
      return never()
    })
    const late = bus.request('q', 0, { timeout: 60, retry: { ...FAST, attempts: 2 } })
    await started.promise
    t.is((await busError(t, late)).code, 'ERR_BUS_TIMEOUT')
  }),
)

test(
  'retry: a wait that would end after the deadline is not begun',
  onBus(async (t, { bus }) => {
    const start = performance.now()
    const options = { timeout: 20_000, retry: { initial: 30_000 } }
    t.is((await busError(t, bus.request('nobody', 0, options))).code, 'ERR_BUS_NO_HANDLER')
    t.true(performance.now() - start < 10_000)
  }),
)

test(
  'retry: what is no fault of the moment is not tried again',
  onBus(async (t, { bus }) => {
    const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_TOPIC' }
    await t.throwsAsync(bus.request('a.*', 0, { retry: { initial: 100_000 } }), refused)
    const pending = bus.request('nobody', 0, { retry: { initial: 10_000 } })
    await new Promise(setImmediate)
    await bus.close()
    t.is((await busError(t, pending)).code, 'ERR_BUS_CLOSED')
  }),
)

test('backoff: waits double up to the longest, or stay as they are, and jitter only lengthens', (t) => {
  const retry = { attempts: 9, backoff: 'exponential', initialMs: 100, maxMs: 1_000, jitter: 0.5 } as const
  const waits = [1, 2, 3, 4, 5, 2_000].map((attempt) => backoffMs(retry, attempt + 1, 0))
  t.deepEqual(waits, [100, 200, 400, 800, 1_000, 1_000])
  t.is(backoffMs(retry, 4, 0.5), 500)
  t.deepEqual(
    [1, 5].map((attempt) => backoffMs({ ...retry, backoff: 'fixed' }, attempt + 1, 1)),
    [150, 150],
  )
})
