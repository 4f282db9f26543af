/** What handlers, listeners and interceptors may do with a message that the core holds, and what must not come of it. */
// biome-ignore-all lint/suspicious/noThenProperty: thenables of every kind are what is tested.
import test from 'ava'
import type { Message } from 'busbar'
import { collect } from '../support/collect.js'
import { deferred } from '../support/deferred.js'
import { boom, hostile } from '../support/hostile.js'
import { never } from '../support/never.js'
import { onEachCore } from '../support/on-each-core.js'
import { run } from '../support/programs/run.js'
import { told } from '../support/told.js'

const guarantee = 'at-least-once'
const retry = { attempts: 2, initial: 10, jitter: 0 }

for (const [what, [handler, thrown]] of Object.entries(hostile)) {
  onEachCore(
    `faults: a handler that ${what} is given a held message again, and then it is a dead letter`,
    async (t, { bus, pass }) => {
      const { failures, letters } = told(bus)
      const failing = bus.subscribe('a', handler, { guarantee, retry, concurrency: 1 })
      const healthy = bus.subscribe('a', () => {}, { guarantee, priority: -1 })
      const unheld = bus.subscribe('a', () => {}, { priority: -2 })
      t.is(bus.publish('a', 1, { id: 'one' }), 3)
      await pass(0)
      t.like(failing.stats(), { accepted: 1, retried: 1, deadLettered: 0, postponed: 1 })
      await pass(10)
      t.like(failing.stats(), { accepted: 1, retried: 1, deadLettered: 1, failed: 0, processed: 0 })
      t.deepEqual(
        failures.map(({ id, attempt, endpoint }) => [id, attempt, endpoint]),
        [
          ['one', 1, failing.id],
          ['one', 2, failing.id],
        ],
        'each attempt is told, once',
      )
      if (thrown !== undefined) t.true(failures.every(({ error }) => error === thrown))
      t.is(letters.length, 1)
      const [letter] = await collect(bus.deadLetters)
      t.like(letter, { id: 'one', reason: 'attempts', attempts: 2, endpoint: failing.id, payload: 1 })
      t.is(letter?.history.length, 2)
      t.like(healthy.stats(), { accepted: 1, processed: 1 })
      t.like(unheld.stats(), { accepted: 1, processed: 1 })
      t.is(bus.publish('a', 2), 3)
      t.like(healthy.stats(), { processed: 2 }, 'the bus works as before')
      await pass(10)
    },
  )

  onEachCore(
    `faults: a handler of batches that ${what} fails its batch, and the next one comes`,
    async (t, { bus, pass }) => {
      const { failures } = told(bus)
      let calls = 0
      const subscription = bus.subscribe('a', () => (++calls === 1 ? (handler() as never) : undefined), {
        guarantee,
        retry,
        batch: { size: 2, within: 0 },
        concurrency: 1,
      })
      bus.publish('a', 1)
      bus.publish('a', 2)
      await pass(0)
      t.like(subscription.stats(), { retried: 2, postponed: 2, running: 0 })
      await pass(10)
      await pass(0)
      t.like(subscription.stats(), { retried: 2, processed: 2, deadLettered: 0 })
      t.is(failures.length, 2)
    },
  )
}

onEachCore(
  'faults: a handler that never settles is given up after ackTimeout, each time',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const stuck = bus.subscribe('a', never, { guarantee, retry, ackTimeout: 100, concurrency: 1 })
    const healthy = bus.subscribe('a', () => {}, { guarantee })
    for (const payload of [1, 2, 3]) bus.publish('a', payload)
    t.like(healthy.stats(), { processed: 3 })
    t.like(stuck.stats(), { running: 1, queued: 2 })
    for (let message = 0; message < 3; message++) {
      await pass(100)
      await pass(10)
      await pass(100)
    }
    t.like(stuck.stats(), { accepted: 3, retried: 3, deadLettered: 3, running: 0, queued: 0 })
    t.is(failures.length, 6)
    for (const { error } of failures) t.like(error, { code: 'ERR_BUS_TIMEOUT' })
    t.is(bus.deadLetters.count, 3)
  },
)

onEachCore(
  'faults: a batch that never settles is given up after ackTimeout, and its place is free',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const got: number[][] = []
    const gate = deferred()
    const subscription = bus.subscribe(
      'a',
      (payloads: readonly number[]) => {
        got.push([...payloads])
        return got.length === 1 ? gate.promise : undefined
      },
      { guarantee, retry, ackTimeout: 100, batch: { size: 2, within: 0 }, concurrency: 1 },
    )
    for (const payload of [1, 2, 3]) bus.publish('a', payload)
    await pass(0)
    t.deepEqual(got, [[1, 2]])
    await pass(100)
    await pass(0)
    t.deepEqual(got, [[1, 2], [3]])
    await pass(10)
    await pass(0)
    t.deepEqual(got, [[1, 2], [3], [1, 2]])
    t.like(subscription.stats(), { processed: 3, retried: 2 })
    gate.reject(new Error('too late'))
    await pass(0)
    bus.publish('a', 4)
    bus.publish('a', 5)
    await pass(0)
    t.deepEqual(got.at(-1), [4, 5])
    t.like(subscription.stats(), { processed: 5, retried: 2, running: 0 })
  },
)

