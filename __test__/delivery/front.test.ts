import { tracingChannel } from 'node:diagnostics_channel'
import { setTimeout } from 'node:timers/promises'
import test from 'ava'
import { type FailureEvent, type HandlerFunction, open, type Subscription } from 'busbar'
import fc from 'fast-check'
import { DEEDS_OF_ANY } from '../support/delivery/deeds.js'
import { takesPayloadOnly } from '../support/delivery/inside.js'
import { onBus } from '../support/on-bus.js'
import { onEachCore } from '../support/on-each-core.js'
import { seedOf } from '../support/seed.js'
import { twoSides } from '../support/two-sides.js'

/**
 * Where messages are measured, the first ones of each receiver are all timed, and none of them goes directly: a test of a few
 * messages would see nothing of what it is about.
 */
const DIRECT = { metrics: false }

test('front: a handler is taken for one that sees its payload only where that is certain', (t) => {
  const certain = [
    () => 0,
    (payload: unknown) => payload,
    async (payload: unknown) => payload,
    (ä$1_: unknown) => ä$1_,
    new Function('return payload => payload')(),
    new Function('return async payload=>payload')(),
    new Function('return async(payload)=>payload')(),
    new Function('return ( payload ) => { return (a, b) => a }')(),
    new Function('return async => async')(),
  ]
  for (const handler of certain) t.true(takesPayloadOnly(handler), String(handler))
  const uncertain = [
    (_payload: unknown, _message: unknown) => 0,
    (...all: unknown[]) => all,
    (_payload: unknown, ...rest: unknown[]) => rest,
    (_payload: unknown, message = 1) => message,
    (payload = 1) => payload,
    new Function('return ({ value }) => value')(),
    new Function('return ([first]) => first')(),
    new Function('return (payload /* => */, message) => message')(),
    new Function('return (payload, message) => message')(),
    new Function('return async (payload, message) => message')(),
    new Function('return function (payload) { return arguments[1] }')(),
    new Function('return { handle(payload) { return arguments[1] } }.handle')(),
    new Function('return { async(payload) { return (payload) => arguments[1] } }.async')(),
    new Function('return { get(payload) { return arguments[1] } }.get')(),
    new Function('return async function (payload) { return arguments[1] }')(),
    function (this: unknown) {}.bind(undefined),
    ((payload: unknown) => payload).bind(undefined),
    new Proxy((payload: unknown) => payload, {}),
    class {},
    Math.abs,
  ] as ((...args: unknown[]) => unknown)[]
  for (const handler of uncertain) t.false(takesPayloadOnly(handler), String(handler))
})

/** Ways to give the same handler: some go directly, the others need an entry or a message. */
const WAYS: Record<string, (run: (payload: number) => unknown) => [HandlerFunction, object?]> = {
  blind: (run) => [(payload) => run(payload)],
  seeing: (run) => [(payload, ..._rest) => run(payload)],
  ordered: (run) => [(payload) => run(payload), { orderBy: () => undefined }],
  'with a circuit': (run) => [(payload) => run(payload), { circuit: { calls: 1_000, minimum: 1_000 } }],
  'as an object': (run) => [{ handle: (payload: number) => run(payload) }.handle],
}

const DEEDS = [
  'return',
  'value',
  'throw',
  'resolve',
  'reject',
  'thenable',
  'generate',
  'generate later',
  'break off',
  'nest',
  'pause',
  'leave',
  'trap',
] as const

type Deed = (typeof DEEDS)[number]

