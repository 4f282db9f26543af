import test from 'ava'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

test(
  'request: one whose deadline has passed holds no place in a full mailbox',
  onBus(async (t, { bus }) => {
    const registration = bus.handle('q', never, { concurrency: 1, capacity: 2 })
    bus.request('q', 0, { timeout: 60_000 }).catch(() => {})
    const late = [1, 2].map((payload) => busError(t, bus.request('q', payload, { timeout: 200 })))
    t.like(await busError(t, bus.request('q', 3)), { code: 'ERR_BUS_OVERLOADED' }, 'the mailbox is full')
    for (const error of await Promise.all(late)) t.is(error.code, 'ERR_BUS_TIMEOUT')

    const again = bus.request('q', 4, { timeout: 50 })

    t.like(await busError(t, again), { code: 'ERR_BUS_TIMEOUT' }, 'it was let in')
    t.like(registration.stats(), { expired: 2, queued: 1, refused: 1, running: 1 })
  }),
)

test(
  'request: one that arrives after its deadline is not handled',
  onBus(async (t, { bus, thread }) => {
    await thread('sleeper')
    const nap = bus.request('sleeper.nap', 100)
    const late = [1, 2, 3].map((payload) =>
      busError(t, bus.request('sleeper.work', payload, { timeout: 20 })),
    )
    for (const error of await Promise.all(late)) t.is(error.code, 'ERR_BUS_TIMEOUT')
    await nap

    t.deepEqual(await bus.request('sleeper.count', 0), { worked: 0, refused: 3 })
    t.is(await bus.request('sleeper.work', 4), 1)
  }),
)

test(
  'send: those who have given up waiting for room are let go of',
  onBus(async (t, { bus }) => {
    const registration = bus.handle('q', never, { concurrency: 1, capacity: 1 })
    await bus.send('q', 0)
    await bus.send('q', 1)
    const rounds = 5
    for (let round = 0; round < rounds; round++) {
      const sending = Array.from({ length: 100 }, () => busError(t, bus.send('q', 2, { timeout: 1 })))
      for (const error of await Promise.all(sending)) t.is(error.code, 'ERR_BUS_TIMEOUT')
    }
    t.true(registration.stats().refused >= (rounds - 2) * 100, 'at most two rounds are still remembered')
  }),
)
