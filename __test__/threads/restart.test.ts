import test from 'ava'
import type { Bus, WorkerGivenUp, WorkerRestart, Workers } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { exits, next, serving } from '../support/pools.js'
import { busError } from '../support/rejection.js'

/** The ways in which a worker may end although nobody has asked it to, and the exit code of each. */
const ENDS: Record<string, [end: (workers: Workers, bus: Bus) => unknown, code: number, message?: string]> = {
  'is terminated': [({ threads: [thread] }) => thread?.worker.terminate(), 1],
  exits: [(_, bus) => bus.send('serve.exit', 3), 3],
  throws: [(_, bus) => bus.send('serve.throw', new TypeError('boom')), 1, 'boom'],
  'ends, for nothing holds it': [(_, bus) => bus.send('serve.unref', 0), 0],
}

for (const [how, [end, expectedCode, message]] of Object.entries(ENDS)) {
  test(
    `restart: a worker that ${how} is told of and replaced`,
    onBus(async (t, { bus }) => {
      const workers = serving(bus, { size: 1, restart: { initial: 1 } })
      await workers.ready
      const [first] = workers
      if (first === undefined) throw new Error('it has one worker')
      const [ended, restarted] = [next(workers, 'exited'), next(workers, 'restarted')]
      void end(workers, bus)
      const { worker, code, error, expected } = await ended
      t.is(worker, first)
      t.is(worker.state, 'exited')
      t.deepEqual([code, expected], [expectedCode, false])
      t.is((error as Error | undefined)?.message, message)
      const restart = await restarted
      t.is(restart.previous, first)
      t.true(workers.threads[0] === restart.worker)
      t.deepEqual([restart.restarts, restart.worker.index, restart.worker.state], [1, 0, 'starting'])
      t.not(restart.worker.threadId, first.threadId)
      await workers.ready
      t.is(await bus.request('serve.who', 0), restart.worker.threadId)
    }),
  )
}

test(
  'restart: the waits double, and are only lengthened by jitter',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1, restart: { initial: 4, max: 20, limit: 5 } }, { start: 'exits' })
    workers.on('exited', () => {})
    const restarts: WorkerRestart[] = []
    workers.on('restarted', (restart) => restarts.push(restart))
    await next(workers, 'gaveUp')
    t.deepEqual(
      restarts.map(({ restarts: count }) => count),
      [1, 2, 3, 4, 5],
    )
    for (const [index, least] of [4, 8, 16, 20, 20].entries()) {
      const delay = restarts[index]?.delay ?? 0
      t.true(delay >= least && delay <= least * 1.2, `${index}: ${delay}`)
    }
  }),
)

test(
  'restart: after too many within the window it is given up; scale() starts it anew',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2, restart: { initial: 0, limit: 2 } })
    await workers.ready
    const givenUp: WorkerGivenUp[] = []
    workers.on('gaveUp', (what) => givenUp.push(what))
    const survivor = workers.threads[1]?.threadId
    for (let round = 0; round < 3; round++) {
      const ended = exits(workers, 1)
      void workers.threads[0]?.worker.terminate()
      await ended
      if (round < 2) await workers.ready
    }
    t.deepEqual(
      givenUp.map(({ worker, restarts }) => [worker.index, worker.state, restarts]),
      [[0, 'exited', 2]],
    )
    t.is(workers.size, 2)
    t.is(await bus.request('serve.who', 0), survivor)
    for (let look = 0; look < 2; look++) {
      const error = await busError(t, workers.ready)
      t.is(error.code, 'ERR_BUS_WORKER_FAILED')
      t.regex(
        error.message,
        /^worker 0 of bus '.*' has ended too often, and is not replaced any more: exit code 1$/,
      )
    }
    await workers.scale(2)
    t.deepEqual(
      workers.threads.map(({ state }) => state),
      ['online', 'online'],
    )
  }),
)

test(
  'restart: false replaces nobody',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1, restart: false })
    await workers.ready
    const givenUp = next(workers, 'gaveUp')
    void bus.send('serve.exit', 4)
    t.like(await givenUp, { restarts: 0, worker: { index: 0, state: 'exited' } })
    t.is((await busError(t, workers.ready)).code, 'ERR_BUS_WORKER_FAILED')
    t.like(await workers.close(), { workers: [] })
  }),
)

for (const [start, message] of [
  ['throws', /^worker 0 of bus '.*' ended before it was online: RangeError: cannot start$/],
  ['exits', /ended before it was online: exit code 9$/],
] as const) {
  test(
    `restart: ready rejects at once when a worker ${start} before it is online, and waits for the next when asked again`,
    onBus(async (t, { bus }) => {
      const workers = serving(bus, { size: 1, restart: { initial: 0, limit: 3 } }, { start })
      workers.on('exited', () => {}).on('gaveUp', () => {})
      const errors = []
      for (let look = 0; look < 5; look++) errors.push(await busError(t, workers.ready))
      for (const error of errors) {
        t.is(error.code, 'ERR_BUS_WORKER_FAILED')
        t.is((error.cause as Error | undefined)?.name, start === 'throws' ? 'RangeError' : undefined)
      }
      t.regex(errors[0]?.message ?? '', message)
      t.regex(errors[4]?.message ?? '', /is not replaced any more/)
    }),
  )
}

test(
  'restart: ready names the module that cannot be found as the cause',
  onBus(async (t, { bus }) => {
    const workers = bus.workers(new URL('./no-such-module.js', import.meta.url), { size: 1, restart: false })
    workers.on('exited', () => {}).on('gaveUp', () => {})
    const { code, cause } = await busError(t, workers.ready)
    t.is(code, 'ERR_BUS_WORKER_FAILED')
    t.regex((cause as Error).message, /no-such-module/)
  }),
)

test(
  'restart: a worker that has done its work and ends is replaced like any other',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1, restart: { initial: 0, limit: 1 } }, { start: 'done' })
    const ended = exits(workers, 2)
    await next(workers, 'gaveUp')
    t.deepEqual(
      (await ended).map(({ code, error }) => [code, error]),
      [
        [0, undefined],
        [0, undefined],
      ],
    )
  }),
)

test.serial(
  'restart: an end that nobody listens for is a warning',
  onBus(async (t, { bus }) => {
    const warnings: string[] = []
    const listen = ({ name, message }: Error): void =>
      void (name === 'BusbarWarning' && warnings.push(message))
    process.on('warning', listen)
    const workers = serving(bus, { size: 1, restart: { initial: 0, limit: 1 } }, { start: 'throws' })
    for (let look = 0; look < 2; look++) await busError(t, workers.ready)
    await new Promise(setImmediate)
    process.off('warning', listen)
    t.is(warnings.length, 2)
    t.regex(warnings[0] ?? '', /^worker 0 of bus '.*' failed: RangeError: cannot start; listen to 'exited'/)
    t.regex(warnings[1] ?? '', /has ended: RangeError: cannot start; after 1 restarts it is given up$/)
  }),
)