onEachCore(
  'faults: a batch of which some are acknowledged keeps its place until its handler has settled',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const gate = deferred()
    let calls = 0
    const subscription = bus.subscribe(
      'a',
      (_payloads, messages) => {
        calls++
        messages[0]?.ack()
        return gate.promise
      },
      { guarantee, retry, ackTimeout: 100, batch: { size: 2, within: 0 }, concurrency: 1 },
    )
    for (const payload of [1, 2, 3]) bus.publish('a', payload)
    await pass(100)
    await pass(0)
    t.like(subscription.stats(), { retried: 1, running: 1 })
    t.is(calls, 1)
    gate.resolve()
    await pass(10)
    await pass(0)
    t.like(subscription.stats(), { processed: 3, running: 0 })
  },
)

onEachCore(
  'faults: a thenable that settles as often as it likes is settled once',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const subscription = bus.subscribe(
      'a',
      () => ({
        then(fulfil: (value?: unknown) => void, reject: (error: unknown) => void): void {
          fulfil()
          fulfil()
          reject(boom)
          throw boom
        },
      }),
      { guarantee },
    )
    bus.publish('a', 1)
    await pass(1_000)
    t.like(subscription.stats(), { accepted: 1, processed: 1, retried: 0, running: 0 })
    t.deepEqual(failures, [])
  },
)

onEachCore(
  'faults: what a handler throws after message.ack() is told, and the message is processed all the same',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const gate = deferred()
    const subscription = bus.subscribe(
      'a',
      async (later: boolean, message) => {
        message.ack()
        if (later) await gate.promise
        throw boom
      },
      { guarantee, retry },
    )
    bus.publish('a', false, { id: 'now' })
    bus.publish('a', true, { id: 'later' })
    await pass(100_000)
    t.like(subscription.stats(), { processed: 1, running: 1 })
    gate.resolve()
    await pass(100_000)
    t.like(subscription.stats(), { accepted: 2, processed: 2, retried: 0, failed: 0, deadLettered: 0 })
    t.deepEqual(
      failures.map(({ id, error }) => [id, error]),
      [
        ['now', boom],
        ['later', boom],
      ],
    )
  },
)

onEachCore(
  'faults: what a handler throws after message.nak() is why the attempt failed, and the delay counts',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const attempts: number[] = []
    bus.subscribe(
      'a',
      (_payload, message) => {
        attempts.push(message.attempt)
        message.nak({ delay: 50 })
        message.ack()
        throw boom
      },
      { guarantee, retry },
    )
    bus.publish('a', 1)
    await pass(49)
    t.deepEqual(attempts, [1])
    await pass(1)
    t.deepEqual(attempts, [1, 2])
    t.deepEqual(
      failures.map(({ error }) => error),
      [boom, boom],
    )
    t.is(bus.deadLetters.count, 1)
  },
)

onEachCore(
  'faults: who says nak or term and never settles has its word carried out after ackTimeout',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const attempts: number[] = []
    const options = { guarantee, retry, ackTimeout: 100, concurrency: 1 } as const
    const giving = bus.subscribe(
      'nak',
      (_payload, message) => {
        attempts.push(message.attempt)
        message.nak({ delay: 30 })
        return never()
      },
      options,
    )
    const ending = bus.subscribe(
      'term',
      (_payload, message) => {
        message.term('enough')
        return never()
      },
      options,
    )
    const done = bus.subscribe(
      'ack',
      (_payload, message) => {
        message.ack()
        return never()
      },
      options,
    )
    for (const topic of ['nak', 'term', 'ack']) bus.publish(topic, 1)
    await pass(99)
    t.like(giving.stats(), { running: 1 })
    await pass(1)
    t.like(giving.stats(), { running: 0, retried: 1, postponed: 1 })
    t.like(ending.stats(), { running: 0, deadLettered: 1, retried: 0 })
    t.like(done.stats(), { running: 1, retried: 0 }, 'its message is done with, and its handler still runs')
    await pass(29)
    t.deepEqual(attempts, [1])
    await pass(1)
    t.deepEqual(attempts, [1, 2])
    await pass(100)
    t.like(giving.stats(), { running: 0, deadLettered: 1 })
    const [letter] = await collect(bus.deadLetters)
    t.like(letter, { reason: 'terminated', topic: 'term' })
    t.is((letter?.error as Error | undefined)?.message, 'enough')
    t.is(bus.stats().holdings.held, 0)
  },
)

