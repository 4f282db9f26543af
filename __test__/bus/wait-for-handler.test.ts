import test from 'ava'
import { startActor } from '../support/actor.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const patterns: Record<string, string | RegExp> = {
  'an exact topic': 'a.b',
  'a glob': 'a.*',
  'a regular expression': /^a\.b$/,
}

for (const [what, pattern] of Object.entries(patterns)) {
  test(
    `waitForHandler: a handler of ${what} that comes meanwhile is asked`,
    onBus(async (t, { bus }) => {
      const pending = bus.request('a.b', 1, { waitForHandler: 10_000 })
      await new Promise(setImmediate)
      bus.handle('other', () => t.fail('it is not meant'))
      bus.subscribe('a.b', () => t.fail('it is no handler'))
      await new Promise(setImmediate)
      bus.handle(pattern, (payload: number) => payload + 1)
      t.is(await pending, 2)
    }),
  )

  test(
    `waitForHandler: so is one of ${what} in another thread`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const actor = await startActor(scene)
      const pending = bus.request('a.b', 1, { waitForHandler: 10_000 })
      await actor.act('handle', { pattern: typeof pattern === 'string' ? pattern : 'a.**', label: 'there' })
      t.is(await pending, 'there')
    }),
  )
}

const addresses = [{ name: 'n' }, { service: 's' }, { pool: 'p' }] as const

for (const address of addresses) {
  test(
    `waitForHandler: one of the address ${JSON.stringify(address)} that comes meanwhile is asked`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const pending = bus.request(address, 1, { waitForHandler: 10_000 })
      await new Promise(setImmediate)
      const here = bus.handle('x', () => 'here', address)
      t.is(await pending, 'here')
      await here.unregister()
      const actor = await startActor(scene)
      const again = bus.request(address, 1, { waitForHandler: 10_000 })
      await actor.act('handle', { pattern: 'y', label: 'there', options: address })
      t.is(await again, 'there')
    }),
  )
}

test(
  'waitForHandler: where there is a handler nothing is waited for',
  onBus(async (t, { bus }) => {
    bus.handle('q', () => 'at once')
    t.is(await bus.request('q', 0, { waitForHandler: 10_000 }), 'at once')
  }),
)

test(
  'waitForHandler: ends with ERR_BUS_NO_HANDLER when its time is over, and not before',
  onBus(async (t, { bus }) => {
    const start = performance.now()
    const error = await busError(t, bus.request('q', 0, { waitForHandler: 25 }))
    t.true(performance.now() - start >= 24.9, `after ${performance.now() - start} ms`)
    t.like(error, { code: 'ERR_BUS_NO_HANDLER', topic: 'q', retryable: true })
    t.regex(error.message, /nobody handles 'q', also after 25 ms/)
  }),
)

test(
  'waitForHandler: never beyond the deadline',
  onBus(async (t, { bus }) => {
    const start = performance.now()
    const error = await busError(t, bus.request('q', 0, { waitForHandler: 60_000, timeout: 20 }))
    t.is(error.code, 'ERR_BUS_NO_HANDLER')
    t.true(performance.now() - start < 10_000)
  }),
)

test(
  'waitForHandler: what was waited for counts for the time-out',
  onBus(async (t, { bus }) => {
    const pending = bus.request('q', 0, { waitForHandler: 60_000, timeout: 500 })
    await new Promise((resolve) => setTimeout(resolve, 100))
    bus.handle('q', (_: unknown, { deadline = 0 }) => deadline - Date.now())
    const leftMs: number = await pending
    t.true(leftMs <= 401, `${leftMs}`)
  }),
)

test(
  'waitForHandler: a handler that is gone again before it is asked is not the end',
  onBus(async (t, { bus }) => {
    const pending = bus.request('q', 0, { waitForHandler: 10_000 })
    await new Promise(setImmediate)
    void bus.handle('q', () => 'too short').unregister()
    await new Promise(setImmediate)
    bus.handle('q', () => 'to stay')
    t.is(await pending, 'to stay')
  }),
)

test(
  'waitForHandler: thousands wait for one, and all are answered',
  onBus(async (t, { bus }) => {
    const pending = Array.from({ length: 2_000 }, (_, n) => bus.request('q', n, { waitForHandler: 10_000 }))
    await new Promise(setImmediate)
    bus.handle('q', (n: number) => n)
    t.deepEqual(await Promise.all(pending), [...Array(2_000).keys()])
  }),
)

test(
  'waitForHandler: the end of the bus ends it with ERR_BUS_CLOSED',
  onBus(async (t, { bus }) => {
    const pending = bus.request('q', 0, { waitForHandler: 10_000 })
    await new Promise(setImmediate)
    const { requestsFailed } = await bus.close()
    t.is((await busError(t, pending)).code, 'ERR_BUS_CLOSED')
    t.is(requestsFailed, 1)
  }),
)
