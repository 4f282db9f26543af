import test from 'ava'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { next, serving } from '../support/pools.js'

test.serial(
  'stop: what a worker has in hand is finished, also what needs an answer from here',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 })
    await workers.ready
    const gate = deferred()
    const started = deferred()
    let count = 0
    bus.handle('here.gate', async (id: number) => {
      if (++count === 20) started.resolve()
      await gate.promise
      return id
    })
    const pending = Array.from({ length: 20 }, () => bus.request('serve.ask', 'here.gate'))
    await started.promise
    const closing = bus.close()
    // Both have been told: they take nothing more, and finish what they have.
    while (bus.directory({ topic: 'serve.ask' }).endpoints.length > 0) await new Promise(setImmediate)
    gate.resolve()
    t.is(new Set(await Promise.all(pending)).size, 2)
    const report = await closing
    t.deepEqual(
      report.workers?.map(({ terminated, code, report: own }) => [
        terminated,
        code,
        own?.drained,
        own?.abandoned,
      ]),
      [
        [false, 0, 10, []],
        [false, 0, 10, []],
      ],
    )
  }),
)

test.serial(
  'stop: requests that come while a pool shrinks are answered by those that stay',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 3 })
    await workers.ready
    let over = false
    let answered = 0
    const asking = (async () => {
      while (!over) {
        await Promise.all(Array.from({ length: 20 }, () => bus.request('serve.who', 0)))
        answered += 20
      }
    })()
    await workers.scale(1)
    await workers.scale(3)
    await workers.scale(1)
    over = true
    await asking
    t.true(answered > 0)
  }),
)

test.serial(
  'stop: no message that is held is lost or tried again where workers go in good order',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 3 })
    await workers.ready
    const done: number[] = []
    const settled = bus.subscribe('serve.done', (job: number) => void done.push(job))
    const jobs = Array.from({ length: 300 }, (_, job) =>
      bus.send('serve.job', job, { guarantee: 'at-least-once', wait: 'processed' }),
    )
    await workers.scale(1)
    for (const receipt of await Promise.all(jobs)) t.is(receipt.processed, 1)
    while (settled.stats().accepted < jobs.length) await new Promise(setImmediate)
    t.deepEqual(
      done.toSorted((one, other) => one - other),
      jobs.map((_, job) => job),
    )
    t.is(bus.stats().holdings.held, 0)
  }),
)

test.serial(
  'stop: at the deadline a worker abandons what never settles, and tells it',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1 })
    await workers.ready
    const stuck = bus.request('serve.stuck', 0).catch(({ code }) => code)
    await bus.request('serve.who', 0)
    const startMs = performance.now()
    const { workers: stopped, elapsed } = await workers.close({ timeout: 50 })
    t.true(elapsed >= 49 && performance.now() - startMs < 3_000, `${elapsed} ms`)
    t.is(stopped.length, 1)
    t.like(stopped[0], { terminated: false, code: 0 })
    t.deepEqual(
      stopped[0]?.report?.abandoned.map(({ pattern, running }) => [pattern, running]),
      [['serve.stuck', 1]],
    )
    t.is(await stuck, 'ERR_BUS_HANDLER_GONE')
  }),
)

test.serial(
  'stop: a worker whose event loop is blocked is terminated at the deadline',
  onBus(async (t, { bus }) => {
    const cells = new Int32Array(new SharedArrayBuffer(8))
    const workers = serving(bus, { size: 1 }, { cells })
    await workers.ready
    await bus.request('serve.block', 0)
    while (Atomics.load(cells, 1) === 0) await new Promise(setImmediate)
    const lost = bus.request('serve.who', 0).catch(({ code }) => code)
    const exited = next(workers, 'exited')
    const { workers: stopped, elapsed } = await workers.close({ timeout: 20 })
    t.deepEqual(
      stopped.map(({ terminated, code, report }) => [terminated, code, report]),
      [[true, 1, undefined]],
    )
    t.true(elapsed >= 20)
    t.like(await exited, { code: 1, expected: true })
    t.is(await lost, 'ERR_BUS_HANDLER_GONE')
  }),
)

test.serial(
  'stop: what else holds a worker does not hold it up, and its listeners of exit are called',
  onBus(async (t, { bus }) => {
    const cells = new Int32Array(new SharedArrayBuffer(8))
    const workers = serving(bus, { size: 2 }, { isHeld: true, cells })
    await workers.ready
    const { workers: stopped, elapsed } = await workers.close({ timeout: 60_000 })
    t.deepEqual(
      stopped.map(({ terminated, code }) => [terminated, code]),
      [
        [false, 0],
        [false, 0],
      ],
    )
    t.is(Atomics.load(cells, 0), 2)
    t.true(elapsed < 10_000)
  }),
)

test.serial(
  'stop: a worker that is still starting is stopped like any other, by the deadline at the latest',
  onBus(async (t, { bus }) => {
    const early = serving(bus, { size: 2 })
    t.like(await early.close({ timeout: 60_000 }), {
      workers: [{ terminated: false }, { terminated: false }],
    })
    const stuck = serving(bus, { size: 1 }, { start: 'never' })
    const { elapsed } = await stuck.close({ timeout: 60_000 })
    t.true(elapsed < 10_000)
  }),
)

test.serial(
  'stop: a replacement that is waited for is not started any more',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1, restart: { initial: 60_000 } })
    await workers.ready
    const exited = next(workers, 'exited')
    void bus.send('serve.exit', 0)
    await exited
    const ready = t.throwsAsync(workers.ready, { code: 'ERR_BUS_CLOSED' })
    t.deepEqual((await workers.close()).workers, [])
    await ready
  }),
)

test.serial(
  'stop: twice is the same promise, and a shorter deadline hastens those that are going already',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 })
    await workers.ready
    await bus.request('serve.block', 0)
    await bus.request('serve.block', 0)
    const going = workers.scale(1, { timeout: 600_000 })
    const closing = workers.close({ timeout: 10 })
    t.is(workers.close({ timeout: 5 }), closing)
    const { workers: stopped } = await closing
    t.deepEqual(
      stopped.map(({ terminated }) => terminated),
      [true, true],
    )
    await t.throwsAsync(going, { code: 'ERR_BUS_CLOSED' })
    t.throws(() => workers.close({ timeout: -1 }), { code: 'ERR_BUS_INVALID_OPTION' })
  }),
)

test.serial(
  'stop: idle workers end at once',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 })
    await workers.ready
    const { elapsed } = await workers.close()
    // Some 10 ms when nobody else is busy; the deadline is 5 s.
    t.true(elapsed < 2_000, `${elapsed} ms`)
  }),
)

test.serial(
  'stop: await using ends the workers at the end of the block',
  onBus(async (t, { bus }) => {
    let ids: number[]
    {
      await using workers = serving(bus, { size: 1 })
      await workers.ready
      ids = workers.threads.map(({ threadId }) => threadId)
      t.is(await bus.request('serve.who', 0), ids[0])
    }
    t.is(await bus.request('serve.who', 0).catch(({ code }) => code), 'ERR_BUS_NO_HANDLER')
  }),
)
