import { setTimeout as sleep } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import test from 'ava'
import { type Bus, type Metrics, open, type ReceiverMetrics } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { onEachCore } from '../support/on-each-core.js'
import { numberOf } from '../support/scrape.js'
import type { Thread } from '../support/thread.js'

function receiver(metrics: Metrics, pattern: string, kind: string): ReceiverMetrics | undefined {
  return metrics.receivers.find((one) => one.pattern === pattern && one.kind === kind)
}

function counts(one: ReceiverMetrics | undefined): Record<string, number> {
  const all = Object.entries(one ?? {}).filter(([, value]) => typeof value === 'number' && value > 0)
  return Object.fromEntries(all) as Record<string, number>
}

onEachCore('metrics: what becomes of messages is counted by receiver and kind', async (t, stage) => {
  const { bus, pass, settle } = stage
  bus.events.on('failure', () => {})
  const gate = deferred()
  bus.subscribe('a.*', () => {})
  bus.subscribe('a.*', () => {}, { name: 'second' })
  bus.subscribe(/^b\.(?<which>\w+)$/, () => {
    throw new Error('no')
  })
  bus.subscribe('c.{x,y}', () => gate.promise, { concurrency: 1, capacity: 1 })
  bus.handle('q', () => 'answer')
  for (let index = 0; index < 5; index++) bus.publish('a.1', index)
  for (let index = 0; index < 3; index++) bus.publish('b.1', index)
  for (let index = 0; index < 4; index++) bus.publish('c.x', index)
  bus.publish('nobody', 0)
  await bus.send('q', 1)
  for (let index = 0; index < 2; index++) await bus.request('q', index)
  await t.throwsAsync(bus.request('nobody', 1))
  await settle()

  const metrics = bus.metrics()

  t.deepEqual(counts(metrics.receivers.find(({ name }) => name === 'second')), { accepted: 5, processed: 5 })
  t.deepEqual(counts(metrics.receivers.find((one) => one.pattern === 'a.*' && one.name === undefined)), {
    accepted: 5,
    processed: 5,
  })
  t.deepEqual(counts(receiver(metrics, '/^b\\.(?<which>\\w+)$/', 'event')), { accepted: 3, failed: 3 })
  const blocked = metrics.levels.find(({ running }) => running > 0)
  t.deepEqual([blocked?.running, blocked?.queued, blocked?.postponed], [1, 1, 0])
  t.deepEqual(counts(receiver(metrics, 'q', 'notification')), { accepted: 1, processed: 1 })
  t.deepEqual(counts(receiver(metrics, 'q', 'request')), { accepted: 2, processed: 2 })
  t.is(receiver(metrics, 'q', 'event'), undefined)
  t.deepEqual([metrics.published, metrics.unrouted], [13, 2])
  t.deepEqual(metrics.requests, { ok: 2, ERR_BUS_NO_HANDLER: 1 })
  t.is(metrics.threads.length, 1)
  t.is(metrics.threads[0]?.threadId, threadId)
  t.is(metrics.threads[0]?.endpoints, 5)
  t.true(metrics.routing.lookups >= 5 && metrics.routing.matches.max === 2)

  gate.resolve()
  await pass(1)
  const later = bus.metrics()
  t.is(
    later.levels.find(({ running, queued }) => running + queued > 0),
    undefined,
  )
  const difference = later.since(metrics)
  t.deepEqual(counts(difference.receivers.find(({ pattern }) => pattern?.includes('c.'))), { processed: 2 })
  t.is(difference.published, 0)
})

onEachCore(
  'metrics: waiting, handling and round trips are measured by the clock of the bus',
  async (t, stage) => {
    const { bus, pass } = stage
    const gates = [deferred(), deferred(), deferred()]
    let next = 0
    bus.handle('slow', () => gates[next++]?.promise, { concurrency: 1 })
    const asked = [bus.request('slow', 0), bus.request('slow', 1), bus.request('slow', 2)]
    for (const [index, ms] of [100, 200, 400].entries()) {
      await pass(ms)
      gates[index]?.resolve()
      await pass(0)
    }
    await Promise.all(asked)

    const slow = receiver(bus.metrics(), 'slow', 'request')

    const near = (found: number | undefined, ms: number): void => {
      t.true(Math.abs((found ?? 0) - ms) <= ms / 32 + 1, `${found} is about ${ms}`)
    }
    t.deepEqual([slow?.queueing.count, slow?.handling.count, slow?.roundTrip.count], [3, 3, 3])
    near(slow?.queueing.max, 300)
    near(slow?.queueing.sum, 0 + 100 + 300)
    near(slow?.handling.quantile(0.5), 200)
    near(slow?.handling.sum, 700)
    near(slow?.roundTrip.max, 700)
    t.is(slow?.handling.countUpTo(50), 0)
  },
)

