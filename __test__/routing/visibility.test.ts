import { once } from 'node:events'
import test from 'ava'
import type { Bus, Subscription } from 'busbar'
import { startActor } from '../support/actor.js'
import { answer } from '../support/labels.js'
import { never } from '../support/never.js'
import { onBus, type Scene } from '../support/on-bus.js'
import type { Thread } from '../support/thread.js'
import type { Block, Publish, Watch } from '../support/workers/meeting.js'

const ROUNDS = 2_000

function cells(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * count))
}

/** Resolves when the cell is no longer what it was. */
async function changed(cell: Int32Array, index: number, before: number): Promise<void> {
  while (Atomics.load(cell, index) === before) await Atomics.waitAsync(cell, index, before).value
}

/** A worker that publishes whenever it is told to through its cells. */
interface Watcher {
  readonly cells: Int32Array
  /** Has it look up who receives the topic, and remember that; resolves to how many. */
  warm(): Promise<unknown>
}

async function watching({ bus, thread }: Scene, topic: string): Promise<Watcher> {
  const order: Watch = { act: 'watch', cells: cells(3), topic }
  const { worker } = await thread('meeting')
  worker.postMessage(order)
  const { threadId } = worker
  return { cells: order.cells, warm: () => bus.request(`warm.${threadId}`, topic) }
}

/** How often a thread that is told to publish as soon as `before` resolves finds nobody. */
async function misses(
  bus: Bus,
  pattern: string | RegExp,
  watchers: readonly Watcher[],
  before: (subscription: Subscription) => Promise<void>,
): Promise<number> {
  let [missed, received] = [0, 0]
  for (let round = 1; round <= ROUNDS; round++) {
    const warm = await Promise.all(watchers.map((watcher) => watcher.warm()))
    if (warm.some((matched) => matched !== 0)) throw new Error(`round ${round}: ${warm}`)
    const subscription = bus.subscribe(pattern, () => void received++)
    await before(subscription)
    for (const watcher of watchers) {
      Atomics.store(watcher.cells, 0, round)
      Atomics.notify(watcher.cells, 0)
    }
    await Promise.all(watchers.map((watcher) => changed(watcher.cells, 2, round - 1)))
    missed += watchers.filter((watcher) => Atomics.load(watcher.cells, 1) !== 1).length
    // What was published comes before this answer.
    await Promise.all(watchers.map((watcher) => watcher.warm()))
    await subscription.unsubscribe()
    if (received !== round * watchers.length - missed)
      throw new Error(`round ${round}: ${received}, missed ${missed}`)
  }
  for (const watcher of watchers) {
    Atomics.store(watcher.cells, 0, -1)
    Atomics.notify(watcher.cells, 0)
  }
  return missed
}

for (const pattern of ['met', 'm[e]t*', /^met$/]) {
  test.serial(
    `ready: as soon as it resolves, other threads publish by it: ${pattern}`,
    onBus(async (t, scene) => {
      const workers = await Promise.all([watching(scene, 'met'), watching(scene, 'met')])
      t.is(await misses(scene.bus, pattern, workers, ({ ready }) => ready), 0)
    }),
  )
}

test.serial(
  'ready: is what makes the difference where threads meet by other ways than the bus',
  onBus(async (t, scene) => {
    const workers = await Promise.all([watching(scene, 'met'), watching(scene, 'met')])
    const missed = await misses(scene.bus, 'met', workers, () => Promise.resolve())
    t.log(`without it, ${missed} of ${ROUNDS * 2} were missed`)
    t.true(missed > 0)
  }),
)

test.serial(
  'ready: holds where threads meet through a port',
  onBus(async (t, { bus, thread }) => {
    const { worker } = await thread('meeting')
    const warm = `warm.${worker.threadId}`
    const publish: Publish = { act: 'publish', topic: 'met', payload: 0 }
    for (let round = 0; round < 1_000; round++) {
      let received = -1
      const subscription = bus.subscribe(round % 2 === 0 ? 'met' : 'm*', (payload: number) => {
        received = payload
      })
      await subscription.ready
      worker.postMessage({ ...publish, payload: round })
      const [matched] = await once(worker, 'message')
      if (matched !== 1) t.fail(`round ${round}: ${matched}`)
      // What was published comes before the answer to a question that was asked after it.
      await bus.request(warm, 'met')
      if (received !== round) t.fail(`round ${round}: not received`)
      await subscription.unsubscribe()
    }
    t.pass()
  }),
)

