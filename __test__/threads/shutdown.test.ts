/** A bus that is closed in all of its threads, from one of them. */
import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { type Bus, type CloseOptions, type CloseReport, open } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus, type Scene } from '../support/on-bus.js'
import { exits, serving } from '../support/pools.js'
import { busError } from '../support/rejection.js'
import type { Thread } from '../support/thread.js'
import type { LastingOrder } from '../support/workers/lasting.js'

/** Longer than a test may take: what waits for it fails. */
const FOREVER = { timeout: 600_000 }

interface Lasting {
  readonly thread: Thread
  readonly id: number
  /** Has it close the bus, or shut it down; resolves when it does, to what comes of it. */
  tell(verb: 'close' | 'shutdown', options: CloseOptions): Promise<{ readonly report: Promise<CloseReport> }>
  /** Has it stand still; resolves when it does, to what lets it go on. */
  stall(): Promise<() => void>
}

async function lasting({ thread }: Scene): Promise<Lasting> {
  const started = await thread('lasting')
  const { worker } = started
  const post = (order: LastingOrder): void => worker.postMessage(order)
  return {
    thread: started,
    id: worker.threadId,
    async tell(verb, options) {
      post({ verb, options })
      await once(worker, 'message')
      const report = once(worker, 'message').then(([said]) => said as CloseReport)
      return { report }
    },
    async stall() {
      const lock = new Int32Array(new SharedArrayBuffer(8))
      post(lock)
      while (Atomics.load(lock, 0) === 0) await new Promise(setImmediate)
      return () => {
        Atomics.store(lock, 1, 1)
        Atomics.notify(lock, 1)
      }
    },
  }
}

/** A gate in this thread that handlers elsewhere ask, and those who are behind it. */
function gated(bus: Bus): { readonly waiting: Set<number>; readonly open: () => void } {
  const gate = deferred()
  const waiting = new Set<number>()
  bus.handle('here.gate', async (id: number) => {
    waiting.add(id)
    await gate.promise
    return id
  })
  return { waiting, open: () => gate.resolve() }
}

const turn = (): Promise<void> => new Promise(setImmediate)

/** Nobody is on the bus any more. */
async function isLeft(t: ExecutionContext, name: string): Promise<void> {
  await using again = open(name)
  while (again.directory().endpoints.length > 0) await turn()
  t.is((await busError(t, again.request('last.ask', ''))).code, 'ERR_BUS_NO_HANDLER')
}

test.serial(
  'shutdown: every thread finishes what it has, also what needs an answer from here, and all are told of',
  onBus(async (t, scene) => {
    const { bus } = scene
    const threads = await Promise.all([lasting(scene), lasting(scene)])
    const { waiting, open: openGate } = gated(bus)
    const answers = threads.map(({ id }) => bus.request(`last.${id}.ask`, 'here.gate'))
    while (waiting.size < 2) await turn()
    const own = bus.directory().endpoints.find(({ pattern }) => pattern === 'here.gate')?.attachment
    const closing = bus.shutdown(FOREVER)
    // Both have been told, and have left the routing table; this one has not.
    while (bus.directory({ topic: 'last.ask' }).endpoints.length > 0) await turn()
    openGate()
    t.deepEqual(
      await Promise.all(answers),
      threads.map(({ id }) => id),
    )
    const report = await closing
    t.like(report, { drained: 2, abandoned: [], requestsFailed: 0 })
    t.deepEqual(
      report.threads?.map(({ outcome, report: one }) => [outcome, one?.drained]),
      [
        ['closed', 1],
        ['closed', 1],
      ],
    )
    t.false(report.threads?.some(({ attachment }) => attachment === own))
    t.false('workers' in report)
    await isLeft(t, bus.name)
  }),
)

test.serial(
  'shutdown: a hundred handlers in two workers finish, and so do the workers',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 })
    await workers.ready
    const { waiting, open: openGate } = gated(bus)
    const expected = exits(workers, 2)
    const answers = Array.from({ length: 100 }, () => bus.request('serve.ask', 'here.gate'))
    while (waiting.size < 2) await turn()
    const closing = bus.shutdown(FOREVER)
    while (bus.directory({ topic: 'serve.ask' }).endpoints.length > 0) await turn()
    openGate()
    t.is(new Set(await Promise.all(answers)).size, 2)
    const report = await closing
    t.like(report, { abandoned: [], requestsFailed: 0 })
    t.deepEqual(
      report.workers?.map(({ terminated, code, report: one }) => [terminated, code, one?.drained]),
      [
        [false, 0, 50],
        [false, 0, 50],
      ],
    )
    t.true((await expected).every((exit) => exit.expected))
    t.deepEqual(
      report.threads?.map(({ outcome }) => outcome),
      ['closed', 'closed'],
    )
  }),
)

