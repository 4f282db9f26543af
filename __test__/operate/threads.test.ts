import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import test, { type ExecutionContext } from 'ava'
import type { Bus, DirectoryEndpoint, HealthEvent } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { program } from '../support/pools.js'

/** Asks the pool; on a busy machine all of its threads may seem to stand still for a moment. */
function work(bus: Bus): Promise<unknown> {
  return bus.request('pool.work', 0, { waitForHandler: 20_000 })
}

/** How many requests of `count` fail, so many at a time. */
async function failuresOf(bus: Bus, count: number, atOnce: number): Promise<number> {
  let left = count
  let failures = 0
  const asker = async (): Promise<void> => {
    while (left-- > 0) {
      await work(bus).catch((error) => {
        if (error.code !== 'ERR_BUS_HANDLER_FAILED') throw error
        failures++
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, asker))
  return failures
}

/** Resolves when an endpoint is in that state, as this thread sees it. */
async function until(
  bus: Bus,
  name: string,
  isSo: (endpoint: DirectoryEndpoint) => boolean,
): Promise<DirectoryEndpoint> {
  using directory = bus.directory({ name })
  for (;;) {
    const [endpoint] = directory.endpoints
    if (endpoint !== undefined && isSo(endpoint)) return endpoint
    await once(directory, 'changed')
  }
}

test(
  'circuits: behind an endpoint that always fails stands a healthy one in another thread: callers hardly notice',
  onBus(async (t, { bus, thread }) => {
    const [bad, good] = [await thread('pooled'), await thread('pooled')]
    await bus.request(`pool.mood.${bad.worker.threadId}`, 'failing')
    const first = await failuresOf(bus, 500, 16)
    t.true(first >= 5, `${first} failures before its circuit opens`)
    const failures = await failuresOf(bus, 10_000, 16)
    t.log(`${first} failures of the first 500, ${failures} of the next 10,000`)
    t.true(failures < 100, `${failures} of 10,000 failed`)
    await bus.request(`pool.mood.${bad.worker.threadId}`, 'well')
    // Somebody has to ask while it is half open.
    const name = `worker-${bad.worker.threadId}`
    let isClosed = false
    const closed = until(bus, name, ({ circuit }) => circuit === 'closed').then(() => {
      isClosed = true
    })
    while (!isClosed) await failuresOf(bus, 4, 2)
    await closed
    const answers = new Set<unknown>()
    while (answers.size < 2) answers.add(await work(bus).catch(() => undefined))
    t.true(answers.has(bad.worker.threadId) && answers.has(good.worker.threadId))
  }),
)

/** Has a thread stand still, and go on when it was seen that all requests go to the other one. */
async function standsStill(t: ExecutionContext, bus: Bus, stuck: Worker, other: Worker): Promise<void> {
  const { threadId } = stuck
  const name = `worker-${threadId}`
  const told: string[] = []
  bus.events.on('health', ({ name: who, to, reason }: HealthEvent) => {
    if (who === name) told.push(`${to}: ${reason}`)
  })
  const block = new Int32Array(new SharedArrayBuffer(4))
  const blockable = once(stuck, 'message')
  stuck.postMessage(block)
  await blockable
  await bus.request(`pool.block.${threadId}`, 0)
  const stalled = await until(bus, name, ({ isStalled }) => isStalled === true)
  t.is(stalled.health, 'unhealthy')
  t.true(told.includes('unhealthy: its thread is stalled'), String(told))
  const shown = bus.explain('pool.work').handlers.find(({ endpoint }) => endpoint.name === name)
  t.is(shown?.excluded, 'its thread is stalled')
  for (let time = 0; time < 20; time++) t.is(await work(bus), other.threadId)
  Atomics.store(block, 0, 1)
  Atomics.notify(block, 0)
  await until(bus, name, ({ health }) => health === 'healthy')
  const answers = new Set<unknown>()
  while (answers.size < 2) answers.add(await work(bus))
  t.true(answers.has(threadId))
}

test(
  'health: an endpoint whose thread stands still is passed over by all others, until the thread goes on',
  onBus(async (t, { bus, thread }) => {
    const [stuck, other] = [await thread('pooled'), await thread('pooled')]
    await standsStill(t, bus, stuck.worker, other.worker)
  }),
)

test(
  'health: so is one whose thread is a worker of a pool, which is neither replaced nor lost for that',
  onBus(async (t, { bus }) => {
    await using workers = bus.workers(program('pooled'), { size: 2, workerData: bus.name })
    await workers.ready
    workers.on('exited', ({ expected }) => t.true(expected))
    const [stuck, other] = workers.threads
    if (stuck === undefined || other === undefined) return t.fail('there are two')
    await standsStill(t, bus, stuck.worker, other.worker)
    t.deepEqual(
      workers.threads.map(({ state }) => state),
      ['online', 'online'],
    )
  }),
)

test(
  'events: who joins and leaves in another thread is told',
  onBus(async (t, { bus, thread }) => {
    const told: string[] = []
    bus.events.on('joined', ({ name }) => told.push(`joined ${name}`))
    const left = new Promise<void>((resolve) => {
      bus.events.on('left', ({ name, role }) => {
        if (name === undefined || role !== 'handler') return
        told.push(`left ${name}`)
        resolve()
      })
    })
    const one = await thread('pooled')
    const name = `worker-${one.worker.threadId}`
    await work(bus)
    await one.kill()
    await left
    t.true(told.includes(`joined ${name}`), String(told))
    t.true(told.includes(`left ${name}`), String(told))
  }),
)