test.serial(
  'ready: of a handler, too',
  onBus(async (t, scene) => {
    const actor = await startActor(scene)
    for (let round = 0; round < 200; round++) {
      const handler = answer(scene.bus, 'q', String(round))
      await handler.ready
      t.deepEqual(await actor.act('ask', { target: 'q' }), [String(round)])
      await handler.unregister()
    }
  }),
)

/** Has the thread do nothing until the returned function is called. */
async function blocked({ worker }: Thread): Promise<() => void> {
  const cell = cells(1)
  const order: Block = { act: 'block', cell }
  worker.postMessage(order)
  await once(worker, 'message')
  return () => {
    Atomics.store(cell, 0, 1)
    Atomics.notify(cell, 0)
  }
}

function watched(promise: Promise<void>): { readonly state: string } {
  const seen = { state: 'pending' }
  promise.then(
    () => {
      seen.state = 'fulfilled'
    },
    () => {
      seen.state = 'rejected'
    },
  )
  return seen
}

test.serial(
  'ready: waits for each thread, also for one that does not get round to looking',
  onBus(async (t, scene) => {
    const { bus, thread } = scene
    const [busy, actor] = await Promise.all([thread('meeting'), startActor(scene)])
    const release = await blocked(busy)
    const { ready } = bus.subscribe('a', () => {})
    const seen = watched(ready)
    // The other one has answered long since.
    for (let times = 0; times < 20; times++) await actor.act('directory', null)
    t.is(seen.state, 'pending')
    release()
    await ready
    t.is(seen.state, 'fulfilled')
  }),
)

test.serial(
  'ready: does not wait for a thread that ends',
  onBus(async (t, { bus, thread }) => {
    const busy = await thread('meeting')
    await blocked(busy)
    const { ready } = bus.subscribe('a', () => {})
    await busy.kill()
    await ready
    t.pass()
  }),
)

test.serial(
  'ready: resolves when the bus is closed before everybody has seen it',
  onBus(async (t, { bus, thread }) => {
    const release = await blocked(await thread('meeting'))
    const { ready } = bus.subscribe('a', () => {})
    const seen = watched(ready)
    await bus.close()
    await ready
    t.is(seen.state, 'fulfilled')
    release()
  }),
)

test.serial(
  'ready: is one promise, which may be asked for late, and resolves where there is no other thread',
  onBus(async (t, { bus }) => {
    const subscription = bus.subscribe('a', () => {})
    t.is(subscription.ready, subscription.ready)
    await subscription.ready
    const other = bus.handle('a', never)
    await other.unregister()
    await other.ready
    await subscription.unsubscribe()
    await subscription.ready
    t.pass()
  }),
)

test.serial(
  'unsubscribe: nothing is delivered after it returned, while other threads publish all the time',
  onBus(async (t, { bus, thread }) => {
    const workers = await Promise.all([thread('flooding'), thread('flooding')])
    const permanent = bus.subscribe('flood', () => {})
    for (const { worker } of workers) worker.postMessage(cells(1))
    let received = 0
    for (let round = 0; round < 600; round++) {
      let over = false
      const subscription: Subscription = bus.subscribe(round % 2 === 0 ? 'flood' : 'fl*', () => {
        if (over) t.fail(`round ${round}: it was over`)
        received++
        // Also in the middle of what is being handed over: its own message, and those that wait behind it.
        if (round % 3 === 0) {
          over = true
          void subscription.unsubscribe()
        }
      })
      if (round % 3 === 0) {
        while (!over) await new Promise(setImmediate)
      } else {
        await new Promise(setImmediate)
        void subscription.unsubscribe()
        over = true
      }
    }
    t.log(`${received} received, ${permanent.stats().accepted} by the one that stayed`)
    t.true(received > 200)
    await permanent.unsubscribe()
    await Promise.all(workers.map(({ worker }) => once(worker, 'message')))
  }),
)

test.serial(
  'unsubscribe: nothing is delivered after it returned, of what waits to be handed over in its own thread',
  onBus((t, { bus }) => {
    let over = false
    const later = bus.subscribe('a', () => t.fail('it was over'), { priority: -1 })
    bus.subscribe('a', (payload: number) => {
      if (payload > 0) bus.publish('a', payload - 1)
      if (over) return
      over = true
      void later.unsubscribe()
    })
    bus.publish('a', 100)
    t.is(later.stats().accepted, 0)
  }),
)