test.serial(
  'shutdown: at the deadline what never settles is abandoned in each thread, and named with it',
  onBus(async (t, scene) => {
    const { bus } = scene
    const threads = await Promise.all([lasting(scene), lasting(scene)])
    const here = bus.handle('here.never', never)
    const topics = [...threads.map(({ id }) => `last.${id}.never`), 'here.never']
    const endpoints = topics.map((topic) => bus.directory({ topic }).endpoints[0])
    const errors = topics.map((topic) => busError(t, bus.request(topic, 0, { timeout: 600_000 })))
    const started = bus.stats()
    t.is(started.running, 1)
    // Its request has arrived there when a later one has been answered.
    gated(bus).open()
    await Promise.all(threads.map(({ id }) => bus.request(`last.${id}.ask`, 'here.gate')))
    const { abandoned, requestsFailed } = await bus.shutdown({ timeout: 500 })
    t.deepEqual(
      abandoned.map(({ pattern, attachment, name, running }) => [pattern, attachment, name, running]).sort(),
      endpoints.map((one) => [one?.pattern, one?.attachment, one?.name, 1]).sort(),
    )
    t.is(abandoned.at(0)?.endpoint, here.id)
    t.true(requestsFailed >= 1)
    t.deepEqual(
      [...new Set((await Promise.all(errors)).map(({ code }) => code))].sort().at(0),
      'ERR_BUS_CLOSED',
    )
  }),
)

test.serial(
  'shutdown: a thread that stands still is waited for until the deadline, named, and leaves when it can',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [still, other] = await Promise.all([lasting(scene), lasting(scene)])
    const goOn = await still.stall()
    const theirs = bus.directory({ name: `never-${still.id}` }).endpoints[0]
    const report = await bus.shutdown({ timeout: 700 })
    t.true(report.elapsed >= 699)
    t.deepEqual(
      report.threads?.map(({ attachment, outcome }) => [attachment === theirs?.attachment, outcome]).sort(),
      [
        [false, 'closed'],
        [true, 'silent'],
      ],
    )
    t.is(report.abandoned.length, 4)
    t.deepEqual(
      report.abandoned.find(({ endpoint }) => endpoint === theirs?.id),
      {
        endpoint: theirs?.id ?? 0,
        attachment: theirs?.attachment ?? 0,
        pattern: `last.${still.id}.never`,
        name: `never-${still.id}`,
        running: 0,
        queued: 0,
        isSilent: true,
      },
    )
    goOn()
    await isLeft(t, bus.name)
    await other.thread.stop()
  }),
)

test.serial(
  'shutdown: a thread that opens the bus meanwhile leaves it, too; one that opens it afterwards opens it anew',
  onBus(async (t, scene) => {
    const { bus } = scene
    const first = await lasting(scene)
    const { waiting, open: openGate } = gated(bus)
    const answer = bus.request(`last.${first.id}.ask`, 'here.gate')
    while (waiting.size < 1) await turn()
    const closing = bus.shutdown(FOREVER)
    while (bus.directory({ topic: 'last.ask' }).endpoints.length > 0) await turn()
    const second = await lasting(scene)
    openGate()
    t.is(await answer, first.id)
    t.deepEqual(
      (await closing).threads?.map(({ outcome }) => outcome),
      ['closed', 'closed'],
    )
    await second.thread.stop()
    const third = await lasting(scene)
    await using again = open(bus.name)
    again.handle('here.gate', () => 'anew')
    t.is(await again.request(`last.${third.id}.ask`, 'here.gate'), 'anew')
  }),
)

test.serial(
  'shutdown: a thread that is closing already is hastened',
  onBus(async (t, scene) => {
    const { bus } = scene
    const one = await lasting(scene)
    const stuck = busError(t, bus.request(`last.${one.id}.never`, 0, { timeout: 600_000 }))
    gated(bus).open()
    await bus.request(`last.${one.id}.ask`, 'here.gate')
    const { report } = await one.tell('close', FOREVER)
    const merged = await bus.shutdown({ timeout: 50 })
    t.deepEqual(
      merged.threads?.map(({ outcome }) => outcome),
      ['closed'],
    )
    t.is(merged.abandoned[0]?.name, `never-${one.id}`)
    t.is((await report).abandoned[0]?.name, `never-${one.id}`)
    await stuck
  }),
)

test.serial(
  'shutdown: a thread that dies meanwhile is not waited for',
  onBus(async (t, scene) => {
    const { bus } = scene
    const one = await lasting(scene)
    await one.stall()
    const closing = bus.shutdown(FOREVER)
    await one.thread.kill()
    t.like(await closing, { threads: [{ outcome: 'gone' }], abandoned: [] })
  }),
)

