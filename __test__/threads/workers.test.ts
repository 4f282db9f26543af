import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { type Bus, open, type Workers, type WorkersOptions } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { exits, program, serving } from '../support/pools.js'
import { busError } from '../support/rejection.js'

/** Who has answered so many requests. */
async function answering(bus: Bus, times: number): Promise<unknown[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => bus.request('serve.who', 0)))
  return [...new Set(answers)].sort()
}

test(
  'workers: when they are ready, every thread of the bus routes to all of them',
  onBus(async (t, { bus }) => {
    for (let round = 0; round < 5; round++) {
      const workers = serving(bus, { size: 3 })
      t.is(workers.size, 3)
      t.deepEqual(
        [...workers].map(({ index, state, attachment }) => [index, state, attachment]),
        [0, 1, 2].map((index) => [index, 'starting', undefined]),
      )
      await workers.ready
      t.deepEqual(
        workers.threads.map(({ state }) => state),
        ['online', 'online', 'online'],
      )
      const ids = workers.threads.map(({ threadId }) => threadId)
      t.deepEqual(await answering(bus, 6), ids.toSorted())
      for (const id of ids) t.is(await bus.request('serve.ask', `serve.only.${id}`), id)
      const attachments = bus.directory({ topic: 'serve.who' }).endpoints.map(({ attachment }) => attachment)
      t.deepEqual(workers.threads.map(({ attachment }) => attachment).sort(), attachments.sort())
      await workers.close()
      t.deepEqual(bus.directory({ topic: 'serve.who' }).endpoints, [])
      t.deepEqual([...workers], [])
    }
  }),
)

test(
  'workers: when one is online, this thread routes to it',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2, restart: { initial: 0, limit: 100 } })
    const enough = deferred()
    const answered: [expected: number, answer: unknown][] = []
    workers.on('online', async ({ threadId, worker }) => {
      const answer = await bus.request(`serve.only.${threadId}`, 0).catch(({ code }) => code)
      answered.push([threadId, answer])
      if (answered.length < 20) void worker.terminate()
      else enough.resolve()
    })
    await enough.promise
    for (const [threadId, answer] of answered) t.is(answer, threadId)
  }),
)

test(
  'workers: there is one less than there are cores, and at least one, where nobody says how many',
  onBus(async (t, { bus }) => {
    t.is(serving(bus).size, Math.max(1, availableParallelism() - 1))
  }),
)

test(
  'workers: a module is a URL or a path, as for new Worker()',
  onBus(async (t, { bus }) => {
    const url = program('serving')
    const workerData = { bus: bus.name }
    for (const module of [url, url.href, fileURLToPath(url)]) {
      const workers = bus.workers(module, { size: 1, workerData })
      await workers.ready
      await workers.close()
    }
    const source = 'import { parentPort } from "node:worker_threads"; parentPort.postMessage("hello")'
    const [{ worker } = { worker: undefined }] = bus.workers(`data:text/javascript,${source}`, { size: 1 })
    t.deepEqual(await once(worker ?? process, 'message'), ['hello'])
  }),
)

test(
  'workers: what new Worker() takes is passed on, and process.argv is that of the module',
  onBus(async (t, { bus }) => {
    const options = { argv: ['one', 'two'], env: { SERVICE: 'night' }, stdout: true, name: 'server' }
    const workers = serving(bus, { size: 1, ...options, resourceLimits: { maxOldGenerationSizeMb: 64 } })
    await workers.ready
    t.deepEqual(await bus.request('serve.given', 0), {
      argv: [fileURLToPath(program('serving')), 'one', 'two'],
      env: 'night',
      data: { bus: bus.name },
      listeners: 0,
    })
    const [{ worker } = { worker: undefined }] = workers
    t.is(worker?.resourceLimits?.maxOldGenerationSizeMb, 64)
  }),
)

test(
  'workers: parentPort is left to the module, from the first message to the last',
  onBus(async (t, { bus }) => {
    const workers = bus.workers(program('echoing'), { size: 1, workerData: bus.name })
    const [{ worker } = { worker: undefined }] = workers
    const told: unknown[] = []
    worker?.on('message', (message) => told.push(message))
    worker?.postMessage('before it runs')
    await workers.ready
    worker?.postMessage('what')
    await once(worker ?? process, 'message')
    // Its listener would keep it alive for ever; nothing that is told to it on the way out is heard there.
    const { workers: stopped } = await workers.close()
    t.deepEqual(told, [['before it runs', 'what']])
    t.like(stopped[0], { code: 0, terminated: false })
  }),
)

test(
  'workers: a module that opens the bus later than it is evaluated is online when it has',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 }, { start: 'late' })
    await workers.ready
    t.is((await answering(bus, 4)).length, 2)
  }),
)

