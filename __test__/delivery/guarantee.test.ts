import { collect } from '../support/collect.js'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onEachCore } from '../support/on-each-core.js'

const guarantee = 'at-least-once'

onEachCore(
  'at least once: a handler that fails is given the message again, until it succeeds',
  async (t, { bus, pass }) => {
    const attempts: number[] = []
    const subscription = bus.subscribe(
      'a',
      (_payload, { attempt }) => {
        attempts.push(attempt)
        if (attempt < 3) throw new Error(`attempt ${attempt}`)
      },
      { guarantee, retry: { initial: 100, jitter: 0 } },
    )
    bus.events.on('failure', () => {})
    bus.publish('a', 1)
    t.deepEqual(attempts, [1])
    await pass(99)
    t.deepEqual(attempts, [1])
    await pass(1)
    t.deepEqual(attempts, [1, 2])
    await pass(199)
    t.deepEqual(attempts, [1, 2])
    await pass(1)
    t.deepEqual(attempts, [1, 2, 3])
    t.like(subscription.stats(), { accepted: 1, processed: 1, retried: 2, failed: 0, queued: 0, running: 0 })
    t.is(bus.deadLetters.count, 0)
  },
)

onEachCore(
  'at least once: after the last attempt it is a dead letter, with its error and history',
  async (t, { bus, pass }) => {
    const told: unknown[] = []
    bus.events.on('failure', () => {})
    bus.events.on('deadLetter', ({ reason, topic }) => told.push([reason, topic]))
    const registration = bus.handle(
      'mail.*',
      (_payload, { attempt }) => {
        throw new TypeError(`attempt ${attempt}`)
      },
      { name: 'mailer', retry: { attempts: 2, initial: 10, jitter: 0 } },
    )
    await bus.send('mail.welcome', { to: 'ada' }, { guarantee, id: 'm1', headers: { trace: 'x' } })
    await pass(10)
    t.like(registration.stats(), { accepted: 1, deadLettered: 1, processed: 0 })
    t.deepEqual(told, [['attempts', 'mail.welcome']])
    const letters = await collect(bus.deadLetters)
    t.is(letters.length, 1)
    t.like(letters[0], {
      number: 1,
      topic: 'mail.welcome',
      payload: { to: 'ada' },
      kind: 'notification',
      id: 'm1',
      headers: { trace: 'x' },
      reason: 'attempts',
      attempts: 2,
      endpoint: registration.id,
      pattern: 'mail.*',
      name: 'mailer',
    })
    t.like(letters[0]?.error, { name: 'TypeError', message: 'attempt 2' })
    t.deepEqual(
      letters[0]?.history.map(({ attempt, error }) => [attempt, (error as Error).message]),
      [
        [1, 'attempt 1'],
        [2, 'attempt 2'],
      ],
    )
  },
)

onEachCore(
  'at least once: a handler that takes longer than ackTimeout has failed, and is not heard any more',
  async (t, { bus, pass }) => {
    const first = deferred()
    const attempts: number[] = []
    bus.events.on('failure', () => {})
    const subscription = bus.subscribe(
      'a',
      (_payload, { attempt }) => {
        attempts.push(attempt)
        return attempt === 1 ? first.promise : undefined
      },
      { guarantee, ackTimeout: 1_000, retry: { initial: 100, jitter: 0 }, concurrency: 1 },
    )
    bus.publish('a', 1)
    await pass(999)
    t.like(subscription.stats(), { running: 1, retried: 0 })
    await pass(1)
    t.like(subscription.stats(), { running: 0, postponed: 1, retried: 1 })
    await pass(100)
    t.deepEqual(attempts, [1, 2])
    t.like(subscription.stats(), { processed: 1, accepted: 1 })
    first.reject(new Error('too late'))
    await pass(10_000)
    t.like(subscription.stats(), { processed: 1, accepted: 1, failed: 0, retried: 1 })
  },
)

onEachCore('message.extend() gives a handler more time, from now on', async (t, { bus, pass }) => {
  const gate = deferred()
  const subscription = bus.subscribe(
    'a',
    async (_payload, message) => {
      message.extend(5_000)
      await gate.promise
    },
    { guarantee, ackTimeout: 1_000 },
  )
  bus.publish('a', 1)
  await pass(4_999)
  t.like(subscription.stats(), { running: 1, retried: 0 })
  gate.resolve()
  await pass(1)
  t.like(subscription.stats(), { processed: 1, retried: 0 })
})

