import test from 'ava'
import { collect } from '../support/collect.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { onEachCore } from '../support/on-each-core.js'

onEachCore(
  'requestMany: gives the reply of every handler, whatever its priority, and ends',
  async (t, { bus }) => {
    const ids = [
      bus.handle('quotes.eur', () => 1, { priority: 5 }).id,
      bus.handle('quotes.*', async () => 2).id,
      bus.handle(/^quotes/, () => {
        throw new RangeError('no quote')
      }).id,
    ]
    bus.handle('other', () => t.fail('it was not asked'))
    const replies = await collect(bus.requestMany('quotes.eur', 0))
    const byId = new Map(replies.map((reply) => [reply.endpoint, reply]))
    t.is(replies.length, 3)
    t.deepEqual(
      ids.map((id) => byId.get(id)?.value),
      [1, 2, undefined],
    )
    t.like(byId.get(ids[2] ?? 0)?.error, { code: 'ERR_BUS_HANDLER_FAILED', cause: { message: 'no quote' } })
  },
)

onEachCore(
  'requestMany: who has not answered at the deadline is named with ERR_BUS_TIMEOUT',
  async (t, { bus, pass }) => {
    const slow = bus.handle('q', never, { name: 'slow' })
    bus.handle('q', () => 'fast')
    const replies = collect(bus.requestMany('q', 0, { timeout: 500 }))
    await pass(500)
    const [first, second] = await replies
    t.like(first, { value: 'fast' })
    t.false('name' in (first ?? {}))
    t.like(second, { endpoint: slow.id, name: 'slow' })
    t.like(second?.error, { code: 'ERR_BUS_TIMEOUT' })
  },
)

onEachCore(
  'requestMany: max replies are enough, and the other handlers are told',
  async (t, { bus, settle }) => {
    let reason: unknown
    bus.handle('q', (_payload, { signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason
      })
      return never()
    })
    bus.handle('q', () => 'first')
    t.like(await collect(bus.requestMany('q', 0, { max: 1 })), [{ value: 'first' }])
    await settle()
    t.like(reason as object, { code: 'ERR_BUS_ABORTED' })
  },
)

onEachCore('requestMany: leaving the loop tells those who still work', async (t, { bus, settle }) => {
  const signals: AbortSignal[] = []
  bus.handle('q', (_payload, { signal }) => {
    signals.push(signal)
    return never()
  })
  bus.handle('q', () => 1)
  for await (const { value } of bus.requestMany('q', 0)) {
    t.is(value, 1)
    break
  }
  await settle()
  t.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true],
  )
})

onEachCore(
  'requestMany: without a handler, and with a signal that aborts, the iteration rejects',
  async (t, { bus }) => {
    await t.throwsAsync(collect(bus.requestMany('nobody', 0)), { code: 'ERR_BUS_NO_HANDLER' })
    bus.handle('q', never)
    const controller = new AbortController()
    const pending = collect(bus.requestMany('q', 0, { signal: controller.signal }))
    controller.abort(new Error('enough'))
    t.like(await t.throwsAsync(pending, { code: 'ERR_BUS_ABORTED' }), { cause: controller.signal.reason })
    await t.throwsAsync(collect(bus.requestMany('q', 0, { signal: controller.signal })), {
      code: 'ERR_BUS_ABORTED',
    })
    t.throws(() => bus.requestMany('q.*', 0), { code: 'ERR_BUS_INVALID_TOPIC' })
  },
)

test(
  'requestMany: reaches the handlers of all threads; one that dies is told as gone',
  onBus(async (t, { bus, thread }) => {
    const [first, second] = [await thread('answering'), await thread('answering')]
    bus.handle('echo', (payload) => payload)
    const replies = await collect(bus.requestMany('echo', { a: 1 }))
    t.deepEqual(
      replies.map(({ value }) => value),
      [{ a: 1 }, { a: 1 }, { a: 1 }],
    )
    const dying = collect(bus.requestMany('never', 0))
    await Promise.all([first.kill(), second.kill()])
    t.like(await dying, [
      { error: { code: 'ERR_BUS_HANDLER_GONE' } },
      { error: { code: 'ERR_BUS_HANDLER_GONE' } },
    ])
  }),
)
