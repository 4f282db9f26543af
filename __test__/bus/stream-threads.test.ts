/** Streams between threads that are threads; what they promise is tested in the files beside this one. */
import test from 'ava'
import { collect } from '../support/collect.js'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

test(
  'stream: items of another thread come in order, each once, of many streams at a time',
  onBus(async (t, { bus, thread }) => {
    await thread('streaming')
    const lengths = [0, 1, 1_000, 5_000, 100, 3]
    const streams = lengths.map((length, index) =>
      bus.stream('streaming.count', length, { prefetch: index + 1 }),
    )
    const all = await Promise.all(streams.map(collect))
    for (const [index, items] of all.entries()) {
      t.deepEqual(
        items,
        Array.from({ length: lengths[index] ?? 0 }, (_, item) => item),
      )
    }
    t.deepEqual(await collect(bus.stream('streaming.once', null)), ['once'])
  }),
)

test(
  'stream: an error of another thread comes behind its items, as what it was',
  onBus(async (t, { bus, thread }) => {
    await thread('streaming')
    const stream = bus.stream('streaming.fails', 2)
    t.deepEqual((await stream.next()).value, { item: 0, at: new Date(0) })
    t.deepEqual((await stream.next()).value, { item: 1, at: new Date(1) })
    const { code, cause } = await busError(t, stream.next())
    t.is(code, 'ERR_BUS_HANDLER_FAILED')
    t.true(cause instanceof RangeError)
    t.is((await busError(t, bus.request('streaming.count', 1))).code, 'ERR_BUS_REPLY_IS_STREAM')
  }),
)

test(
  'stream: left, its generator returns in the other thread',
  onBus(async (t, { bus, thread }) => {
    await thread('streaming')
    const ended = deferred()
    bus.subscribe('streaming.ended', () => ended.resolve())
    for await (const item of bus.stream('streaming.count', undefined)) if (item === 10) break
    await ended.promise
    t.pass()
  }),
)

for (const how of ['exits', 'is terminated'] as const) {
  test(
    `stream: a thread that ${how} ends its streams behind their items`,
    onBus(async (t, { bus, thread }) => {
      const one = await thread('streaming')
      const stream = bus.stream(
        how === 'exits' ? 'streaming.exit' : 'streaming.count',
        how === 'exits' ? 5 : undefined,
      )
      const items: unknown[] = []
      while (items.length < 5) items.push((await stream.next()).value)
      t.deepEqual(items, [0, 1, 2, 3, 4])
      if (how === 'is terminated') await one.kill()
      let last = 4
      const rest = async (): Promise<void> => {
        for (;;) {
          const { value } = await stream.next()
          t.is(value, ++last)
        }
      }
      t.is((await busError(t, rest())).code, 'ERR_BUS_HANDLER_GONE')
      t.deepEqual(await stream.next(), { done: true, value: undefined })
      await one.exited
    }),
  )
}

test(
  'stream: a thread that dies while it reads lets the generator return',
  onBus(async (t, { bus, thread }) => {
    const one = await thread('streaming')
    const ended = deferred()
    const signals: AbortSignal[] = []
    bus.handle('streaming.here', async function* (_: unknown, { signal }) {
      signals.push(signal)
      try {
        for (let item = 0; ; item++) yield item
      } finally {
        ended.resolve()
      }
    })
    await bus.request('streaming.read', 30)
    await one.kill()
    await ended.promise
    t.like(signals[0]?.reason, { code: 'ERR_BUS_ABORTED' })
  }),
)
