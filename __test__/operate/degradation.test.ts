import type { AlertEvent, BusError } from 'busbar'
import { onEachCore } from '../support/on-each-core.js'
import { busError } from '../support/rejection.js'

onEachCore(
  'fallback: a value, or what a function makes of the error, is the reply where there is none',
  async (t, { bus, pass }) => {
    t.is(await bus.request('nobody', 0, { fallback: 7 }), 7)
    t.is(await bus.request('nobody', 0, { fallback: null }), null)
    t.is(
      await bus.request('nobody', 0, { fallback: (error: Error) => (error as BusError).code }),
      'ERR_BUS_NO_HANDLER',
    )
    bus.handle('failing', () => {
      throw new Error('no')
    })
    t.is(await bus.request('failing', 0, { fallback: async () => 'later' }), 'later')
    bus.handle('slow', () => new Promise(() => {}))
    const slow = bus.request('slow', 0, { timeout: 10, fallback: 'meanwhile' })
    await pass(10)
    t.is(await slow, 'meanwhile')
    bus.handle('well', () => 'well')
    t.is(await bus.request('well', 0, { fallback: 'not needed' }), 'well')
  },
)

onEachCore(
  'fallback: of what a caller has given up, closed or done wrong there is none, and its own error stands',
  async (t, { bus }) => {
    const caller = new AbortController()
    bus.handle('slow', () => new Promise(() => {}))
    const slow = bus.request('slow', 0, { signal: caller.signal, fallback: 1 })
    caller.abort()
    t.is((await busError(t, slow)).code, 'ERR_BUS_ABORTED')
    t.is((await busError(t, bus.request('no.*.topic', 0, { fallback: 1 }))).code, 'ERR_BUS_INVALID_TOPIC')
    const own = bus.request('nobody', 0, {
      fallback: () => {
        throw new RangeError('no')
      },
    })
    await t.throwsAsync(own, { instanceOf: RangeError })
  },
)

onEachCore('fallback: comes after all tries, and after the next tier', async (t, { bus, pass }) => {
  let tries = 0
  bus.handle('busy', () => {
    tries++
    throw Object.assign(new Error('busy'), { retryable: true })
  })
  const asked = bus.request('busy', 0, { retry: { attempts: 3, initial: 10, jitter: 0 }, fallback: 'plan b' })
  await pass(10)
  await pass(20)
  t.is(await asked, 'plan b')
  t.is(tries, 3)
})

onEachCore(
  'shed: above the high mark what is not urgent is refused, until the low one is reached',
  async (t, { bus, settle }) => {
    const done: (() => void)[] = []
    const marks = { concurrency: 1, capacity: 10, highWatermark: 4, lowWatermark: 1 }
    const handler = (): Promise<void> => new Promise((resolve) => done.push(resolve))
    const registration = bus.handle('work', handler, { ...marks, shed: 'normal' })
    const send = (priority: 'critical' | 'high' | 'normal' | 'low'): Promise<string> =>
      bus.send('work', 0, { priority }).then(
        () => 'accepted',
        (error) => error.code,
      )
    for (let message = 0; message < 5; message++) t.is(await send('low'), 'accepted')
    const refused = 'ERR_BUS_OVERLOADED'
    t.deepEqual(
      [await send('low'), await send('normal'), await send('high'), await send('critical')],
      [refused, refused, 'accepted', 'accepted'],
    )
    t.is((await busError(t, bus.request('work', 0))).code, refused)
    const finish = async (count: number): Promise<void> => {
      for (let message = 0; message < count; message++) {
        done.shift()?.()
        await settle()
      }
    }
    await finish(4)
    t.is(registration.stats().queued, 2)
    t.is(await send('normal'), refused)
    await finish(1)
    t.is(await send('normal'), 'accepted')
    await finish(3)
  },
)

