import { collect } from '../support/collect.js'
import { onEachCore } from '../support/on-each-core.js'

const guarantee = 'exactly-once'

onEachCore('exactly once: a message with an id that was there is refused', async (t, { bus, pass }) => {
  const got: unknown[] = []
  const subscription = bus.subscribe(
    'a',
    (payload, { idempotencyKey }) => void got.push([payload, idempotencyKey]),
    {
      guarantee,
    },
  )
  bus.subscribe('a', () => {})
  bus.publish('a', 1, { id: 'x' })
  bus.publish('a', 2, { id: 'x' })
  bus.publish('a', 3, { id: 'y' })
  await pass(0)
  t.deepEqual(got, [
    [1, 'x'],
    [3, 'y'],
  ])
  const receipt = await bus.deliver('a', 4, { id: 'x' })
  t.like(receipt, {
    matched: 2,
    processed: 1,
    dropped: [{ endpoint: subscription.id, code: 'ERR_BUS_DUPLICATE' }],
  })
})

onEachCore(
  'exactly once: each subscription has its own memory, also of the same pattern',
  async (t, { bus, pass }) => {
    const got: string[] = []
    for (const name of ['one', 'two']) bus.subscribe('a', () => void got.push(name), { guarantee })
    bus.publish('a', 1, { id: 'x' })
    bus.publish('a', 1, { id: 'x' })
    await pass(0)
    t.deepEqual(got.sort(), ['one', 'two'])
  },
)

onEachCore(
  'exactly once: an id is forgotten after its window, by time and by count',
  async (t, { bus, pass }) => {
    const got: unknown[] = []
    const retry = { attempts: 1 }
    const options = { guarantee, retry, ackTimeout: 1_000 } as const
    bus.subscribe('time', (payload) => void got.push(payload), { ...options, dedupe: { window: 60_000 } })
    bus.subscribe('count', (payload) => void got.push(payload), { ...options, dedupe: { size: 2 } })
    bus.publish('time', 1, { id: 'x' })
    await pass(59_999)
    bus.publish('time', 2, { id: 'x' })
    await pass(2)
    bus.publish('time', 3, { id: 'x' })
    await pass(0)
    t.deepEqual(got.splice(0), [1, 3])
    for (const [index, id] of ['a', 'b', 'a', 'c', 'a'].entries()) {
      bus.publish('count', index, { id })
      await pass(0)
    }
    t.deepEqual(got, [0, 1, 3, 4])
  },
)

onEachCore(
  'exactly once: a message that is tried again is not a duplicate of itself',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const attempts: number[] = []
    const registration = bus.handle(
      'q',
      (_payload, { attempt }) => {
        attempts.push(attempt)
        if (attempt === 1) throw new Error('again')
      },
      { guarantee, retry: { initial: 10, jitter: 0 } },
    )
    await bus.send('q', 1, { id: 'x' })
    await t.throwsAsync(bus.send('q', 1, { id: 'x' }), { code: 'ERR_BUS_DUPLICATE' })
    await pass(10)
    t.deepEqual(attempts, [1, 2])
    t.like(registration.stats(), { accepted: 1, processed: 1 })
    await t.throwsAsync(bus.send('q', 1, { id: 'x' }), { code: 'ERR_BUS_DUPLICATE' })
  },
)

onEachCore(
  'dead letters: replay gives them to an endpoint of their pattern, purge throws them away',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    let isBroken = true
    const got: unknown[] = []
    const handle = (payload: unknown, message: { attempt: number; id: string }): void => {
      if (isBroken) throw new Error('broken')
      got.push([payload, message.id, message.attempt])
    }
    const retry = { attempts: 1 }
    bus.handle('mail.*', handle, { guarantee: 'at-least-once', retry, name: 'mailer' })
    bus.subscribe('audit.**', handle, { guarantee: 'at-least-once', retry })
    bus.subscribe('audit.**', () => {})
    await bus.send('mail.a', 1, { id: 'm1' })
    await bus.send('mail.b', 2, { id: 'm2' })
    bus.publish('audit.x.y', 3, { id: 'e1' })
    await pass(0)
    t.is(bus.deadLetters.count, 3)
    t.like(await bus.deadLetters.get(2), { topic: 'mail.b', id: 'm2' })
    t.is(await bus.deadLetters.get(99), undefined)

    t.is(await bus.deadLetters.replay({ topic: 'mail.a' }), 1)
    await pass(0)
    t.is(bus.deadLetters.count, 3, 'it failed again, and is a dead letter again')
    isBroken = false
    t.is(await bus.deadLetters.replay({ name: 'mailer' }), 2)
    await pass(0)
    t.deepEqual(got, [
      [2, 'm2', 1],
      [1, 'm1', 1],
    ])
    t.is(await bus.deadLetters.replay(), 1)
    await pass(0)
    t.deepEqual(got.at(-1), [3, 'e1', 1])
    t.is(bus.deadLetters.count, 0)

    isBroken = true
    for (const index of [1, 2, 3]) await bus.send(`mail.${index}`, index)
    await pass(0)
    const letters = await collect(bus.deadLetters)
    t.deepEqual(
      letters.map(({ payload }) => payload),
      [1, 2, 3],
    )
    t.is(await bus.deadLetters.purge(letters[0]?.number), 1)
    t.is(await bus.deadLetters.purge({ topic: 'mail.3' }), 1)
    t.is(await bus.deadLetters.purge({ reason: 'lapsed' }), 0)
    t.is(await bus.deadLetters.purge(), 1)
    await t.throwsAsync(bus.deadLetters.replay({ nobody: 1 } as never), { code: 'ERR_BUS_INVALID_OPTION' })
  },
)
