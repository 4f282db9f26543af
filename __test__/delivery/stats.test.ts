import type { EndpointStats } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onEachCore } from '../support/on-each-core.js'

const guarantee = 'at-least-once'
const nothing: EndpointStats = {
  accepted: 0,
  processed: 0,
  failed: 0,
  deadLettered: 0,
  retried: 0,
  dropped: 0,
  expired: 0,
  refused: 0,
  running: 0,
  queued: 0,
  postponed: 0,
}

/** The sum of all numbers of some receivers. */
function sum(receivers: readonly { stats(): EndpointStats }[]): EndpointStats {
  const total: Record<string, number> = { ...nothing }
  for (const receiver of receivers)
    for (const [name, value] of Object.entries(receiver.stats())) total[name] = (total[name] ?? 0) + value
  return total as unknown as EndpointStats
}

onEachCore('stats: of a bus on which nothing happened are all 0', (t, { bus }) => {
  t.deepEqual(bus.stats(), {
    ...nothing,
    endpoints: 0,
    published: 0,
    unrouted: 0,
    health: { starting: 0, healthy: 0, degraded: 0, unhealthy: 0, draining: 0, gone: 0 },
    circuits: { closed: 0, open: 0, 'half-open': 0 },
    hop: { inboxBytes: 0, waiting: 0, waitingBytes: 0, refused: 0 },
    holdings: {
      held: 0,
      parked: 0,
      scheduled: 0,
      retained: 0,
      deadLetters: 0,
      deadLettersEvicted: 0,
      heldBytes: 0,
      retainedBytes: 0,
    },
  })
})

onEachCore(
  'stats: are the sums over all receivers that there are and were, each counted once',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const gate = deferred()
    const fails = (): never => {
      throw new Error('no')
    }
    const retry = { attempts: 2, initial: 10, jitter: 0 }
    const plain = bus.subscribe('a', () => {})
    const failing = bus.subscribe('a', fails)
    const retried = bus.subscribe('a', fails, { guarantee, retry })
    const slow = bus.subscribe('a', () => gate.promise, { concurrency: 1, capacity: 1 })
    const batched = bus.subscribe('*', () => {}, { batch: { size: 100, within: 1_000 } })
    const handler = bus.handle('q', () => 'answer')
    const receivers = [plain, failing, retried, slow, batched, handler]
    const assertSums = (message: string): void => {
      const stats = bus.stats()
      // Of what a bus has, those that an endpoint has, too.
      const totals = Object.fromEntries(
        Object.keys(nothing).map((name) => [name, stats[name as keyof typeof nothing]]),
      )
      t.deepEqual(totals, { ...sum(receivers) }, message)
    }
    for (let index = 0; index < 4; index++) bus.publish('a', index)
    await bus.send('q', 1)
    t.is(await bus.request('q', 1), 'answer')
    await pass(0)
    assertSums('while things happen')
    t.like(bus.stats(), { endpoints: 6, published: 4, running: 1, refused: 2, postponed: 4 })

    await plain.unsubscribe()
    await failing.unsubscribe()
    void slow.unsubscribe()
    assertSums('while one is ending')
    t.like(bus.stats(), { endpoints: 4, dropped: 1 }, 'one of the four is ending')
    gate.resolve()
    await pass(10)
    assertSums('when they have ended')
    t.like(bus.stats(), { endpoints: 3, deadLettered: 4, processed: 7 })
    await retried.unsubscribe()
    await batched.unsubscribe()
    assertSums('when nearly all have ended')
    await bus.close()
    assertSums('when the bus is closed')
    t.is(bus.stats().endpoints, 0)
  },
)

onEachCore(
  'stats: what is sent to an endpoint that ended just before is counted as refused',
  async (t, { bus, pass }) => {
    const second = bus.subscribe('a', () => {}, { priority: -1 })
    bus.subscribe('a', () => void second.unsubscribe())
    t.is(bus.publish('a', 1), 2)
    await pass(0)
    t.like(second.stats(), { accepted: 0, refused: 1 })
    t.like(bus.stats(), { endpoints: 1, accepted: 1, refused: 1 })
  },
)

onEachCore(
  'stats: published and unrouted count messages, not receivers, and those for later when they go',
  async (t, { bus, pass }) => {
    bus.subscribe('a', () => {})
    bus.subscribe('a', () => {}, { guarantee })
    bus.publish('a', 1)
    bus.publisher('a').publish(1)
    bus.publish('a', 1, { guarantee, id: 'x' })
    await bus.deliver('a', 1)
    bus.publish('a', 1, { delay: 5 })
    t.like(bus.stats(), { published: 4, unrouted: 0, accepted: 8, holdings: { scheduled: 0 } })
    await pass(0)
    t.like(bus.stats().holdings, { scheduled: 1 })
    await pass(5)
    t.like(bus.stats(), { published: 5, accepted: 10 })
    t.is(bus.stats().holdings.scheduled, 0)
    bus.publish('nobody', 1)
    bus.publish('nobody', 1, { guarantee })
    await bus.deliver('nobody', 1)
    await t.throwsAsync(bus.send('nobody', 1), { code: 'ERR_BUS_NO_HANDLER' })
    t.throws(() => bus.publish('nobody', 1, { mandatory: true }), { code: 'ERR_BUS_NO_HANDLER' })
    t.like(bus.stats(), { published: 8, unrouted: 4 })
  },
)

onEachCore(
  'stats: say what the bus holds: what is not finished with, waits for an endpoint, is retained or was given up',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const registration = bus.handle('q', never, { concurrency: 1 })
    await bus.send('q', 1, { guarantee })
    await bus.send('q', 2, { guarantee })
    bus.publish('a', 1, { retain: true })
    await pass(0)
    t.like(bus.stats().holdings, { held: 2, parked: 0, retained: 1, deadLetters: 0 })
    void registration.unregister()
    await pass(0)
    t.like(bus.stats().holdings, { held: 2, parked: 1 }, 'what runs is still its own')
    await pass(30_000)
    t.like(bus.stats().holdings, { held: 1, parked: 1, deadLetters: 1 })
    await pass(30_001)
    t.like(bus.stats().holdings, { held: 0, parked: 0, deadLetters: 2, deadLettersEvicted: 0 })
    await bus.deadLetters.purge()
    bus.publish('a', undefined, { retain: true })
    await pass(0)
    t.like(bus.stats().holdings, { retained: 0, deadLetters: 0 })
    bus.publish('a', 1, { retain: true })
    await bus.close({ timeout: 0 })
    t.is(bus.stats().holdings.retained, 0, 'a thread that has left the bus has no part in what it holds')
  },
)