onEachCore('shed: what is held is not refused: it was promised', async (t, { bus, settle }) => {
  const done: (() => void)[] = []
  const marks = { concurrency: 1, capacity: 10, highWatermark: 1, lowWatermark: 0 }
  bus.subscribe('work', () => new Promise<void>((resolve) => done.push(resolve)), {
    ...marks,
    shed: 'critical',
  })
  for (let message = 0; message < 4; message++) {
    const { accepted } = await bus.deliver('work', 0, { guarantee: 'at-least-once', wait: 'accepted' })
    t.is(accepted, 1)
  }
  for (let message = 0; message < 4; message++) {
    done.shift()?.()
    await settle()
  }
})

onEachCore(
  'alerts: each metric is measured, told when it is beyond its limit, and told when it is back',
  async (t, { bus, pass }) => {
    const told: string[] = []
    bus.events.on('alert', ({ name, isRaised, limit }: AlertEvent) =>
      told.push(`${name} ${isRaised} ${limit}`),
    )
    const window = { within: 3_000, interval: 1_000 }
    const rules = [
      bus.alert({ name: 'errors', metric: 'error-rate', above: 0.5, ...window }),
      bus.alert({ name: 'depth', metric: 'queue-depth', above: 2, below: 0, ...window }),
      bus.alert({ name: 'nobody', metric: 'no-handler', above: 1, ...window }),
      bus.alert({ name: 'slow', metric: 'latency-p99', above: 100, ...window }),
    ]
    t.deepEqual(
      rules.map(({ value, isRaised }) => [value, isRaised]),
      Array(4).fill([undefined, false]),
    )
    let fails = true
    bus.handle('price', () => {
      if (fails) throw new Error('no')
    })
    const later: (() => void)[] = []
    bus.subscribe('slow', () => new Promise<void>((resolve) => later.push(resolve)), { concurrency: 1 })
    bus.publish('nobody', 0)
    bus.publish('nobody', 0)
    for (let event = 0; event < 4; event++) bus.publish('slow', 0)
    for (let time = 0; time < 3; time++) await bus.request('price', 0).catch(() => {})
    await pass(1_000)
    t.deepEqual(told, ['errors true 0.5', 'depth true 2', 'nobody true 1'])
    t.deepEqual(
      rules.map(({ value }) => value),
      [1, 3, 2, 0],
    )
    while (later.length > 0) {
      later.shift()?.()
      await pass(0)
    }
    fails = false
    for (let time = 0; time < 9; time++) await bus.request('price', 0)
    told.length = 0
    await pass(1_000)
    t.deepEqual(told, ['errors false 0.4', 'depth false 0', 'slow true 100'])
    for (let second = 0; second < 4; second++) await pass(1_000)
    t.is(told.at(-1), 'nobody false 0.8')
    t.true(rules[3]?.isRaised, 'nothing to measure is no end of it')
    for (const rule of rules) rule[Symbol.dispose]()
    told.length = 0
    bus.publish('nobody', 0)
    bus.publish('nobody', 0)
    await pass(5_000)
    t.deepEqual(told, [])
  },
)

onEachCore(
  'alerts: an event loop that was late is seen, and a rule may be ended by who hears of it',
  async (t, { bus, pass }) => {
    const rule = bus.alert({
      name: 'late',
      metric: 'stalled-thread',
      above: 1_000,
      interval: 100,
      within: 1_000,
    })
    const told: number[] = []
    bus.events.on('alert', ({ value }) => {
      told.push(value)
      rule[Symbol.dispose]()
    })
    await pass(100)
    t.deepEqual(told, [])
    // All at once: as if nothing had run for so long.
    await pass(5_000)
    t.deepEqual(told, [4_900])
    await pass(5_000)
    t.is(told.length, 1)
  },
)

onEachCore(
  'events: a bus says that it is closed, and nothing is thrown where nobody listens',
  async (t, { bus, pass }) => {
    const told: unknown[] = []
    bus.events.on('closed', (report) => told.push(report))
    const registration = bus.handle('price', () => 1, {
      circuit: {},
      health: { check: () => false, failureThreshold: 1 },
    })
    bus.alert({ name: 'any', metric: 'queue-depth', above: 0 })
    registration.circuit?.open()
    await pass(5_000)
    const report = await bus.close()
    t.deepEqual(told, [report])
  },
)
