import test from 'ava'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const ACCEPTED = { matched: 1, accepted: 1, processed: 0, dropped: [], failed: [], deadLettered: 0 }

test(
  'send: resolves when the notification is accepted, not when it is processed',
  onBus(async (t, { bus }) => {
    const got: unknown[] = []
    const registration = bus.handle('mail.*', (payload, { kind, topic }) => {
      got.push([payload, kind, topic])
      return never()
    })
    t.deepEqual(await bus.send('mail.welcome', 'x'), ACCEPTED)
    t.deepEqual(got, [['x', 'notification', 'mail.welcome']])
    t.like(registration.stats(), { accepted: 1, running: 1 })
  }),
)

test(
  'send: reaches one handler',
  onBus(async (t, { bus }) => {
    const counts = { first: 0, second: 0 }
    bus.handle('q', () => void counts.first++)
    bus.handle('q', () => void counts.second++)
    for (let index = 0; index < 4; index++) await bus.send('q', 0)
    t.deepEqual(counts, { first: 2, second: 2 })
  }),
)

test(
  'send: without a handler it fails at once with ERR_BUS_NO_HANDLER',
  onBus(async (t, { bus }) => {
    bus.subscribe('q', () => t.fail('a subscription handles no notifications'))
    t.like(await busError(t, bus.send('q', 0)), { code: 'ERR_BUS_NO_HANDLER', topic: 'q' })
  }),
)

test(
  'send: that the handler fails later is not the concern of the sender',
  onBus(async (t, { bus }) => {
    const failure = deferred<unknown>()
    bus.events.once('failure', ({ error }) => failure.resolve(error))
    const boom = new Error('boom')
    bus.handle('q', () => {
      throw boom
    })
    t.deepEqual(await bus.send('q', 0), ACCEPTED)
    t.is(await failure.promise, boom)
  }),
)

test(
  'send: waits for room, and those who wait are let in by turns',
  onBus(async (t, { bus }) => {
    const gates = Array.from({ length: 5 }, () => deferred())
    const started: number[] = []
    bus.handle(
      'q',
      (index: number) => {
        started.push(index)
        return gates[index]?.promise
      },
      { concurrency: 1, capacity: 1 },
    )
    const accepted: number[] = []
    const sending = [...gates.keys()].map(async (index) => {
      await bus.send('q', index)
      accepted.push(index)
    })
    await Promise.all(sending.slice(0, 2))
    t.deepEqual(accepted, [0, 1], 'one runs, one waits in the mailbox')
    gates[0]?.resolve()
    await sending[2]
    t.deepEqual(accepted, [0, 1, 2])
    for (const gate of gates) gate.resolve()
    await Promise.all(sending)
    t.deepEqual(accepted, [0, 1, 2, 3, 4])
    t.deepEqual(started.slice(0, 4), [0, 1, 2, 3])
  }),
)

test(
  'send: one that found no room in time fails with ERR_BUS_TIMEOUT, and is never delivered',
  onBus(async (t, { bus }) => {
    const { promise, resolve } = deferred()
    const started: number[] = []
    const registration = bus.handle(
      'q',
      (index: number) => {
        started.push(index)
        return promise
      },
      { concurrency: 1, capacity: 1 },
    )
    await bus.send('q', 0)
    await bus.send('q', 1)
    const error = await busError(t, bus.send('q', 2, { timeout: 10 }))
    t.like(error, { code: 'ERR_BUS_TIMEOUT', topic: 'q', retryable: true })
    const waiting = bus.send('q', 3)
    resolve()
    await waiting
    await registration.unregister()
    t.deepEqual(started, [0, 1, 3])
    t.like(registration.stats(), { accepted: 3, processed: 3, refused: 1 })
  }),
)

test(
  'send: in another thread, one that found no room in time is never delivered',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const sent = [bus.send('gated', 0), bus.send('gated', 1)]
    await Promise.all(sent)
    t.is((await busError(t, bus.send('gated', 2, { timeout: 10 }))).code, 'ERR_BUS_TIMEOUT')
    const waiting = bus.send('gated', 3)
    await bus.request('open-gate', 0)
    t.deepEqual(await waiting, ACCEPTED)
    t.deepEqual(await bus.request('gated.started', 3), [0, 1, 3])
  }),
)

test(
  'send: what waits for room when the handler is unregistered fails with ERR_BUS_HANDLER_GONE',
  onBus(async (t, { bus }) => {
    const registration = bus.handle('q', never, { concurrency: 1, capacity: 1 })
    await bus.send('q', 0)
    await bus.send('q', 1)
    const waiting = bus.send('q', 2)
    void registration.unregister()
    t.like(await busError(t, waiting), {
      code: 'ERR_BUS_HANDLER_GONE',
      topic: 'q',
      endpoint: registration.id,
    })
    t.like(registration.stats(), { accepted: 2, running: 1, dropped: 1, refused: 1 })
  }),
)

test(
  'send: a topic that is none, or an option that is none, is a rejection',
  onBus(async (t, { bus }) => {
    t.is((await busError(t, bus.send('a..b', 0))).code, 'ERR_BUS_INVALID_TOPIC')
    t.is((await busError(t, bus.send('a', 0, { timeout: -1 }))).code, 'ERR_BUS_INVALID_OPTION')
  }),
)
