import test from 'ava'
import { type CloseOptions, open } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import { Thread } from '../support/thread.js'

/** Longer than a test may take: what waits for it fails. */
const FOREVER = { timeout: 600_000 }

test.serial(
  'close: an idle bus is closed at once',
  onBus(async (t, { bus }) => {
    bus.subscribe('a', () => {})
    bus.handle('q', () => {})
    const start = performance.now()
    const report = await bus.close(FOREVER)
    const tookMs = performance.now() - start
    t.like(report, { drained: 0, abandoned: [], requestsFailed: 0 })
    t.true(report.elapsed > 0 && report.elapsed <= tookMs)
  }),
)

test.serial(
  'close: an idle bus is closed at once beside other threads, too',
  onBus(async (t, { bus, thread }) => {
    await Promise.all([thread('answering'), thread('answering')])
    await bus.request('echo', 0)
    t.like(await bus.close(FOREVER), { drained: 0, abandoned: [], requestsFailed: 0 })
  }),
)

test(
  'close: handlers that run, and messages that wait behind them, are finished',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const done: unknown[] = []
    const subscription = bus.subscribe(
      'a',
      async (n: number) => {
        await gate.promise
        done.push(n)
      },
      { concurrency: 2 },
    )
    bus.handle('q', async () => {
      await gate.promise
      return 'answered'
    })
    for (let n = 0; n < 6; n++) bus.publish('a', n)
    const request = bus.request('q', 0)
    const closing = bus.close()
    gate.resolve()
    t.is(await request, 'answered')
    const report = await closing
    t.like(report, { drained: 7, abandoned: [], requestsFailed: 0 })
    t.deepEqual(done, [0, 1, 2, 3, 4, 5])
    t.like(subscription.stats(), { accepted: 6, processed: 6 })
  }),
)

test.serial(
  'close: waits for every handler that runs',
  onBus(async (t, { bus }) => {
    bus.subscribe('a', () => new Promise((resolve) => setTimeout(resolve, 10)))
    for (let n = 0; n < 100; n++) bus.publish('a', n)
    t.like(await bus.close(FOREVER), { drained: 100, abandoned: [] })
  }),
)

test.serial(
  'close: at the deadline it abandons what never settles, and names it',
  onBus(async (t, { bus }) => {
    const stuck = bus.subscribe('a.*', never, { name: 'stuck', concurrency: 2 })
    bus.subscribe('a.b', () => {})
    const handler = bus.handle(/^q/, never)
    const attachment = bus.directory().endpoints[0]?.attachment ?? 0
    for (let n = 0; n < 5; n++) bus.publish('a.b', n)
    const request = bus.request('q', 0)
    const start = performance.now()
    const [report, error] = await Promise.all([bus.close({ timeout: 30 }), busError(t, request)])
    const tookMs = performance.now() - start
    t.true(tookMs >= 29, `${tookMs} ms`)
    t.deepEqual(report.abandoned, [
      { endpoint: stuck.id, attachment, pattern: 'a.*', name: 'stuck', running: 2, queued: 3 },
      { endpoint: handler.id, attachment, pattern: '/^q/', running: 1, queued: 0 },
    ])
    t.like(error, { code: 'ERR_BUS_CLOSED', topic: 'q', endpoint: handler.id })
    t.like(report, { drained: 0, requestsFailed: 1 })
    t.like(stuck.stats(), { accepted: 5, running: 2, dropped: 3, queued: 0 })
  }),
)

test(
  'close: a handler that settles after it was abandoned does no harm',
  onBus(async (t, { bus }) => {
    const gate = deferred<string>()
    const registration = bus.handle('q', () => gate.promise)
    const request = bus.request('q', 0)
    const [report] = await Promise.all([bus.close({ timeout: 0 }), busError(t, request)])
    t.is(report.abandoned.length, 1)
    gate.resolve('too late')
    await gate.promise
    await new Promise(setImmediate)
    t.like(registration.stats(), { running: 0, processed: 1 })
  }),
)

test(
  'close: twice is the same promise, while it closes and afterwards',
  onBus(async (t, { bus }) => {
    const first = bus.close()
    t.is(bus.close({ timeout: 1 }), first)
    await first
    t.is(bus.close(), first)
  }),
)