/** What a receiver does with one message, and with one more that comes of it. */
async function lived(
  t: { readonly title: string },
  way: string,
  deeds: readonly Deed[],
  limit: number,
  company: readonly string[] = [],
) {
  const name = `${t.title} ${way}`
  const bus = open(name, DIRECT)
  const log: string[] = []
  async function* items(at: number, error?: Error): AsyncGenerator<number> {
    log.push(`first of ${at}`)
    yield at
    log.push(`second of ${at}`)
    if (error !== undefined) throw error
    yield at
  }
  const [handler, options] = (WAYS[way] as (typeof WAYS)[string])((at) => {
    const { running, accepted, processed } = subscription.stats()
    log.push(`begin ${at}, ${running} of ${accepted}, ${processed} done`)
    const act: Record<Deed, (at: number) => unknown> = {
      ...DEEDS_OF_ANY,
      return: () => undefined,
      generate: () => items(at),
      'generate later': () => Promise.resolve(items(at)),
      'break off': () => items(at, new Error(`broken off ${at}`)),
      nest: () => log.push(`nested ${bus.publish('a', at + 100)}`),
      pause: () => {
        subscription.pause()
        queueMicrotask(() => subscription.resume())
      },
      leave: () => void bus.idle().then(() => log.push('idle')),
    }
    const result = act[at >= 100 ? 'return' : (deeds[at] as Deed)](at)
    log.push(`end ${at}`)
    return result
  })
  const subscription = bus.subscribe('a', handler, { concurrency: limit, ...options })
  for (const [index, other] of company.entries()) {
    const [also, with_] = (WAYS[other] as (typeof WAYS)[string])((at) => void log.push(`${at} at ${index}`))
    bus.subscribe('a', also, with_)
  }
  bus.events.on('failure', ({ id, topic, attempt, error }: FailureEvent) => {
    // Without the sender, which is another each time.
    log.push(`failure ${id.split('-')[1]} ${topic} ${attempt} ${(error as Error).message}`)
  })
  const publisher = bus.publisher('a')
  for (const index of deeds.keys()) {
    log.push(`published ${index % 2 === 0 ? bus.publish('a', index) : publisher.publish(index)}`)
    if (index % 3 === 2) await null
  }
  subscription.resume()
  await bus.idle()
  const stats = subscription.stats()
  await bus.close()
  return { log, stats }
}

test('front: what goes to a handler directly is handled as what goes through a mailbox', async (t) => {
  const deed = fc.constantFrom<Deed>(...DEEDS)
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      async (deeds, limit) => {
        const expected = await lived(t, 'ordered', deeds, limit)
        for (const way of Object.keys(WAYS)) t.deepEqual(await lived(t, way, deeds, limit), expected, way)
      },
    ),
    { seed: seedOf(t), numRuns: 60 },
  )
})

test('front: and so it is where there are several, each of its own kind', async (t) => {
  const deed = fc.constantFrom<Deed>(...DEEDS)
  const way = fc.constantFrom(...Object.keys(WAYS))
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(way, { minLength: 1, maxLength: 3 }),
      async (deeds, limit, company) => {
        const ordered = company.map(() => 'ordered')
        const expected = await lived(t, 'ordered', deeds, limit, ordered)
        for (const own of Object.keys(WAYS))
          t.deepEqual(await lived(t, own, deeds, limit, company), expected, `${own} and ${company}`)
      },
    ),
    { seed: seedOf(t), numRuns: 60 },
  )
})

for (const metrics of [false, true]) {
  test(
    `front: who is taken away by another receiver does not get the same message (${metrics ? '' : 'not '}measured)`,
    onBus(
      (t, { bus }) => {
        const got: string[] = []
        bus.subscribe('a', (payload: string) => {
          got.push(`first ${payload}`)
          if (payload === 'last') void second.unsubscribe()
        })
        const second = bus.subscribe('a', (payload: string) => void got.push(`second ${payload}`))
        bus.subscribe('a', (payload: string) => void got.push(`third ${payload}`))
        // Of the first ones each is timed, and goes another way.
        for (let times = 0; times < 300; times++) bus.publish('a', 'one')
        got.length = 0
        t.is(bus.publish('a', 'last'), 3)
        t.is(bus.publish('a', 'over'), 2)
        t.deepEqual(got, ['first last', 'third last', 'first over', 'third over'])
      },
      { metrics },
    ),
  )
}

test(
  'front: a message of another bus does not get into the middle of one, nor what that bus sends back',
  onBus(async (t, { bus }) => {
    const other = open(`${t.title} other`, DIRECT)
    const got: string[] = []
    bus.subscribe('a', (payload: number) => {
      got.push(`begin ${payload}`)
      if (payload === 0) other.publish('b', payload)
      got.push(`end ${payload}`)
    })
    other.subscribe('b', () => {
      got.push('other')
      bus.publish('a', 1)
      t.is(bus.stats().running, 1)
      got.push('other ends')
    })
    for (let times = 0; times < 3; times++) {
      got.length = 0
      bus.publish('a', 0)
      t.deepEqual(got, ['begin 0', 'other', 'other ends', 'end 0', 'begin 1', 'end 1'])
    }
    t.like(bus.stats(), { accepted: 6, processed: 6, running: 0 })
    await other.close()
  }, DIRECT),
)

test(
  'front: an interceptor that comes is in force for the next message, also of a publisher, and when it goes, too',
  onBus((t, { bus }) => {
    const got: unknown[] = []
    bus.subscribe('a', (payload: number) => void got.push(payload))
    const publisher = bus.publisher('a')
    const all = (): void => {
      for (let times = 0; times < 3; times++) bus.publish('a', 1)
      publisher.publish(1)
    }
    all()
    const interceptor = bus.use({
      receive: (message, next) => {
        got.push(message.topic)
        return next()
      },
    })
    all()
    interceptor[Symbol.dispose]()
    all()
    t.deepEqual(got, [1, 1, 1, 1, 'a', 1, 'a', 1, 'a', 1, 'a', 1, 1, 1, 1, 1])
  }, DIRECT),
)