onEachCore(
  'metrics: of a receiver that is tried again, each attempt is handled, and waited for once',
  async (t, stage) => {
    const { bus, pass } = stage
    bus.events.on('failure', () => {})
    let tries = 0
    bus.subscribe(
      'again',
      () => {
        if (++tries < 3) throw new Error('not yet')
      },
      { guarantee: 'at-least-once', retry: { attempts: 3, initial: 10, max: 10, jitter: 0 } },
    )
    const delivered = bus.deliver('again', 1)
    for (let time = 0; time < 4; time++) await pass(20)
    await delivered
    const again = receiver(bus.metrics(), 'again', 'event')
    t.deepEqual(counts(again), { accepted: 1, processed: 1, retried: 2 })
    t.deepEqual([again?.handling.count, again?.queueing.count], [3, 1])
    t.true(bus.metrics().timerLag.count >= 2)
  },
)

onEachCore(
  'metrics: what a receiver that is gone has counted stays, also when its name comes again',
  async (t, stage) => {
    const { bus } = stage
    for (let round = 1; round <= 3; round++) {
      const subscription = bus.subscribe('gone', () => {})
      bus.publish('gone', 1)
      await subscription.unsubscribe()
      await stage.settle()
      t.deepEqual(counts(receiver(bus.metrics(), 'gone', 'event')), { accepted: round, processed: round })
    }
  },
)

onEachCore('metrics: what is watched is listed by its state, and what is held in bytes', (t, { bus }) => {
  const one = bus.handle('q', () => 1, { circuit: {} })
  bus.handle('q', () => 1, { circuit: {} })
  bus.handle('r', () => 1, { health: { check: () => new Promise(() => {}) } })
  bus.subscribe('h', () => new Promise(() => {}), { guarantee: 'at-least-once' })
  bus.publish('h', 'held')
  one.circuit?.open()
  const { threads, holdings } = bus.metrics()
  t.deepEqual(threads[0]?.circuits, { closed: 1, open: 1, 'half-open': 0 })
  t.deepEqual(threads[0]?.health, { starting: 1, healthy: 2, degraded: 0, unhealthy: 0, draining: 0 })
  t.is(numberOf(bus.prometheus(), 'busbar_circuits', { state: 'open' }), 1)
  t.true(numberOf(bus.prometheus(), 'busbar_deliveries_held_bytes') === holdings.heldBytes)
})

onEachCore(
  'metrics: there is nothing where nobody measures',
  async (t, { bus }) => {
    bus.subscribe('a', () => {})
    bus.publish('a', 1)
    const { receivers, threads, published } = bus.metrics()
    t.deepEqual([receivers, threads, published], [[], [], 0])
  },
  { metrics: false },
)

onEachCore('metrics: a snapshot of another make is refused', (t, { bus }) => {
  const forged = { ...bus.metrics() } as Metrics
  t.throws(() => bus.metrics().since(forged), { code: 'ERR_BUS_INVALID_OPTION', message: /earlier/ })
})

onEachCore('metrics: more patterns than there are rows for are counted together', (t, { bus }) => {
  const more = 20
  for (let index = 0; index < 16_384 + more; index++) {
    const topic = `t.${index}`
    const subscription = bus.subscribe(topic, () => {})
    bus.publish(topic, index)
    if (index % 1_024 === 0) bus.metrics()
    void subscription.unsubscribe()
  }
  const { receivers, published } = bus.metrics()
  t.is(published, 16_384 + more)
  t.is(receivers.length, 16_384 - 2)
  t.is(
    receivers.reduce((sum, { accepted }) => sum + accepted, 0),
    published,
  )
  const others = receivers.find(({ pattern }) => pattern === undefined)
  t.true((others?.accepted ?? 0) >= more)
})

