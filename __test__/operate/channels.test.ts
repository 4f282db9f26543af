import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import test from 'ava'
import type { HandleTrace, SendTrace } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'

/** What a channel tells of one bus, in order, until it is disposed of. */
function listen(bus: string, names: readonly string[]): { told: string[]; traces: object[] } & Disposable {
  const told: string[] = []
  const traces: object[] = []
  const ends = names.map((name) => {
    const channel = tracingChannel<unknown, SendTrace & HandleTrace>(`busbar:${name}`)
    const tell = (what: string) => (trace: SendTrace & HandleTrace) => {
      if (trace.bus !== bus) return
      told.push(`${name} ${what}`)
      traces.push(trace)
    }
    const subscribers = {
      start: tell('start'),
      end: tell('end'),
      asyncStart: tell('asyncStart'),
      asyncEnd: tell('asyncEnd'),
      error: tell('error'),
    }
    channel.subscribe(subscribers)
    return () => channel.unsubscribe(subscribers)
  })
  return { told, traces, [Symbol.dispose]: () => ends.forEach((end) => void end()) }
}

test(
  'tracing: publishing and handling are told of from start to end, by every way to publish',
  onBus((t, { bus }) => {
    bus.subscribe('a.*', () => {}, { name: 'listener' })
    for (const publish of [
      () => bus.publish('a.b', 1),
      () => bus.publish('a.b', 1, { priority: 'high' }),
      () => bus.publisher('a.b').publish(1),
    ]) {
      using listening = listen(bus.name, ['publish', 'handle'])
      t.is(publish(), 1)
      t.deepEqual(listening.told, ['publish start', 'handle start', 'handle end', 'publish end'])
      const [sent, handled] = listening.traces as [SendTrace, HandleTrace]
      t.like(sent, { bus: bus.name, topic: 'a.b', kind: 'event', payload: 1, pattern: 'a.*', result: 1 })
      t.like(handled, { pattern: 'a.*', name: 'listener' })
      t.is(handled.message.topic, 'a.b')
    }
    using listening = listen(bus.name, ['publish', 'handle'])
    listening[Symbol.dispose]()
    bus.publish('a.b', 1)
    t.deepEqual(listening.told, [])
  }),
)

test(
  'tracing: deliveries, notifications and requests are told of until they have ended, and how',
  onBus(async (t, { bus }) => {
    bus.events.on('failure', () => {})
    bus.subscribe('a', () => {})
    bus.handle('q', async (payload: number) => {
      if (payload === 0) throw new Error('no')
      return payload
    })
    const kinds: Record<string, () => Promise<unknown>> = {
      deliver: () => bus.deliver('a', 1),
      send: () => bus.send('q', 1),
      request: () => bus.request('q', 1),
    }
    for (const [verb, act] of Object.entries(kinds)) {
      const name = verb === 'send' ? 'deliver' : verb
      using listening = listen(bus.name, [name])
      const result = await act()
      t.deepEqual(
        listening.told,
        ['start', 'end', 'asyncStart', 'asyncEnd'].map((what) => `${name} ${what}`),
      )
      t.is((listening.traces.at(-1) as SendTrace).result, result)
    }
    using listening = listen(bus.name, ['request', 'handle'])
    await t.throwsAsync(bus.request('q', 0))
    t.is(listening.told.filter((told) => told.endsWith('error')).length, 2)
    for (const trace of listening.traces) t.true((trace as SendTrace).error instanceof Error)
  }),
)

test(
  'tracing: headers that are set at the start travel, to another thread too, and replace those of the sender',
  onBus(async (t, { bus }) => {
    const channel = tracingChannel<unknown, SendTrace>('busbar:request')
    const start = (trace: SendTrace): void => {
      if (trace.bus === bus.name) trace.headers = { ...trace.headers, traceparent: '00-1-2-01' }
    }
    bus.handle('q', (_, { headers }) => headers)
    channel.start.subscribe(start as (trace: unknown) => void)
    try {
      const headers = await bus.request('q', 0, { headers: { own: 'kept' } })
      t.deepEqual(headers, { own: 'kept', traceparent: '00-1-2-01' })
      for await (const reply of bus.requestMany('q', 0)) {
        t.deepEqual(reply.error === undefined ? reply.value : reply.error, { traceparent: '00-1-2-01' })
      }
    } finally {
      channel.start.unsubscribe(start as (trace: unknown) => void)
    }
  }),
)

for (const asyncContext of [true, false]) {
  test(
    `asyncContext: ${asyncContext}: a handler ${asyncContext ? 'runs' : 'does not run'} in the context its message was sent in, also when it had to wait`,
    onBus(
      async (t, { bus }) => {
        const storage = new AsyncLocalStorage<number>()
        const gate = deferred()
        const seen: unknown[] = []
        bus.subscribe(
          'a',
          async () => {
            seen.push(storage.getStore())
            await gate.promise
            seen.push(storage.getStore())
          },
          { concurrency: 1 },
        )
        const tried: unknown[] = []
        bus.subscribe('b', () => void tried.push(storage.getStore()), { guarantee: 'at-least-once' })
        for (const number of [1, 2]) storage.run(number, () => bus.publish('a', number))
        storage.run(3, () => bus.publish('b', 3))
        gate.resolve()
        await bus.idle()
        if (asyncContext) t.deepEqual([seen, tried], [[1, 1, 2, 2], [3]])
        // The second begins where the first has ended.
        else t.deepEqual(seen, [1, 1, 1, 1])
      },
      { asyncContext },
    ),
  )
}
