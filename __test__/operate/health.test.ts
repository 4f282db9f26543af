import type { HealthEvent, HealthVerdict } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onEachCore, type Stage } from '../support/on-each-core.js'
import { busError } from '../support/rejection.js'

function changesOf({ bus }: Stage): string[] {
  const changes: string[] = []
  bus.events.on('health', ({ from, to, reason }: HealthEvent) => changes.push(`${from} ${to}: ${reason}`))
  return changes
}

onEachCore(
  'health: an endpoint gets nothing before its check has passed, and nothing while it fails',
  async (t, stage) => {
    const { bus, pass, settle } = stage
    const changes = changesOf(stage)
    let verdict: HealthVerdict = false
    const check = (): HealthVerdict => verdict
    const registration = bus.handle('price', () => 'done', { health: { check, failureThreshold: 2 } })
    t.is(registration.health, 'starting')
    const early = await busError(t, bus.request('price', 0))
    t.is(early.code, 'ERR_BUS_NO_HANDLER')
    t.regex(early.message, /endpoint \d+: it is starting/)
    const waiting = bus.request('price', 0, { waitForHandler: 20_000 })
    await pass(5_000)
    verdict = true
    await pass(5_000)
    t.is(await waiting, 'done')
    verdict = false
    await pass(5_000)
    t.is(registration.health, 'degraded')
    t.is(await bus.request('price', 0), 'done')
    await pass(5_000)
    t.is((await busError(t, bus.request('price', 0))).code, 'ERR_BUS_NO_HANDLER')
    verdict = 'degraded'
    await pass(5_000)
    t.is(await bus.request('price', 0), 'done')
    verdict = undefined
    await pass(5_000)
    await registration.unregister()
    await settle()
    t.is(registration.health, 'gone')
    t.deepEqual(changes, [
      'starting unhealthy: its check said no',
      'unhealthy healthy: its check passed',
      'healthy degraded: its check said no',
      'degraded unhealthy: its check said no',
      'unhealthy degraded: its check said so',
      'degraded healthy: its check passed',
      'healthy draining: it was taken off the bus',
      'draining gone: it has finished',
    ])
  },
)

onEachCore(
  'health: a check that throws, rejects or does not end has failed, and is not called twice at a time',
  async (t, stage) => {
    const { bus, pass } = stage
    const changes = changesOf(stage)
    let calls = 0
    let release = (): void => {}
    const signals: AbortSignal[] = []
    const check = (signal: AbortSignal): Promise<void> => {
      signals.push(signal)
      if (++calls === 1) throw new Error('thrown')
      if (calls === 2) return Promise.reject(new Error('rejected'))
      return new Promise((resolve) => {
        release = resolve
      })
    }
    const registration = bus.handle('price', () => 'done', {
      health: { check, interval: 1_000, timeout: 300, failureThreshold: 3 },
    })
    await pass(1_000)
    await pass(1_000)
    t.is(calls, 3)
    t.is(registration.health, 'starting')
    await pass(300)
    t.is(registration.health, 'unhealthy')
    t.deepEqual(changes, ['starting unhealthy: its check did not end within 300 ms'])
    for (let second = 0; second < 5; second++) await pass(1_000)
    t.is(calls, 3)
    t.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false, true],
    )
    release()
    await pass(0)
    t.is(registration.health, 'unhealthy', 'what it says so late does not count')
    await pass(1_000)
    t.is(calls, 4)
    release()
    await pass(0)
    t.is(registration.health, 'healthy')
  },
)

onEachCore(
  'health: a mailbox that has been full for too long does not keep a subscription from emptying it',
  async (t, { bus, pass, settle }) => {
    const gate = deferred()
    const got: unknown[] = []
    const options = { guarantee: 'at-least-once', health: { interval: 1_000, fullFor: 2_000 } } as const
    const held = bus.subscribe(
      'mail',
      async (mail) => {
        await gate.promise
        got.push(mail)
      },
      { ...options, concurrency: 1, capacity: 4 },
    )
    for (let mail = 0; mail < 5; mail++) bus.publish('mail', mail)
    for (let second = 0; second < 4; second++) await pass(1_000)
    t.is(held.health, 'unhealthy')
    gate.resolve()
    await settle()
    t.deepEqual(got, [0, 1, 2, 3, 4])
    await pass(1_000)
    t.is(held.health, 'healthy')
  },
)