test(
  'close: a second call brings the deadline nearer, and does not put it off',
  onBus(async (t, { bus }) => {
    const subscription = bus.subscribe('a', never)
    bus.publish('a', 0)
    const closing = bus.close(FOREVER)
    t.is(bus.close({ timeout: 0 }), closing)
    t.is(bus.close(FOREVER), closing)
    t.is((await closing).abandoned[0]?.endpoint, subscription.id)
  }),
)

for (const when of ['before', 'while']) {
  test(
    `close: a signal that is aborted ${when} it waits ends the waiting`,
    onBus(async (t, { bus }) => {
      const controller = new AbortController()
      if (when === 'before') controller.abort()
      const subscription = bus.subscribe('a', never)
      bus.publish('a', 0)
      const closing = bus.close({ ...FOREVER, signal: controller.signal })
      await new Promise(setImmediate)
      controller.abort()
      t.is((await closing).abandoned[0]?.endpoint, subscription.id)
    }),
  )
}

test(
  'close: a handler that is being finished may still publish to other threads and ask them',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const gate = deferred()
    let echo: unknown
    bus.subscribe('a', async () => {
      await gate.promise
      echo = await bus.request('echo', 'the last words')
    })
    bus.publish('a', 0)
    const closing = bus.close()
    gate.resolve()
    t.like(await closing, { drained: 1, abandoned: [], requestsFailed: 0 })
    t.is(echo, 'the last words')
  }),
)

test(
  'close: whatever is asked of a closed bus fails with ERR_BUS_CLOSED',
  onBus(async (t, { bus }) => {
    bus.subscribe('a', () => t.fail('the bus is closed'))
    bus.handle('q', () => t.fail('the bus is closed'))
    const publisher = bus.publisher('a')
    bus.publisher('unknown')
    await bus.close()
    const closed = { code: 'ERR_BUS_CLOSED', message: new RegExp(t.title) }
    t.throws(() => bus.publish('a', 0), closed)
    t.throws(() => bus.publish('never.seen', 0), closed)
    t.throws(() => bus.publisher('a'), closed)
    t.throws(() => publisher.publish(0), closed)
    t.throws(() => bus.subscribe('a', () => {}), closed)
    t.throws(() => bus.handle('a', () => {}), closed)
    t.throws(() => bus.explain('a'), closed)
    t.throws(() => bus.explain({ name: 'a' }), closed)
    t.throws(() => bus.directory(), closed)
    t.throws(() => bus.directory({ role: 'handler' }), closed)
    t.throws(() => bus.directory({ topic: 'a' }), closed)
    await t.throwsAsync(bus.send('q', 0), closed)
    await t.throwsAsync(bus.request('q', 0), closed)
  }),
)

test(
  'close: from its start on no receiver can be added',
  onBus(async (t, { bus }) => {
    const closing = bus.close()
    t.throws(() => bus.subscribe('a', () => {}), { code: 'ERR_BUS_CLOSED' })
    t.throws(() => bus.handle('a', () => {}), { code: 'ERR_BUS_CLOSED' })
    await closing
  }),
)

test(
  'close: from its start on, messages of its own thread find none of its receivers',
  onBus(async (t, { bus }) => {
    const subscription = bus.subscribe('a', () => {})
    bus.handle('q', () => {})
    const publisher = bus.publisher('a')
    t.is(bus.publish('a', 0), 1)
    await bus.request('q', 0)
    const closing = bus.close()
    t.is(bus.publish('a', 0), 0)
    t.is(publisher.publish(0), 0)
    t.is((await busError(t, bus.request('q', 0))).code, 'ERR_BUS_NO_HANDLER')
    await closing
    t.like(subscription.stats(), { accepted: 1 })
  }),
)

test(
  'close: while it closes, receivers keep their order',
  onBus(async (t, { bus, thread }) => {
    const { worker } = await thread('flooding')
    const order: number[] = []
    for (const priority of [0, 2, 1]) bus.subscribe('flood', () => void order.push(priority), { priority })
    const told = new Promise<number>((resolve) => worker.once('message', resolve))
    const first = new Promise((resolve) => bus.subscribe('flood', resolve, { priority: -1 }))
    worker.postMessage(new Int32Array(new SharedArrayBuffer(4)))
    await first
    await bus.close()
    t.is(order.length, (await told) * 3)
    t.deepEqual(
      order,
      Array.from(order, (_, index) => [2, 1, 0][index % 3]),
    )
  }),
)