onEachCore(
  'faults: what a handler says of an attempt that is over concerns nobody',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const seen: Message[] = []
    const second = deferred()
    const subscription = bus.subscribe(
      'a',
      (_payload, message) => {
        seen.push(message)
        return message.attempt === 1 ? never() : second.promise
      },
      { guarantee, retry: { ...retry, attempts: 3 }, ackTimeout: 100, concurrency: 1 },
    )
    bus.publish('a', 1)
    await pass(100)
    await pass(10)
    t.is(seen.length, 2)
    const [first] = seen
    first?.ack()
    first?.nak({ delay: 1 })
    first?.term('too late')
    first?.extend(5)
    await pass(50)
    t.like(subscription.stats(), { running: 1, processed: 0, retried: 1 }, 'the second one still runs')
    t.is(bus.stats().holdings.held, 1)
    await pass(49)
    t.like(subscription.stats(), { running: 1 })
    second.resolve()
    await pass(0)
    t.like(subscription.stats(), { processed: 1, retried: 1 })
    for (const message of seen) {
      message.ack()
      message.nak()
      message.term()
      message.extend(1_000)
    }
    await pass(100_000)
    t.like(subscription.stats(), { accepted: 1, processed: 1, retried: 1, deadLettered: 0 })
    t.is(bus.deadLetters.count, 0)
  },
)

onEachCore('faults: an option that is none is the handler’s own failure', async (t, { bus, pass }) => {
  const { failures } = told(bus)
  bus.subscribe('nak', (_payload, message) => message.nak({ delay: -1 }), { guarantee, retry })
  bus.subscribe('extend', (_payload, message) => message.extend(0), { guarantee, retry })
  bus.publish('nak', 1)
  bus.publish('extend', 1)
  await pass(10)
  t.is(bus.deadLetters.count, 2)
  for (const { error } of failures) t.like(error, { code: 'ERR_BUS_INVALID_OPTION' })
})

onEachCore(
  'faults: orderBy that throws on a held message makes it a dead letter, which no handler has seen',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const subscription = bus.subscribe('a', () => t.fail('it has no key'), {
      guarantee,
      orderBy: () => {
        throw boom
      },
    })
    const receipt = await bus.deliver('a', 1, { id: 'x' })
    t.like(receipt, { accepted: 1, processed: 0, deadLettered: 1, failed: [{ endpoint: subscription.id }] })
    await pass(0)
    t.like(subscription.stats(), { accepted: 1, deadLettered: 1, failed: 0 })
    t.is(failures.length, 1)
    const [letter] = await collect(bus.deadLetters)
    t.like(letter, { id: 'x', reason: 'attempts', attempts: 0, error: { message: 'boom' } })
    t.is(bus.stats().holdings.held, 0)
  },
)

onEachCore('faults: orderBy that throws is no reason to leave a sender waiting', async (t, { bus }) => {
  bus.events.on('failure', () => {})
  const orderBy = (): never => {
    throw boom
  }
  const subscription = bus.subscribe('a', () => {}, { orderBy })
  bus.handle('q', () => {}, { orderBy })
  const receipt = { matched: 1, accepted: 1 }
  t.like(await bus.deliver('a', 1, { wait: 'accepted' }), receipt)
  t.like(await bus.send('q', 1), receipt)
  t.like(await bus.send('q', 1, { wait: 'processed' }), { ...receipt, failed: [{ error: boom }] })
  t.like(subscription.stats(), { accepted: 1, failed: 1 })
})

onEachCore(
  'faults: the reason of message.term() is the one that is kept, whatever the handler throws then',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    bus.subscribe(
      'a',
      (_payload, message) => {
        message.term('enough')
        throw boom
      },
      { guarantee, retry },
    )
    bus.publish('a', 1)
    await pass(100)
    t.is(failures.length, 1)
    const [letter] = await collect(bus.deadLetters)
    t.like(letter, { reason: 'terminated', attempts: 1, error: { message: 'enough' } })
  },
)

onEachCore(
  'faults: what a receiver has processed is given to no other one when it ends in the same breath',
  async (t, { bus, pass }) => {
    const options = { guarantee: 'exactly-once' } as const
    const got: string[] = []
    const gate = deferred()
    const first = bus.handle(
      'q',
      async () => {
        got.push('first')
        await gate.promise
        // Before anything that follows from it can have been said to the core.
        queueMicrotask(() => void first.unregister())
      },
      options,
    )
    await bus.send('q', 1, { id: 'x' })
    await pass(0)
    bus.handle('q', () => void got.push('second'), options)
    gate.resolve()
    await pass(100_000)
    t.deepEqual(got, ['first'])
    t.like(bus.stats(), { accepted: 1, processed: 1, endpoints: 1, holdings: { held: 0 } })
  },
)

