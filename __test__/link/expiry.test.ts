import test from 'ava'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

/** So long has the other thread for an answer, on the busiest machine; this one looks after it. */
const TIMEOUT_MS = 1_500
const BLOCK_MS = 1_600

/** Keeps this thread busy, so that nothing is looked at. */
function block(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test.serial(
  'expiry: an answer that was there before the deadline wins, however late it is looked at',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    for (let round = 0; round < 2; round++) {
      const pending = Array.from({ length: 100 }, (_, n) => bus.request('echo', n, { timeout: TIMEOUT_MS }))
      // It leaves with the end of the microtask, and the deadlines with the turn of the event loop.
      await new Promise(setImmediate)
      block(BLOCK_MS)
      t.deepEqual(await Promise.all(pending), [...Array(100).keys()])
    }
  }),
)

test.serial(
  'expiry: also behind so many messages that one turn does not get to it',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const { worker } = await thread('flooding')
    let received = 0
    const subscription = bus.subscribe('flood', () => void received++)
    const told = new Promise((resolve) => worker.once('message', resolve))
    const published = new Int32Array(new SharedArrayBuffer(4))
    worker.postMessage(published)
    // With the whole thread: what is published meanwhile waits.
    while (Atomics.load(published, 0) < 30_000) Atomics.wait(published, 0, Atomics.load(published, 0), 100)
    const lock = new Int32Array(new SharedArrayBuffer(8))
    worker.postMessage({ block: lock })
    Atomics.wait(lock, 0, 0, 5_000)
    const pending = bus.request('echo', 'early', { timeout: TIMEOUT_MS })
    await new Promise(setImmediate)
    const before = received
    block(BLOCK_MS)
    t.is(await pending, 'early')
    t.true(before < 30_000 && received >= 30_000, `${before} of ${received} had been looked at before`)
    Atomics.store(lock, 1, 1)
    Atomics.notify(lock, 1)
    await subscription.unsubscribe()
    await told
  }),
)

test.serial(
  'expiry: where there is no answer it ends with ERR_BUS_TIMEOUT all the same',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    bus.handle('here', never)
    const start = performance.now()
    const pending = [bus.request('never', 0, { timeout: 30 }), bus.request('here', 0, { timeout: 30 })]
    await new Promise(setImmediate)
    block(60)
    for (const one of pending) t.is((await busError(t, one)).code, 'ERR_BUS_TIMEOUT')
    t.true(performance.now() - start < 5_000)
  }),
)