test(
  'close: pending requests to another thread end with ERR_BUS_CLOSED, and are counted',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const pending = Array.from({ length: 10 }, () => busError(t, bus.request('never', 0)))
    const report = await bus.close()
    t.is(report.requestsFailed, 10)
    for (const error of await Promise.all(pending)) t.like(error, { code: 'ERR_BUS_CLOSED', topic: 'never' })
  }),
)

test(
  'close: a receiver may be taken off a closed bus',
  onBus(async (t, { bus }) => {
    const subscription = bus.subscribe('a', () => {})
    await bus.close()
    await subscription.unsubscribe()
    t.like(subscription.stats(), { accepted: 0 })
  }),
)

test(
  'close: another bus of the thread goes on',
  onBus(async (t, { bus }) => {
    const other = open(`${t.title} (other)`)
    other.handle('q', () => 'here')
    await bus.close()
    t.is(await other.request('q', 0), 'here')
    await other.close()
  }),
)

test(
  'close: a bus that was closed in one thread goes on in the others',
  onBus(async (t, { bus, thread }) => {
    await Promise.all([thread('counting'), thread('counting')])
    const [first, second] = await Promise.all([0, 1].map(() => bus.request('count.subscribe', 'a')))
    await bus.close()
    const again = open(t.title)
    t.not(again, bus)
    t.is(again.publish('a', 0), 2)
    t.is(await again.request(`count.${first}`, 0), 1)
    t.is(await again.request(`sync.${first}`, second), 1)
    await again.close()
  }),
)

test.serial(
  'close: a thread whose event loop is blocked holds it up for a moment only',
  onBus(async (t, { bus, thread }) => {
    const { worker } = await thread('flooding')
    const lock = new Int32Array(new SharedArrayBuffer(8))
    worker.postMessage({ block: lock })
    Atomics.wait(lock, 0, 0, 5_000)
    // The worker is let go only after this: it is not waited for.
    await bus.close(FOREVER)
    Atomics.store(lock, 1, 1)
    Atomics.notify(lock, 1)
    t.pass()
  }),
)

test.serial(
  'close: a bus that is closed and opened again a hundred times hears the others each time',
  async (t) => {
    const { worker, exited } = await Thread.start(t.title, 'staying')
    for (let round = 0; round < 100; round++) {
      await using bus = open(t.title)
      t.is(await bus.request('stay', round), round)
    }
    const bus = open(t.title)
    bus.publish('let-go', 0)
    t.is(await exited, 0)
    await bus.close()
    await worker.terminate()
  },
)

for (const backlog of [0, 100_000]) {
  test.serial(
    `close: what another thread had published is processed, none is lost (${backlog} waiting)`,
    onBus(async (t, { bus, thread }) => {
      const { worker } = await thread('flooding')
      let received = 0
      const first = deferred()
      const subscription = bus.subscribe('flood', () => {
        received++
        first.resolve()
      })
      const published = new Int32Array(new SharedArrayBuffer(4))
      const told = new Promise<number>((resolve) => worker.once('message', resolve))
      worker.postMessage(published)
      await first.promise
      // This thread stands still while the other one goes on.
      while (Atomics.load(published, 0) < backlog)
        Atomics.wait(published, 0, Atomics.load(published, 0), 1_000)
      await bus.close({ timeout: 20_000 })
      t.true(received >= backlog, `${received}`)
      t.is(await told, received)
      t.like(subscription.stats(), { accepted: received, processed: received })
    }),
  )
}

for (const [options, message] of [
  [{ timeout: -1 }, /timeout must be an integer from 0 to 2147483647, got -1 \(number\)/],
  [{ timeout: '5' }, /got "5" \(string\)/],
  [{ signal: 'SIGTERM' }, /signal must be an AbortSignal, got "SIGTERM" \(string\)/],
  [{ force: true }, /close\(\) has no option 'force'; it has timeout, signal$/],
] as const) {
  test(
    `close: ${JSON.stringify(options)} are no options, and the bus stays open`,
    onBus((t, { bus }) => {
      t.throws(() => bus.close(options as unknown as CloseOptions), {
        code: 'ERR_BUS_INVALID_OPTION',
        message,
      })
      t.is(bus.publish('a', 0), 0)
    }),
  )
}