onEachCore(
  'faults: a payload that a handler has made impossible to keep is told, and no dead letter',
  async (t, { bus, pass }) => {
    const { failures, letters } = told(bus)
    const subscription = bus.subscribe(
      'a',
      (payload: { self?: unknown }) => {
        payload.self = () => {}
        throw boom
      },
      { guarantee, retry: { attempts: 1 } },
    )
    t.like(await bus.deliver('a', {}), { processed: 0, failed: { length: 1 } })
    await pass(0)
    t.is(failures[0]?.error, boom)
    t.like(failures[1]?.error, { code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE' })
    t.is(letters.length, 0)
    t.like(subscription.stats(), { accepted: 1, running: 0 })
  },
)

onEachCore(
  'faults: a held message that is moved after its sender has stopped waiting is not lost',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const first = bus.handle('q', never, { concurrency: 1 })
    await bus.send('q', 1, { guarantee, timeout: 100 })
    await bus.send('q', 2, { guarantee, timeout: 100 })
    await pass(200)
    void first.unregister()
    const got: unknown[] = []
    // The second handler has room for one: what it must not drop waits, although nobody waits for that any more.
    const gate = deferred()
    bus.handle(
      'q',
      async (payload) => {
        got.push(payload)
        await gate.promise
      },
      { concurrency: 1, capacity: 1 },
    )
    await bus.send('q', 3)
    await pass(0)
    void bus.send('q', 4)
    await pass(0)
    gate.resolve()
    await pass(30_000)
    await pass(0)
    t.deepEqual([...got].sort(), [1, 2, 3, 4])
    t.is(bus.deadLetters.count, 0)
  },
)

onEachCore(
  'faults: a signal that a receiver aborts while it is given the message ends the waiting',
  async (t, { bus }) => {
    const controller = new AbortController()
    bus.subscribe('a', () => {
      controller.abort(boom)
      return never()
    })
    const error = await t.throwsAsync(bus.deliver('a', 1, { signal: controller.signal }), {
      code: 'ERR_BUS_ABORTED',
    })
    t.is(error?.cause, boom)
  },
)

onEachCore(
  'faults: a sender that stops waiting takes nothing back that was accepted',
  async (t, { bus, pass }) => {
    const got: unknown[] = []
    const gate = deferred()
    bus.subscribe(
      'a',
      async (payload) => {
        got.push(payload)
        await gate.promise
      },
      { guarantee, concurrency: 1 },
    )
    const controller = new AbortController()
    const { signal } = controller
    const pending = [1, 2].map((payload) => t.throwsAsync(bus.deliver('a', payload, { signal })))
    const late = t.throwsAsync(bus.deliver('a', 3, { timeout: 10 }), { code: 'ERR_BUS_TIMEOUT' })
    await pass(0)
    controller.abort(boom)
    await Promise.all(pending)
    await pass(10)
    await late
    gate.resolve()
    await pass(0)
    t.deepEqual(got, [1, 2, 3])
    t.like(bus.stats(), { accepted: 3, processed: 3, expired: 0 })
  },
)

onEachCore(
  'faults: a receiver that asks for at most once gets no message twice, whatever its sender asked for',
  async (t, { bus, pass }) => {
    const { failures } = told(bus)
    const failing = bus.subscribe(
      'a',
      () => {
        throw boom
      },
      { guarantee: 'at-most-once', retry },
    )
    bus.publish('a', 1, { guarantee })
    bus.publish('a', 2, { guarantee: 'exactly-once' })
    t.like(await bus.deliver('a', 3, { guarantee }), { accepted: 1, processed: 0, failed: { length: 1 } })
    await pass(1_000)
    t.like(failing.stats(), { accepted: 3, failed: 3, retried: 0, deadLettered: 0 })
    t.is(failures.length, 3)
    t.is(bus.stats().holdings.held, 0)
  },
)

test('faults: a listener that throws is an uncaught exception of its own, once, and deliveries go on', async (t) => {
  const { code, stdout, stderr } = await run('faulty-listeners')
  t.is(stderr, '')
  t.deepEqual(stdout.trim().split('\n'), [
    'uncaught: of failure',
    'uncaught: of failure',
    'uncaught: of deadLetter',
    'another listener heard of 2 failures',
    'healthy 2 processed',
    'failing 1 dead letter, nothing held',
    'closed',
  ])
  t.is(code, 0)
})
