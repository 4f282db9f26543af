import test from 'ava'
import { ask, tally } from '../support/labels.js'
import { onBus } from '../support/on-bus.js'
import { serving } from '../support/pools.js'

test(
  'balance: the workers of a pool take turns, also with those that have come by scale()',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 })
    await workers.ready
    await workers.scale(3)
    const ids = workers.threads.map(({ threadId }) => String(threadId))
    const counts = tally((await ask(bus, 'serve.who', 30)).map(String))
    t.deepEqual(counts, new Map([...counts.keys()].map((id) => [id, 10])))
    t.deepEqual([...counts.keys()].toSorted(), ids.toSorted())
  }),
)

test(
  'balance: a key stays with its worker when others come, but for those that the new ones get',
  onBus(async (t, { bus }) => {
    const workers = serving(bus, { size: 2 })
    await workers.ready
    const keys = Array.from({ length: 600 }, (_, index) => `key ${index}`)
    const owners = (): Promise<unknown[]> =>
      Promise.all(keys.map((key) => bus.request('serve.who', 0, { balance: 'hash', key })))
    const before = await owners()
    t.deepEqual(await owners(), before)
    await workers.scale(3)
    const newcomer = workers.threads[2]?.threadId
    const after = await owners()
    const moved = after.filter((owner, index) => owner !== before[index])
    t.true(moved.length > 0 && moved.length < keys.length / 2, `${moved.length} of ${keys.length}`)
    for (const owner of moved) t.is(owner, newcomer)
    await workers.scale(2)
    t.deepEqual(await owners(), before)
  }),
)

test(
  'balance: a worker that does not answer gets no more by least-pending',
  onBus(async (t, { bus }) => {
    const cells = new Int32Array(new SharedArrayBuffer(8))
    const workers = serving(bus, { size: 2, restart: false }, { cells })
    workers.on('exited', () => {}).on('gaveUp', () => {})
    await workers.ready
    const [blocked, free] = workers.threads
    await bus.request(`serve.block.${blocked?.threadId}`, 0)
    while (Atomics.load(cells, 1) === 0) await new Promise(setImmediate)
    // It owes one answer more than the other one ever does.
    const owed = [1, 2].map(() => bus.request('serve.who', 0).catch(({ code }) => code))
    t.is(await Promise.race(owed), free?.threadId)
    t.deepEqual(
      tally((await ask(bus, 'serve.who', 20, { balance: 'least-pending' })).map(String)),
      new Map([[String(free?.threadId), 20]]),
    )
    void blocked?.worker.terminate()
    t.deepEqual(
      (await Promise.all(owed)).map(String).toSorted(),
      [String(free?.threadId), 'ERR_BUS_HANDLER_GONE'].toSorted(),
    )
  }),
)