test(
  'front: routes that a handler changes hold for the next message, whatever is remembered of the topic',
  onBus(async (t, { bus }) => {
    const got: string[] = []
    let isOver = false
    const first = bus.subscribe('a', () => {
      got.push('first')
      if (isOver) void first.unsubscribe()
    })
    for (let times = 0; times < 3; times++) bus.publish('a', 0)
    isOver = true
    t.is(bus.publish('a', 0), 1)
    t.is(bus.publish('a', 0), 0)
    const joined = bus.subscribe('*', () => void got.push('second'))
    for (let times = 0; times < 3; times++) t.is(bus.publish('a', 0), 1)
    bus.subscribe('a', () => void got.push('third'))
    t.is(bus.publish('a', 0), 2)
    await joined.unsubscribe()
    t.is(bus.publish('a', 0), 1)
    t.deepEqual(
      got,
      [...Array(4).fill('first'), ...Array(3).fill('second'), 'second', 'third', 'third'].sort(byTurn),
    )
  }, DIRECT),
)

const TURNS = ['first', 'second', 'third']
const byTurn = (a: string, b: string): number => TURNS.indexOf(a) - TURNS.indexOf(b)

for (const [name, handler] of Object.entries({
  blind: () => {},
  seeing: (_payload: unknown, ..._rest: unknown[]) => {},
})) {
  test(
    `front: what goes directly is counted and timed with the rest (${name})`,
    onBus(async (t, { bus }) => {
      const subscription = bus.subscribe('a', handler)
      const publisher = bus.publisher('a')
      const BURST = 5_000
      let [events, count] = [0, 0]
      // A thread may time so many in so many milliseconds. One that is timed stands for those before it, so that only the
      // last ones are still to be counted, sooner or later.
      for (let bursts = 0; bursts < 200 && (bursts < 4 || count < events * 0.8); bursts++) {
        for (let index = 0; index < BURST; index += 2) {
          bus.publish('a', index)
          publisher.publish(index)
        }
        events += BURST
        await setTimeout(15)
        t.like(subscription.stats(), { accepted: events, processed: events, running: 0 })
        t.like(bus.stats(), { accepted: events, processed: events, published: events })
        const receiver = bus.metrics().receivers.find(({ pattern }) => pattern === 'a')
        t.like(receiver, { accepted: events, processed: events })
        count = receiver?.handling.count ?? 0
      }
      t.true(count >= events * 0.8 && count <= events, `${count} of ${events} were timed`)
      bus.publish('a', 0)
      t.is(bus.metrics().receivers[0]?.accepted, events + 1)
    }),
  )
}

test(
  'front: nothing goes past a tracing channel, from the next message on',
  onBus((t, { bus }) => {
    bus.subscribe('a', () => {})
    const publisher = bus.publisher('a')
    const all = (): void => {
      for (let times = 0; times < 150; times++) bus.publish('a', 1)
      publisher.publish(1)
    }
    all()
    for (const name of ['publish', 'handle']) {
      let told = 0
      const channel = tracingChannel(`busbar:${name}`)
      const subscribers = {
        start: (trace: object) => {
          if ((trace as { bus: string }).bus === bus.name) told++
        },
      } as Parameters<typeof channel.subscribe>[0]
      channel.subscribe(subscribers)
      all()
      channel.unsubscribe(subscribers)
      t.is(told, 151, name)
      all()
      t.is(told, 151, name)
    }
  }, DIRECT),
)