test.serial(
  'shutdown: of two threads that do it at once one does it, and both hear of an end',
  onBus(async (t, scene) => {
    const { bus } = scene
    for (let round = 0; round < 5; round++) {
      const [one, two] = await Promise.all([lasting(scene), lasting(scene)])
      const again = round === 0 ? bus : open(bus.name)
      const [told, toldToo] = [one.tell('shutdown', FOREVER), two.tell('shutdown', FOREVER)]
      const own = await again.shutdown(FOREVER)
      const reports = [own, await (await told).report, await (await toldToo).report]
      for (const { abandoned } of reports) t.deepEqual(abandoned, [])
      const others = reports.flatMap(({ threads }) => threads ?? [])
      t.true(others.some(({ outcome }) => outcome === 'closed'))
      t.false(others.some(({ outcome }) => outcome === 'silent'))
      await Promise.all([one.thread.stop(), two.thread.stop()])
      await isLeft(t, bus.name)
    }
  }),
)

test.serial(
  'shutdown: another thread may do it, and a pool of this one ends with it and is not replaced',
  onBus(async (t, scene) => {
    const { bus } = scene
    const workers = serving(bus, { size: 2, restart: { initial: 0 } })
    await workers.ready
    workers.on('restarted', () => t.fail('the bus is shut down'))
    const ended = exits(workers, 2)
    const leader = await lasting(scene)
    const closed = once(bus.events, 'closed') as Promise<[CloseReport]>
    const { report } = await leader.tell('shutdown', FOREVER)
    const merged = await report
    t.true((await ended).every(({ expected, code }) => expected && code === 0))
    const [own] = await closed
    t.deepEqual(
      own.workers?.map(({ terminated }) => terminated),
      [false, false],
    )
    t.is(merged.workers?.length, 2)
    t.deepEqual(
      merged.threads?.map(({ outcome }) => outcome),
      ['closed', 'closed', 'closed'],
    )
    t.throws(() => bus.publish('a', 0), { code: 'ERR_BUS_CLOSED' })
    await bus.close(FOREVER)
  }),
)

test.serial(
  'shutdown: a worker of a pool that is stuck is terminated at the deadline',
  onBus(async (t, { bus }) => {
    const cells = new Int32Array(new SharedArrayBuffer(8))
    const workers = serving(bus, { size: 1 }, { cells })
    await workers.ready
    await bus.request('serve.block', 0)
    while (Atomics.load(cells, 1) === 0) await turn()
    const report = await bus.shutdown({ timeout: 50 })
    t.deepEqual(
      report.workers?.map(({ terminated, code }) => [terminated, code]),
      [[true, 1]],
    )
  }),
)

test(
  'shutdown: inside a handler it does not wait for that handler',
  onBus(async (t, scene) => {
    const { bus } = scene
    await lasting(scene)
    const done = deferred<CloseReport>()
    bus.subscribe('stop', async () => done.resolve(await bus.shutdown(FOREVER)))
    bus.publish('stop', 0)
    t.like(await done.promise, { abandoned: [], threads: [{ outcome: 'closed' }] })
  }),
)

test(
  'shutdown: twice is the same promise, and the second may hasten it; so may close()',
  onBus(async (t, { bus }) => {
    bus.subscribe('a', never)
    bus.publish('a', 0)
    const first = bus.shutdown(FOREVER)
    t.is(bus.shutdown(FOREVER), first)
    const own = await bus.close({ timeout: 0 })
    t.is(own.abandoned.length, 1)
    t.deepEqual((await first).abandoned, own.abandoned)
    t.is(bus.shutdown(), first)
  }),
)

test(
  'shutdown: what has left the bus cannot close it elsewhere',
  onBus(async (t, { bus }) => {
    await bus.close()
    await t.throwsAsync(bus.shutdown(), { code: 'ERR_BUS_CLOSED', message: new RegExp(t.title) })
  }),
)

test(
  'shutdown: it checks its options, and the bus stays open',
  onBus((t, { bus }) => {
    t.throws(() => void bus.shutdown({ timeout: -1 }), { code: 'ERR_BUS_INVALID_OPTION' })
    t.throws(() => void bus.shutdown({ force: true } as CloseOptions), {
      code: 'ERR_BUS_INVALID_OPTION',
      message: "shutdown() has no option 'force'; it has timeout, signal",
    })
    t.is(bus.publish('a', 0), 0)
  }),
)

test(
  'shutdown: on the core in JavaScript, which has one thread, it is a close',
  onBus(
    async (t, { bus }) => {
      bus.subscribe('a', () => {})
      t.like(await bus.shutdown(FOREVER), { drained: 0, abandoned: [], threads: [] })
    },
    { core: 'javascript' },
  ),
)
