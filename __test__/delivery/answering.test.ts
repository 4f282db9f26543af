import { tracingChannel } from 'node:diagnostics_channel'
import test from 'ava'
import { type BusError, type FailureEvent, type HandlerFunction, type Message, open } from 'busbar'
import fc from 'fast-check'
import { DEEDS_OF_ANY } from '../support/delivery/deeds.js'
import { onBus } from '../support/on-bus.js'
import { onEachCore } from '../support/on-each-core.js'
import { busError } from '../support/rejection.js'
import { seedOf } from '../support/seed.js'

/** Where requests are measured, the first ones are all timed, and none of them goes directly. */
const DIRECT = { metrics: false }

/** Ways to give the same handler: some are answered directly, the others need an entry, or a message. */
const WAYS: Record<string, (run: (payload: number) => unknown) => [HandlerFunction, object?]> = {
  blind: (run) => [(payload) => run(payload)],
  seeing: (run) => [(payload, ..._rest) => run(payload)],
  ordered: (run) => [(payload) => run(payload), { orderBy: () => undefined }],
}

const DEEDS = [
  'return',
  'value',
  'object',
  'throw',
  'resolve',
  'resolve an object',
  'reject',
  'thenable',
  'generate',
  'generate later',
  'trap',
  'ask',
  'ask later',
  'publish',
  'pause',
  'leave',
] as const

type Deed = (typeof DEEDS)[number]

/** What a handler does with one request, and what comes of it. */
async function lived(t: { readonly title: string }, way: string, deeds: readonly Deed[], limit: number) {
  const bus = open(`${t.title} ${way}`, DIRECT)
  const log: string[] = []
  async function* items(at: number): AsyncGenerator<number> {
    yield at
  }
  const ask = async (at: number): Promise<void> => {
    try {
      log.push(`replied ${at} ${JSON.stringify(await bus.request('a', at))}`)
    } catch (error) {
      log.push(`failed ${at} ${(error as BusError).code} ${(error as Error).message}`)
    }
  }
  const asked: Promise<void>[] = []
  const [handler, options] = (WAYS[way] as (typeof WAYS)[string])((at) => {
    const { running, accepted } = registration.stats()
    log.push(`begin ${at}, ${running} of ${accepted}`)
    const act: Record<Deed, (at: number) => unknown> = {
      ...DEEDS_OF_ANY,
      return: () => undefined,
      object: () => ({ at }),
      'resolve an object': () => Promise.resolve({ at }),
      generate: () => items(at),
      'generate later': () => Promise.resolve(items(at)),
      ask: () => void asked.push(ask(at + 100)),
      'ask later': async () => {
        await null
        asked.push(ask(at + 100))
      },
      publish: () => bus.publish('heard', at),
      pause: () => {
        registration.pause()
        queueMicrotask(() => registration.resume())
      },
      leave: () => void bus.idle().then(() => log.push('idle')),
    }
    const result = act[at >= 100 ? 'value' : (deeds[at] as Deed)](at)
    log.push(`end ${at}`)
    return result
  })
  const registration = bus.handle('a', handler, { concurrency: limit, ...options })
  bus.subscribe('heard', (at) => void log.push(`heard ${at}`))
  bus.events.on('failure', ({ topic, attempt, error }: FailureEvent) => {
    log.push(`failure ${topic} ${attempt} ${(error as Error).message}`)
  })
  for (const index of deeds.keys()) {
    asked.push(ask(index))
    if (index % 3 === 2) await null
  }
  for (let at = 0; at < asked.length; at++) await asked[at]
  await bus.idle()
  const stats = registration.stats()
  await bus.close()
  return { log, stats }
}

test('answering: a request that goes directly ends as one that goes through a mailbox', async (t) => {
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
    { seed: seedOf(t), numRuns: 100 },
  )
})

onEachCore(
  'answering: of a thousand requests one after the other and one that is not answered, that one times out, when it is due',
  async (t, { bus, pass }) => {
    const silent = new Set([0, 500])
    bus.handle('a', async (at: number) => (silent.has(at) ? new Promise(() => {}) : at))
    const ends: string[] = []
    for (let at = 0; at < 1_000; at++) {
      const answer = bus.request('a', at)
      if (silent.has(at)) answer.catch((error: BusError) => ends.push(`${at} ${error.code}`))
      else t.is(await answer, at)
    }
    await pass(29_999)
    t.deepEqual(ends, [])
    await pass(1)
    t.deepEqual(ends.sort(), ['0 ERR_BUS_TIMEOUT', '500 ERR_BUS_TIMEOUT'])
  },
  { ...DIRECT },
)

test(
  'answering: a handler that sees no message hands its deadline and its end on all the same',
  onBus(async (t, { bus }) => {
    const seen: Message[] = []
    bus.handle('inner', (_payload, message) => {
      seen.push(message)
      return new Promise(() => {})
    })
    bus.handle('outer', (_payload) => void bus.request('inner', 0, { timeout: 60_000 }).catch(() => {}))
    bus.handle('slow', (_payload) => bus.request('inner', 0, { timeout: 60_000 }))
    const startMs = Date.now()
    await bus.request('outer', 0)
    bus.request('slow', 0).catch(() => {})
    await new Promise(setImmediate)
    t.is(seen.length, 2)
    for (const { deadline = 0 } of seen) t.true(deadline - startMs < 31_000, `${deadline - startMs}`)
  }, DIRECT),
)

test(
  'answering: whoever is answered directly can be asked to close the bus, and does not wait for itself',
  onBus(async (t, { bus }) => {
    bus.handle('a', (_payload) => bus.close().then(() => 'closed'))
    t.is((await busError(t, bus.request('a', 0))).code, 'ERR_BUS_CLOSED')
  }, DIRECT),
)

test(
  'answering: an interceptor, a listener of the tracing channels and another handler are seen by the next request',
  onBus(async (t, { bus }) => {
    const log: string[] = []
    const first = bus.handle('a', (at: number) => at + 1)
    t.is(await bus.request('a', 1), 2)
    const interceptor = bus.use({
      send: ({ payload }) => ({ payload: (payload as number) * 10 }),
      receive: (_message, next) => {
        log.push('received')
        return next()
      },
    })
    t.is(await bus.request('a', 1), 11)
    interceptor[Symbol.dispose]()
    t.is(await bus.request('a', 1), 2)
    const channel = tracingChannel('busbar:request')
    // Other tests are made in this process at the same time.
    const subscriber = {
      start: (trace: { readonly bus: string }) => void (trace.bus === bus.name && log.push('traced')),
    }
    channel.subscribe(subscriber as never)
    t.is(await bus.request('a', 1), 2)
    channel.unsubscribe(subscriber as never)
    t.is(await bus.request('a', 1), 2)
    t.deepEqual(log, ['received', 'traced'])
    await first.unregister()
    t.is((await busError(t, bus.request('a', 1))).code, 'ERR_BUS_NO_HANDLER')
    bus.handle('a', (at: number) => at + 2)
    t.is(await bus.request('a', 1), 3)
  }, DIRECT),
)