test('front: what comes from another attachment goes directly as well, and past nobody who is to see it', async (t) => {
  const { here, there } = twoSides(t.title, DIRECT)
  const got: unknown[] = []
  const failures: string[] = []
  here.events.on('failure', ({ topic }) => failures.push(topic))
  const subscription = here.subscribe('a', (payload: number) => {
    got.push(payload)
    // What is published meanwhile comes after this.
    if (payload === 1) here.publish('b', 'nested')
    if (payload === 2) throw new Error('no')
    return payload === 3 ? Promise.reject(new Error('no')) : undefined
  })
  here.subscribe('b', (payload: unknown) => void got.push(payload))
  await subscription.ready
  const send = async (...payloads: number[]): Promise<void> => {
    const before = subscription.stats().accepted
    for (const payload of payloads) there.publish('a', payload)
    while (subscription.stats().accepted < before + payloads.length) await new Promise(setImmediate)
  }
  await send(0, 1, 2, 3, 4)
  await here.idle()
  t.deepEqual(got, [0, 1, 'nested', 2, 3, 4])
  t.deepEqual(failures, ['a', 'a'])
  t.like(subscription.stats(), { accepted: 5, processed: 3, failed: 2, running: 0 })
  const interceptor = here.use({
    receive: ({ sender, topic }, next) => {
      got.push(`${topic} from ${sender}`)
      return next()
    },
  })
  await send(5)
  interceptor[Symbol.dispose]()
  await send(6)
  t.deepEqual(got.slice(6), [`a from ${there.attachment}`, 5, 6])
  await Promise.all([here.close(), there.close()])
})

test(
  'front: a topic that is no text is refused, also where its text is a topic in use',
  onBus((t, { bus }) => {
    bus.subscribe('1', () => {})
    for (let times = 0; times < 3; times++) bus.publish('1', 0)
    for (const topic of [1, { toString: () => '1' }, ['1']]) {
      t.throws(() => bus.publish(topic as unknown as string, 0), { code: 'ERR_BUS_INVALID_TOPIC' })
    }
  }, DIRECT),
)

test(
  'front: a handler may ask for the end of its own message, and is told when that has come',
  onBus(async (t, { bus }) => {
    let over: Promise<void> | undefined
    const subscription = bus.subscribe('a', () => {
      over ??= bus.idle()
    })
    bus.publish('a', 0)
    await over
    bus.publish('a', 0)
    bus.publish('a', 0)
    t.is(subscription.stats().processed, 3)
  }, DIRECT),
)

test(
  'front: a handler may unsubscribe within its call, and wait for the end of that',
  onBus(async (t, { bus }) => {
    let subscription: Subscription
    let left: Promise<void> | undefined
    const leave = (): void => {
      left = subscription.unsubscribe()
    }
    for (const handler of [() => leave(), (_payload: unknown, ..._rest: unknown[]) => leave()]) {
      subscription = bus.subscribe('a', handler)
      t.is(bus.publish('a', 0), 1)
      // Nothing else tells of the end of a message that has left no trace.
      await left
      await new Promise(setImmediate)
      t.is(bus.stats().endpoints, 0, 'it is not kept for a message that has ended')
      t.is(subscription.stats().processed, 1)
      t.is(bus.publish('a', 0), 0)
    }
  }, DIRECT),
)

test(
  'front: an endpoint with a circuit is never by-passed, so that each failure counts',
  onBus(async (t, { bus }) => {
    const circuit = { calls: 4, minimum: 2, initial: 60_000, jitter: 0 }
    let fails = false
    const subscription = bus.subscribe(
      'a',
      (_payload) => {
        if (fails) throw new Error('not today')
      },
      { circuit },
    )
    const publisher = bus.publisher('a')
    const states: unknown[] = []
    for (let turn = 0; turn < 8; turn++) {
      fails = turn >= 4
      if (turn % 2 === 0) bus.publish('a', turn)
      else publisher.publish(turn)
      states.push(subscription.circuit?.state)
    }
    // Two of the last four: the rest waits.
    t.deepEqual(states, [...Array(5).fill('closed'), ...Array(3).fill('open')])
    const { processed, failed, queued } = subscription.stats()
    t.deepEqual({ processed, failed, queued }, { processed: 4, failed: 2, queued: 2 })
    fails = false
    subscription.circuit?.close()
    await bus.idle()
    t.is(subscription.stats().processed, 6)
  }, DIRECT),
)

onEachCore(
  'front: an endpoint that is unhealthy gets nothing, whatever is remembered of its topic, until it has recovered',
  async (t, { bus, pass }) => {
    let verdict = true
    const got: number[] = []
    const check = (): boolean => verdict
    bus.subscribe('a', (payload: number) => void got.push(payload), {
      health: { check, interval: 1_000, failureThreshold: 1 },
    })
    const publisher = bus.publisher('a')
    const all = (): number[] => [1, 2, 3].map(() => bus.publish('a', 0)).concat(publisher.publish(1))
    await pass(1_000)
    t.deepEqual(all(), [1, 1, 1, 1])
    verdict = false
    await pass(1_000)
    t.deepEqual(all(), [0, 0, 0, 0])
    verdict = true
    await pass(1_000)
    t.deepEqual(all(), [1, 1, 1, 1])
    t.deepEqual(got, [0, 0, 0, 1, 0, 0, 0, 1])
  },
  DIRECT,
)
