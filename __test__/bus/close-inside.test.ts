/** A handler that closes the bus: it is not to wait for itself. */
import test from 'ava'
import { type CloseReport, open } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

/** Longer than a test may take: what waits for it fails. */
const FOREVER = { timeout: 600_000 }

/** After so many turns that whoever did not wait would be done. */
async function later(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
}

test(
  'close inside a handler: a handler that goes on, and what waits behind it, are finished',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    let closing: Promise<CloseReport> | undefined
    const subscription = bus.subscribe(
      'a',
      async (n: number) => {
        if (n > 0) return
        closing = bus.close(FOREVER)
        await gate.promise
      },
      { concurrency: 1 },
    )
    subscription.pause()
    bus.publish('a', 0)
    bus.publish('a', 1)
    subscription.resume()
    gate.resolve()
    t.like(await closing, { drained: 2, abandoned: [] })
    t.like(subscription.stats(), { processed: 2 })
  }),
)

test(
  'close inside a handler: that one is not waited for, all others are, and no report names it',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const order: string[] = []
    const ended = deferred()
    bus.subscribe('a', async () => {
      t.like(await bus.close(FOREVER), { drained: 2, abandoned: [] })
      order.push('closed')
      ended.resolve()
    })
    bus.subscribe('*', async () => {
      await gate.promise
      order.push('finished')
    })
    bus.publish('b', 0)
    bus.publish('a', 0)
    gate.resolve()
    await ended.promise
    t.deepEqual(order, ['finished', 'finished', 'closed'])
  }),
)

for (const how of ['twice', 'by shutdown() as well'] as const) {
  test(
    `close inside a handler: who asks ${how} is one call, and the others are waited for`,
    onBus(async (t, { bus }) => {
      const gate = deferred()
      const order: string[] = []
      const ended = deferred()
      bus.subscribe('a', async (n: number) => {
        if (n > 0) {
          await gate.promise
          order.push('finished')
          return
        }
        void bus.close(FOREVER)
        void (how === 'twice' ? bus.close(FOREVER) : bus.shutdown(FOREVER))
        void later().then(gate.resolve)
        t.like(await bus.close(FOREVER), { abandoned: [] })
        order.push('closed')
        ended.resolve()
      })
      bus.publish('a', 1)
      bus.publish('a', 0)
      await ended.promise
      t.deepEqual(order, ['finished', 'closed'])
    }),
  )
}

test(
  'close inside a handler: a shutdown that a request asks for, which hands down, excuses that request alone',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const order: string[] = []
    const ended = deferred()
    bus.handle('q', async (n: number) => {
      if (n > 0) {
        await gate.promise
        order.push('finished')
        return
      }
      await null
      void later().then(gate.resolve)
      t.like(await bus.shutdown(FOREVER), { abandoned: [] })
      order.push('closed')
      ended.resolve()
    })
    const asked = [bus.request('q', 1, { timeout: 60_000 }), bus.request('q', 0, { timeout: 60_000 })]
    await Promise.allSettled(asked)
    await ended.promise
    t.deepEqual(order, ['finished', 'closed'])
  }),
)

test(
  'unsubscribe inside a handler: it may be awaited there, and other calls are waited for',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const order: string[] = []
    const ended = deferred()
    const subscription = bus.subscribe('a', async (n: number) => {
      if (n > 0) {
        await gate.promise
        order.push('finished')
        return
      }
      void later().then(gate.resolve)
      await subscription.unsubscribe()
      order.push('unsubscribed')
      ended.resolve()
    })
    bus.publish('a', 1)
    bus.publish('a', 0)
    await ended.promise
    t.deepEqual(order, ['finished', 'unsubscribed'])
    t.is(bus.publish('a', 2), 0)
  }),
)

test(
  'close inside a handler: other calls of the same handler are waited for',
  onBus(async (t, { bus }) => {
    const gates = [deferred(), deferred()]
    const closed = deferred()
    let isClosed = false
    const subscription = bus.subscribe('a', async (n: number) => {
      if (n < gates.length) return gates[n]?.promise
      await bus.close(FOREVER)
      isClosed = true
      return closed.resolve()
    })
    for (let n = 0; n <= gates.length; n++) bus.publish('a', n)
    for (const [n, gate] of gates.entries()) {
      while (subscription.stats().processed < n) await new Promise(setImmediate)
      t.false(isClosed)
      gate.resolve()
    }
    await closed.promise
    t.like(subscription.stats(), { processed: 2 })
  }),
)