test('metrics: a bus that is closed in this thread keeps its numbers', async (t) => {
  const bus = open(t.title)
  bus.subscribe('a', () => {})
  bus.publish('a', 1)
  await bus.close()
  t.is(bus.metrics().published, 1)
  t.deepEqual(counts(receiver(bus.metrics(), 'a', 'event')), { accepted: 1, processed: 1 })
  t.true(bus.prometheus().endsWith('# EOF\n'))
})

/** Asks until the answer is yes: other threads report once a second. */
async function until(bus: Bus, isSo: (metrics: Metrics) => boolean): Promise<Metrics> {
  for (;;) {
    const metrics = bus.metrics()
    if (isSo(metrics)) return metrics
    await sleep(20)
  }
}

const perform = (bus: Bus, { worker }: Thread, publishes: number, asks: number): Promise<unknown> =>
  bus.request(`do.${worker.threadId}`, { publishes, asks })

test(
  'metrics: threads are counted together, and listed',
  onBus(async (t, { bus, thread }) => {
    const threads = [await thread('measured'), await thread('measured')]
    const ids = threads.map(({ worker }) => worker.threadId)
    await Promise.all(threads.map((one) => perform(bus, one, 100, 10)))

    const metrics = await until(bus, ({ published, requests, receivers }) => {
      const accepted = receiver({ receivers } as Metrics, 'measured.event', 'event')?.accepted
      return published === 200 && (requests['ok'] ?? 0) >= 22 && accepted === 400
    })

    const request = receiver(metrics, 'measured.request', 'request')
    t.deepEqual([request?.accepted, request?.handling.count], [20, 20])
    // Each of its callers has measured it, in whatever thread it was.
    t.true((request?.roundTrip.count ?? 0) === 20 && (request?.roundTrip.mean ?? 0) > 0)
    const { hop } = metrics
    t.true(hop.batches > 0 && hop.batchSize.count === hop.batches && hop.bytes > 64 * hop.batches)
    t.true(hop.received > 200 && hop.wakeUps > 0)
    const listed = metrics.threads.map((one) => one.threadId)
    for (const id of [threadId, ...ids]) t.true(listed.includes(id))
  }),
)

test(
  'metrics: what a thread has reported stays when it ends, however it ends, and no count ever goes backwards',
  onBus(async (t, { bus, thread }) => {
    let last = new Map<string, number>()
    const look = (): void => {
      const { receivers, requests, published, hop, routing } = bus.metrics()
      const now = new Map<string, number>([
        ['published', published],
        ['received', hop.received],
        ['hits', routing.cacheHits],
        ...Object.entries(requests).map(([outcome, count]) => [`requests ${outcome}`, count] as const),
      ])
      for (const { role, pattern, kind, accepted, processed, refused, handling, queueing } of receivers) {
        const key = `${role} ${pattern} ${kind}`
        const all = [accepted, processed, refused, handling.count, handling.sum, queueing.count]
        for (const [index, count] of all.entries()) now.set(`${key} ${index}`, count)
      }
      for (const [key, count] of last) t.true((now.get(key) ?? -1) >= count, `${key} went backwards`)
      last = now
    }
    let published = 0
    for (let round = 0; round < 3; round++) {
      const threads = [await thread('measured'), await thread('measured')]
      for (const one of threads) {
        await perform(bus, one, 50, 5)
        look()
      }
      published += 100
      for (const { worker } of threads) await bus.request(`report.${worker.threadId}`, 0)
      look()
      t.is(bus.metrics().published, published)
      const [stopped, killed] = threads
      await Promise.all([stopped?.stop(), killed?.kill()])
      look()
      const gone = await until(bus, (metrics) => metrics.threads.length === 1)
      t.is(gone.published, published)
      t.true((receiver(gone, 'measured.event', 'event')?.accepted ?? 0) >= 100 * (round + 1))
      t.deepEqual(
        gone.levels.filter(({ running }) => running > 0),
        [],
      )
    }
  }),
)