onEachCore('message.nak() gives the message back, for as long as it says', async (t, { bus, pass }) => {
  const attempts: number[] = []
  bus.events.on('failure', () => {})
  const subscription = bus.subscribe(
    'a',
    (_payload, message) => {
      attempts.push(message.attempt)
      if (message.attempt === 1) message.nak({ delay: 7_000 })
    },
    { guarantee },
  )
  bus.publish('a', 1)
  await pass(6_999)
  t.deepEqual(attempts, [1])
  await pass(1)
  t.deepEqual(attempts, [1, 2])
  t.like(subscription.stats(), { processed: 1, retried: 1 })
})

onEachCore('message.term() makes it a dead letter at once', async (t, { bus, pass }) => {
  bus.events.on('failure', () => {})
  const subscription = bus.subscribe('a', (_payload, message) => message.term('nonsense'), { guarantee })
  bus.publish('a', 1)
  await pass(0)
  t.like(subscription.stats(), { deadLettered: 1, retried: 0 })
  const [letter] = await collect(bus.deadLetters)
  t.like(letter, { reason: 'terminated', attempts: 1 })
  t.is((letter?.error as Error | undefined)?.message, 'nonsense')
})

onEachCore(
  'message.ack(): what is acknowledged is not given again, whatever its handler does then',
  async (t, { bus, pass }) => {
    let calls = 0
    const subscription = bus.subscribe(
      'a',
      (_payload, message) => {
        calls++
        message.ack()
        message.ack()
        message.nak()
        throw new Error('after the acknowledgement')
      },
      { guarantee },
    )
    bus.publish('a', 1)
    await pass(100_000)
    t.is(calls, 1)
    t.like(subscription.stats(), { processed: 1, retried: 0, failed: 0, deadLettered: 0 })
  },
)

onEachCore(
  'at most once: ack and its sisters change nothing, and a failure is final',
  async (t, { bus, pass }) => {
    let calls = 0
    bus.events.on('failure', () => {})
    const subscription = bus.subscribe('a', (_payload, message) => {
      calls++
      message.nak({ delay: 1 })
      message.extend(5)
      message.term()
      throw new Error('once')
    })
    bus.publish('a', 1)
    await pass(100_000)
    t.is(calls, 1)
    t.like(subscription.stats(), { failed: 1, retried: 0, deadLettered: 0 })
  },
)

onEachCore(
  'at least once: what its endpoint had in hand goes to another one of its pattern when it ends',
  async (t, { bus, pass }) => {
    const got: string[] = []
    const first = bus.subscribe('a.*', never, { guarantee, concurrency: 1 })
    bus.publish('a.1', 1)
    bus.publish('a.2', 2)
    await pass(0)
    bus.subscribe('a.*', (_payload, { topic }) => void got.push(topic), { guarantee })
    bus.subscribe('a.**', () => t.fail('it had them already, and has another pattern'))
    void first.unsubscribe()
    await pass(0)
    t.deepEqual(got, ['a.2'], 'what waited; what runs is still its own')
  },
)

onEachCore(
  'at least once: without another endpoint it waits for one, and lapses after half a minute',
  async (t, { bus, pass }) => {
    const first = bus.handle('q', never, { concurrency: 1 })
    await bus.send('q', 1, { guarantee })
    await bus.send('q', 2, { guarantee, id: 'two' })
    await bus.send('q', 3, { guarantee, id: 'three' })
    void first.unregister()
    await pass(29_999)
    const got: unknown[] = []
    t.is(bus.deadLetters.count, 0)
    const second = bus.handle('q', (payload) => void got.push(payload))
    await pass(0)
    t.deepEqual(got, [2, 3])
    void second.unregister()
    t.is(bus.deadLetters.count, 0)
  },
)

onEachCore(
  'at least once: what nobody takes for half a minute is a dead letter, and its sender hears of it',
  async (t, { bus, pass }) => {
    const first = bus.handle('q', never, { concurrency: 1 })
    await bus.send('q', 1, { guarantee })
    const second = bus.send('q', 2, { guarantee, id: 'two', wait: 'processed', timeout: 100_000 })
    await pass(0)
    void first.unregister()
    await pass(30_001)
    const [letter] = await collect(bus.deadLetters)
    t.like(letter, { reason: 'lapsed', id: 'two', topic: 'q', payload: 2, kind: 'notification' })
    t.like(await t.throwsAsync(second), { code: 'ERR_BUS_HANDLER_GONE' })
  },
)
