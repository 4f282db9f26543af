import { DeliveryError } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onEachCore } from '../support/on-each-core.js'

onEachCore(
  'deliver: resolves when every subscriber has finished, and says how each did',
  async (t, { bus, settle }) => {
    bus.events.on('failure', () => {})
    const gate = deferred()
    const boom = new Error('boom')
    bus.subscribe('a', () => {})
    bus.subscribe('a', () => gate.promise)
    const failing = bus.subscribe('a', () => {
      throw boom
    })
    let receipt: unknown
    const delivered = bus.deliver('a', 1).then((value) => {
      receipt = value
    })
    await settle()
    t.is(receipt, undefined)
    gate.resolve()
    await delivered
    t.deepEqual(receipt, {
      matched: 3,
      accepted: 3,
      processed: 2,
      deadLettered: 0,
      dropped: [],
      failed: [{ endpoint: failing.id, error: boom }],
    })
  },
)

onEachCore("deliver: with wait 'accepted' it resolves when every subscriber has it", async (t, { bus }) => {
  bus.subscribe('a', never)
  bus.subscribe('*', never)
  t.like(await bus.deliver('a', 1, { wait: 'accepted' }), { matched: 2, accepted: 2, processed: 0 })
})

onEachCore(
  'deliver: to nobody is a receipt of nothing, and an error where it is mandatory',
  async (t, { bus }) => {
    t.like(await bus.deliver('a', 1), { matched: 0, accepted: 0 })
    await t.throwsAsync(bus.deliver('a', 1, { mandatory: true }), { code: 'ERR_BUS_NO_HANDLER' })
    t.throws(() => bus.publish('a', 1, { mandatory: true }), { code: 'ERR_BUS_NO_HANDLER' })
  },
)

onEachCore('deliver: waits for room, and rejects when there is none in time', async (t, { bus, pass }) => {
  const gate = deferred()
  bus.subscribe('a', () => gate.promise, { concurrency: 1, capacity: 1 })
  bus.publish('a', 1)
  bus.publish('a', 2)
  const late = bus.deliver('a', 3, { timeout: 50 })
  const patient = bus.deliver('a', 4, { timeout: 5_000 })
  await pass(50)
  await t.throwsAsync(late, { code: 'ERR_BUS_TIMEOUT' })
  gate.resolve()
  t.like(await patient, { matched: 1, processed: 1 })
})

onEachCore(
  'deliver: failOn turns what went wrong into an error with the receipt and the errors',
  async (t, { bus }) => {
    bus.events.on('failure', () => {})
    bus.subscribe('a', () => {
      throw new Error('one')
    })
    bus.subscribe('a', () => {})
    const error = await t.throwsAsync(bus.deliver('a', 1, { failOn: 'failed' }), {
      instanceOf: DeliveryError,
    })
    t.is(error.code, 'ERR_BUS_DELIVERY_FAILED')
    t.like(error.receipt, { matched: 2, processed: 1 })
    t.is(error.errors.length, 1)
    t.like(await bus.deliver('a', 1, { failOn: 'dropped' }), { processed: 1 })
  },
)

onEachCore('deliver: a signal ends the waiting', async (t, { bus }) => {
  bus.subscribe('a', never)
  const controller = new AbortController()
  const pending = bus.deliver('a', 1, { signal: controller.signal })
  controller.abort(new Error('enough'))
  t.like(await t.throwsAsync(pending, { code: 'ERR_BUS_ABORTED' }), { cause: controller.signal.reason })
  await t.throwsAsync(bus.deliver('a', 1, { signal: controller.signal }), { code: 'ERR_BUS_ABORTED' })
})

onEachCore(
  "send: with wait 'processed' it resolves when the handler has finished",
  async (t, { bus, settle }) => {
    bus.events.on('failure', () => {})
    const gate = deferred()
    bus.handle('q', () => gate.promise)
    let receipt: unknown
    void bus.send('q', 1, { wait: 'processed' }).then((value) => {
      receipt = value
    })
    await settle()
    t.is(receipt, undefined)
    gate.resolve()
    await settle()
    t.like(receipt as object, { matched: 1, accepted: 1, processed: 1 })
    bus.handle('f', () => {
      throw new Error('no')
    })
    t.like(await bus.send('f', 1, { wait: 'processed' }), {
      accepted: 1,
      processed: 0,
      failed: { length: 1 },
    })
    await t.throwsAsync(bus.send('f', 1, { wait: 'processed', failOn: 'failed' }), {
      instanceOf: DeliveryError,
    })
  },
)

onEachCore(
  'send: a handler that is tried again is waited for until it succeeds or is given up',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const retry = { attempts: 2, initial: 10, jitter: 0 }
    bus.handle(
      'q',
      (fails: number, { attempt }) => {
        if (attempt <= fails) throw new Error('again')
      },
      { guarantee: 'at-least-once', retry },
    )
    const good = bus.send('q', 1, { wait: 'processed' })
    const bad = bus.send('q', 2, { wait: 'processed' })
    await pass(10)
    t.like(await good, { processed: 1, deadLettered: 0 })
    t.like(await bad, { accepted: 1, processed: 0, deadLettered: 1, failed: { length: 1 } })
  },
)

onEachCore('send: notify publishes how it ended', async (t, { bus, pass }) => {
  bus.events.on('failure', () => {})
  const got: unknown[] = []
  bus.subscribe('jobs.*.*', (payload: { id: string; error?: Error }, { topic }) => {
    got.push([topic, payload.id, payload.error?.message])
  })
  bus.handle('q', (fails: boolean) => {
    if (fails) throw new Error('no')
  })
  await bus.send('q', false, { notify: 'jobs.1', id: 'a' })
  await bus.send('q', true, { notify: 'jobs.2', id: 'b' })
  await pass(0)
  t.deepEqual(got, [
    ['jobs.1.ok', 'a', undefined],
    ['jobs.2.err', 'b', 'no'],
  ])
})

onEachCore(
  'an event with an id has it at every subscriber, however it is delivered',
  async (t, { bus, pass }) => {
    const ids: string[] = []
    bus.subscribe('a', (_payload, { id }) => void ids.push(id))
    bus.subscribe('a', (_payload, { id, idempotencyKey }) => void ids.push(id, idempotencyKey), {
      guarantee: 'at-least-once',
    })
    await bus.deliver('a', 1)
    bus.publish('a', 2)
    await pass(0)
    t.is(ids.length, 6)
    t.is(new Set(ids.slice(0, 3)).size, 1)
    t.is(new Set(ids.slice(3)).size, 1)
    t.not(ids[0], ids[3])
  },
)