test(
  'workers: a worker may have workers of its own',
  onBus(async (t, { bus, thread }) => {
    await thread('pooling')
    t.is(await bus.request('nest', 2), 2)
    t.is((await answering(bus, 4)).length, 2)
    await bus.request('nest.close', 0)
    t.is((await busError(t, bus.request('serve.who', 0))).code, 'ERR_BUS_NO_HANDLER')
  }),
)

test(
  'workers: scale() starts some more, and stops the youngest',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1 })
    await workers.scale(3)
    const ids = workers.threads.map(({ threadId }) => threadId)
    t.deepEqual(await answering(bus, 6), ids.toSorted())
    const ended = exits(workers, 2)
    await workers.scale(1)
    t.is(workers.size, 1)
    t.deepEqual(await answering(bus, 4), ids.slice(0, 1))
    t.deepEqual(
      (await ended).map(({ worker, code, expected }) => [worker.threadId, code, expected]).sort(),
      ids.slice(1).map((id) => [id, 0, true]),
    )
    await workers.scale(0)
    t.is((await busError(t, bus.request('serve.who', 0))).code, 'ERR_BUS_NO_HANDLER')
    await workers.scale(2)
    t.is((await answering(bus, 4)).length, 2)
  }),
)

const REFUSED: readonly [how: string, module: unknown, options: unknown, message: RegExp][] = [
  ['no module', undefined, {}, /^the module of workers\(\) must be a URL .*, got undefined$/],
  ['a bare name', 'worker.js', {}, /got "worker\.js" \(string\)$/],
  [
    'another scheme',
    new URL('https://example.org/a.js'),
    {},
    /got "https:\/\/example\.org\/a\.js" \(string\)$/,
  ],
  ['a number', 7, {}, /got 7 \(number\)$/],
  ['size 0', './a.js', { size: 0 }, /^size must be an integer from 1 to 1024, got 0 \(number\)$/],
  ['half a worker', './a.js', { size: 1.5 }, /^size must be/],
  ['size as text', './a.js', { size: '2' }, /^size must be/],
  ['too many', './a.js', { size: 1_025 }, /^size must be/],
  ['eval', './a.js', { eval: true }, /^workers\(\) has no option 'eval'; it has size, restart, argv/],
  ['a transfer', './a.js', { transferList: [] }, /^workers\(\) has no option 'transferList'/],
  ['restart: true', './a.js', { restart: true }, /^the options of restart must be an object, got true/],
  ['an unknown option of restart', './a.js', { restart: { times: 1 } }, /^restart has no option 'times'/],
  [
    'initial over max',
    './a.js',
    { restart: { initial: 9, max: 5 } },
    /^restart\.initial must be an integer from 0 to 5/,
  ],
  ['a negative limit', './a.js', { restart: { limit: -1 } }, /^restart\.limit must be an integer from 0/],
  ['no window', './a.js', { restart: { window: 0 } }, /^restart\.window must be an integer from 1/],
  [
    'jitter over 1',
    './a.js',
    { restart: { jitter: 2 } },
    /^restart\.jitter must be a number from 0 to 1, got 2/,
  ],
  [
    'what Node.js refuses',
    './a.js',
    { execArgv: ['--no-such-flag'] },
    /such as new Worker\(\) takes: .*no-such-flag/,
  ],
  [
    'what cannot be cloned',
    './a.js',
    { workerData: () => {} },
    /such as new Worker\(\) takes: .*could not be cloned/,
  ],
]

for (const [how, module, options, message] of REFUSED) {
  test(
    `workers: ${how} is refused`,
    onBus((t, { bus }) => {
      const start = (): Workers => bus.workers(module as string, options as WorkersOptions)
      t.throws(start, { code: 'ERR_BUS_INVALID_OPTION', message })
    }),
  )
}

test(
  'workers: a closed bus, or one that is closing, starts none; closed workers are not scaled',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 1 })
    for (const size of [-1, 0.5, 1_025, undefined, '1']) {
      t.is((await busError(t, workers.scale(size as number))).code, 'ERR_BUS_INVALID_OPTION')
    }
    const closing = bus.close()
    t.throws(() => serving(bus), { code: 'ERR_BUS_CLOSED' })
    t.is((await busError(t, workers.scale(2))).code, 'ERR_BUS_CLOSED')
    await closing
    t.throws(() => serving(bus), { code: 'ERR_BUS_CLOSED' })
    t.is((await busError(t, workers.ready)).code, 'ERR_BUS_CLOSED')
  }),
)

test('workers: a bus on the core in JavaScript has none', async (t) => {
  await using bus = open(t.title, { core: 'javascript' })
  t.throws(() => serving(bus), { code: 'ERR_BUS_NATIVE_UNAVAILABLE', message: /JavaScript core/ })
})
