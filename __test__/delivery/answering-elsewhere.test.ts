import test from 'ava'
import type { BusError, FailureEvent, HandlerFunction, Message } from 'busbar'
import fc from 'fast-check'
import { deferred } from '../support/deferred.js'
import { DEEDS_OF_ANY } from '../support/delivery/deeds.js'
import { busError } from '../support/rejection.js'
import { seedOf } from '../support/seed.js'
import { type Side, twoSides } from '../support/two-sides.js'

/** Where requests are measured, the first ones are all timed, and none of them goes directly. */
const DIRECT = { metrics: false }

/** Ways to give the same handler: some are called directly, the others need an entry, or a message. */
const HANDLERS: Record<string, (run: (payload: number) => unknown) => [HandlerFunction, object?]> = {
  blind: (run) => [(payload) => run(payload)],
  seeing: (run) => [(payload, ..._rest) => run(payload)],
  ordered: (run) => [(payload) => run(payload), { orderBy: () => undefined }],
}

/** Ways to ask the same: without options it goes directly. */
const CALLERS: Record<string, object | undefined> = { plain: undefined, named: { timeout: 30_000 } }

const DEEDS = [
  'value',
  'object',
  'throw',
  'resolve',
  'reject',
  'thenable',
  'generate',
  'trap',
  'no reply',
] as const

type Deed = (typeof DEEDS)[number]

const ACTS: Record<Deed, (at: number) => unknown> = {
  ...DEEDS_OF_ANY,
  object: (at) => ({ at }),
  resolve: (at) => Promise.resolve({ at }),
  async *generate(at) {
    yield at
  },
  // A function does not travel.
  'no reply': () => Promise.resolve(() => {}),
}

let opened = 0

/** The ends of a few requests that are made at a time, and what is counted of them. */
async function lived(title: string, way: string, caller: string, deeds: readonly Deed[], limit: number) {
  const { here, there } = twoSides(`${title} ${++opened}`, DIRECT)
  const failures: string[] = []
  there.events.on('failure', ({ topic, attempt, error }: FailureEvent) => {
    failures.push(`${topic} ${attempt} ${(error as Error).message}`)
  })
  const [handler, options] = (HANDLERS[way] as (typeof HANDLERS)[string])((at) => ACTS[deeds[at] as Deed](at))
  const registration = there.handle('a', handler, { concurrency: limit, ...options })
  await there.seenEverywhere()
  const ends = await Promise.all(
    deeds.map((_, at) =>
      here.request('a', at, CALLERS[caller]).then(
        (reply) => JSON.stringify(reply),
        ({ code, message }: BusError) => `${code} ${message}`,
      ),
    ),
  )
  const counted = { stats: registration.stats(), here: here.requestCounts(), there: there.requestCounts() }
  await here.close()
  await there.close()
  return { ends, failures, ...counted }
}

test('answering: a request that goes directly to another thread ends as one that goes through everything', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Deed>(...DEEDS), { maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
      async (deeds, limit) => {
        const expected = await lived(t.title, 'ordered', 'named', deeds, limit)
        for (const way of Object.keys(HANDLERS)) {
          for (const caller of Object.keys(CALLERS)) {
            t.deepEqual(await lived(t.title, way, caller, deeds, limit), expected, `${way}, ${caller}`)
          }
        }
      },
    ),
    { seed: seedOf(t), numRuns: 30 },
  )
})

/** The two sides, and a handler that waits, with the message of what it asks in turn. */
async function waiting(title: string, options?: object) {
  const sides = twoSides(title, { ...DIRECT, ...options })
  const { there } = sides
  const inner = deferred<Message>()
  there.handle('inner', (_payload, message) => {
    inner.resolve(message)
    return new Promise(() => {})
  })
  // It sees no message: one is made when somebody asks for it.
  there.handle('outer', (_payload) => there.request('inner', 0))
  await there.seenEverywhere()
  return { ...sides, inner: inner.promise }
}

async function ended(...sides: Side[]): Promise<void> {
  for (const side of sides) await side.close({ timeout: 0 })
}

test('answering: who is asked directly by another thread hands its deadline on, and its end when the caller dies', async (t) => {
  const { here, there, inner, killHere } = await waiting(t.title, { requestTimeout: 5_000 })
  const startMs = Date.now()
  here.request('outer', 0).catch(() => {})
  const { deadline = 0, signal } = await inner
  t.true(Math.abs(deadline - startMs - 5_000) < 1_000, `${deadline - startMs}`)
  t.false(signal.aborted)
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  killHere()
  await aborted
  t.is((signal.reason as BusError).code, 'ERR_BUS_ABORTED')
  await ended(here, there)
})

test('answering: who is asked directly by another thread hears that its caller has given up', async (t) => {
  const { here, there, inner } = await waiting(t.title)
  const controller = new AbortController()
  const answer = busError(t, here.request('outer', 0, { signal: controller.signal }))
  const { signal } = await inner
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
  controller.abort()
  await aborted
  t.is((await answer).code, 'ERR_BUS_ABORTED')
  await ended(here, there)
})

test('answering: a message that is looked at says when and by whom it was sent', async (t) => {
  const { here, there } = twoSides(t.title, DIRECT)
  there.handle('a', (payload, message) => [
    payload,
    message.topic,
    message.kind,
    message.sender,
    message.attempt,
    message.correlationId === message.id,
    Math.abs(message.timestamp - Date.now()) < 5_000,
    Math.abs((message.deadline ?? 0) - Date.now() - 30_000) < 5_000,
  ])
  await there.seenEverywhere()
  const plain = await here.request('a', 7)
  t.deepEqual(plain, [7, 'a', 'request', here.attachment, 1, true, true, true])
  t.deepEqual(await here.request('a', 7, { timeout: 30_000 }), plain)
  await ended(here, there)
})

test('answering: a payload that cannot travel fails the request, and the next one goes', async (t) => {
  const { here, there } = twoSides(t.title, { ...DIRECT, maxMessageSize: 1_024 })
  there.handle('a', (payload) => payload)
  await there.seenEverywhere()
  t.is(
    (
      await busError(
        t,
        here.request('a', () => {}),
      )
    ).code,
    'ERR_BUS_PAYLOAD_NOT_ENCODABLE',
  )
  t.is((await busError(t, here.request('a', 'x'.repeat(2_000)))).code, 'ERR_BUS_MESSAGE_TOO_LARGE')
  t.is(here.requestCounts().pending, 0)
  t.is(await here.request('a', 'x'), 'x')
  await ended(here, there)
})