onEachCore(
  'health: a mailbox that was full for a moment is not full for long because it is not empty',
  async (t, { bus, pass }) => {
    const running: (() => void)[] = []
    const registration = bus.handle('mail', () => new Promise<void>((resolve) => running.push(resolve)), {
      concurrency: 1,
      capacity: 4,
      health: { interval: 1_000, fullFor: 2_000 },
    })
    for (let mail = 0; mail < 5; mail++) await bus.send('mail', mail)
    await pass(1_000)
    running.shift()?.()
    for (let second = 0; second < 5; second++) await pass(1_000)
    t.is(registration.stats().queued, 3)
    t.is(registration.health, 'healthy')
    for (let mail = 0; mail < 4; mail++) {
      running.shift()?.()
      await pass(0)
    }
  },
)

onEachCore(
  'health: a mailbox that has been full for too long makes it unhealthy until it is half empty',
  async (t, stage) => {
    const { bus, pass } = stage
    const running: (() => void)[] = []
    const registration = bus.handle('mail', () => new Promise<void>((resolve) => running.push(resolve)), {
      concurrency: 1,
      capacity: 4,
      health: { interval: 1_000, fullFor: 2_000 },
    })
    bus.handle('mail', () => {}, { priority: -1 })
    t.is(registration.health, 'healthy')
    for (let mail = 0; mail < 5; mail++) await bus.send('mail', mail)
    for (let second = 0; second < 2; second++) await pass(1_000)
    t.is(registration.health, 'healthy')
    await pass(1_000)
    t.is(registration.health, 'unhealthy')
    const { accepted } = registration.stats()
    t.is((await bus.send('mail', 6)).accepted, 1)
    t.is(registration.stats().accepted, accepted, 'the next tier has it')
    for (let mail = 0; mail < 2; mail++) {
      running.shift()?.()
      await pass(0)
    }
    await pass(1_000)
    t.is(registration.health, 'healthy')
    for (let mail = 0; mail < 3; mail++) {
      running.shift()?.()
      await pass(0)
    }
  },
)

onEachCore(
  'health: a subscription that is not well gets no events; one that is at least once has them later',
  async (t, stage) => {
    const { bus, pass } = stage
    let isWell = true
    const seen: string[] = []
    const health = { check: () => isWell, interval: 1_000, failureThreshold: 1 }
    bus.subscribe('order', (id) => void seen.push(`most ${id}`), { health })
    bus.subscribe('order', (id) => void seen.push(`least ${id}`), { health, guarantee: 'at-least-once' })
    await pass(0)
    t.is(bus.publish('order', 1), 2)
    isWell = false
    await pass(1_000)
    t.is(bus.publish('order', 2), 1)
    await pass(500)
    t.deepEqual(seen.sort(), ['least 1', 'most 1'])
    isWell = true
    await pass(500)
    t.is(bus.publish('order', 3), 2)
    await pass(0)
    t.deepEqual(seen.sort(), ['least 1', 'least 2', 'least 3', 'most 1', 'most 3'])
  },
)

onEachCore(
  'health: how endpoints are is seen in the directory, in the numbers and in explanations',
  async (t, stage) => {
    const { bus, pass } = stage
    let isWell = true
    const check = (): boolean => isWell
    bus.handle('a.*', () => 1, { name: 'watched', health: { check, interval: 1_000, failureThreshold: 1 } })
    bus.handle('**', () => 2)
    using directory = bus.directory({ name: 'watched' })
    const changes: string[] = []
    directory.on('changed', ({ health }, before) => changes.push(`${before.health} ${health}`))
    await pass(0)
    t.is(await bus.request('a.b', 0), 1)
    isWell = false
    await pass(1_000)
    t.is(await bus.request('a.b', 0), 2)
    t.deepEqual(changes, ['starting healthy', 'healthy unhealthy'])
    t.is(directory.endpoints[0]?.health, 'unhealthy')
    t.is(bus.stats().health.unhealthy, 1)
    t.deepEqual(
      bus.explain('a.b').handlers.map(({ endpoint, excluded }) => [endpoint.pattern, excluded]),
      [
        ['**', undefined],
        ['a.*', 'it is unhealthy'],
      ],
    )
  },
)