test(
  'close inside a handler: one that has ended excuses no other call of it',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    let closing: Promise<CloseReport> | undefined
    const subscription = bus.subscribe('a', (n: number) => {
      if (n === 0) return gate.promise
      closing = bus.close(FOREVER)
      return undefined
    })
    bus.publish('a', 0)
    bus.publish('a', 1)
    t.like(subscription.stats(), { processed: 1, running: 1 })
    let isClosed = false
    void closing?.then(() => {
      isClosed = true
    })
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    t.false(isClosed)
    gate.resolve()
    t.like(await closing, { drained: 2, abandoned: [] })
  }),
)

for (const [what, options] of [
  ['of batches', { batch: { size: 3 } }],
  ['of messages in the order of their keys', { orderBy: () => 'key', concurrency: 5 }],
  ['that is watched', { health: {}, circuit: {} }],
  ['of messages that are held', { guarantee: 'at-least-once' }],
] as const) {
  test(
    `close inside a handler: it may be one ${what}`,
    onBus(async (t, { bus }) => {
      const closed = deferred<CloseReport>()
      bus.subscribe('a', async () => closed.resolve(await bus.close(FOREVER)), options as object)
      for (let n = 0; n < ('batch' in options ? 3 : 1); n++) bus.publish('a', n)
      t.like(await closed.promise, { drained: 0, abandoned: [] })
    }),
  )
}

test(
  'close inside a handler: the caller of a request gets ERR_BUS_CLOSED, also where that awaits something before',
  onBus(
    async (t, { bus }) => {
      const closed = deferred<CloseReport>()
      bus.handle('q', async () => {
        await new Promise(setImmediate)
        closed.resolve(await bus.close(FOREVER))
      })
      const error = busError(t, bus.request('q', 0, { timeout: 600_000 }))
      t.like(await closed.promise, { abandoned: [], requestsFailed: 1 })
      t.is((await error).code, 'ERR_BUS_CLOSED')
    },
    { inherit: 'always' },
  ),
)

test(
  'close inside a handler: nor is one waited for that finds the bus closing',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const closed = deferred<CloseReport>()
    bus.subscribe('a', () => gate.promise, { concurrency: 1 })
    bus.subscribe(
      'b',
      async (n: number) => {
        if (n === 0) await gate.promise
        else closed.resolve(await bus.close(FOREVER))
      },
      { concurrency: 1 },
    )
    bus.publish('a', 0)
    bus.publish('b', 0)
    bus.publish('b', 1)
    const closing = bus.close(FOREVER)
    gate.resolve()
    t.is(await closed.promise, await closing)
    t.like(await closing, { drained: 2, abandoned: [] })
  }),
)

test(
  'close inside a handler: after an await it is a call like any other, and abandons the handler at the deadline',
  onBus(async (t, { bus }) => {
    const closed = deferred<CloseReport>()
    const subscription = bus.subscribe('a', async () => {
      await null
      closed.resolve(await bus.close({ timeout: 10 }))
    })
    bus.publish('a', 0)
    t.is((await closed.promise).abandoned[0]?.endpoint, subscription.id)
  }),
)

test(
  'close inside a handler: one of another bus may await it',
  onBus(async (t, { bus }) => {
    const other = open(`${t.title} (other)`)
    const gate = deferred()
    const closed = deferred<CloseReport>()
    bus.subscribe('a', () => gate.promise)
    bus.publish('a', 0)
    other.subscribe('a', async () => closed.resolve(await bus.close(FOREVER)))
    other.publish('a', 0)
    gate.resolve()
    t.like(await closed.promise, { drained: 1, abandoned: [] })
    t.like(await other.close(FOREVER), { abandoned: [] })
  }),
)

test(
  'close inside a handler: what is stuck beside it is abandoned at the deadline, and named alone',
  onBus(async (t, { bus }) => {
    const closed = deferred<CloseReport>()
    const stuck = bus.subscribe('a', never, { name: 'stuck' })
    bus.subscribe('a', async () => closed.resolve(await bus.close({ timeout: 10 })))
    bus.publish('a', 0)
    t.deepEqual(
      (await closed.promise).abandoned.map(({ endpoint }) => endpoint),
      [stuck.id],
    )
  }),
)
