import test from 'ava'
import { type CircuitEvent, open, type Receipt } from 'busbar'
import { virtualClock } from 'busbar/testing'
import { deferred } from '../support/deferred.js'
import { onEachCore, type Stage } from '../support/on-each-core.js'
import { busError } from '../support/rejection.js'

/** Opens after two failures for a second, and lets one message through then. */
const CIRCUIT = { calls: 4, minimum: 2, initial: 1_000, jitter: 0, probes: 1 }

/** A handler that fails as long as it is told to. */
function moody(mood: { fails: boolean }): () => string {
  return () => {
    if (mood.fails) throw new Error('not today')
    return 'done'
  }
}

/** The codes that some requests end with; 'done' for a reply. */
async function ask({ bus }: Stage, topic: string, times: number): Promise<string[]> {
  const ends: string[] = []
  for (let time = 0; time < times; time++) {
    ends.push(await bus.request(topic, 0).then(String, (error) => error.code))
  }
  return ends
}

function changesOf({ bus }: Stage): string[] {
  const changes: string[] = []
  bus.events.on('circuit', ({ from, to }: CircuitEvent) => changes.push(`${from} ${to}`))
  return changes
}

const FAILED = 'ERR_BUS_HANDLER_FAILED'
const OPEN = 'ERR_BUS_CIRCUIT_OPEN'

onEachCore(
  'circuits: an endpoint that fails too often is kept from requests, and comes back when it has recovered',
  async (t, stage) => {
    const { bus, pass } = stage
    const mood = { fails: true }
    const changes = changesOf(stage)
    const registration = bus.handle('price', moody(mood), { circuit: CIRCUIT })
    t.deepEqual(await ask(stage, 'price', 4), [FAILED, FAILED, OPEN, OPEN])
    t.is(registration.circuit?.state, 'open')
    t.is(registration.stats().accepted, 2)
    await pass(1_000)
    t.is(registration.circuit?.state, 'half-open')
    // The probe fails: it opens for twice as long.
    t.deepEqual(await ask(stage, 'price', 2), [FAILED, OPEN])
    mood.fails = false
    await pass(1_999)
    t.deepEqual(await ask(stage, 'price', 1), [OPEN])
    await pass(1)
    t.deepEqual(await ask(stage, 'price', 3), ['done', 'done', 'done'])
    t.deepEqual(changes, [
      'closed open',
      'open half-open',
      'half-open open',
      'open half-open',
      'half-open closed',
    ])
  },
)

onEachCore(
  'circuits: what would go to an endpoint whose circuit is open goes to others of its pool',
  async (t, stage) => {
    const { bus } = stage
    const bad = bus.handle('price', moody({ fails: true }), { circuit: CIRCUIT, pool: 'prices' })
    bus.handle('price', () => 'done', { pool: 'prices' })
    const ends = await ask(stage, 'price', 100)
    t.is(ends.filter((end) => end === FAILED).length, 2)
    t.is(ends.filter((end) => end === 'done').length, 98)
    t.is(await bus.request<string>({ pool: 'prices' }, 0), 'done')
    t.is((await busError(t, bus.request({ id: bad.id }, 0))).code, OPEN)
  },
)

onEachCore(
  'circuits: the next tier takes over while all of the first are open, and gives back',
  async (t, stage) => {
    const { bus, pass } = stage
    const mood = { fails: true }
    bus.handle('price', moody(mood), { circuit: CIRCUIT, priority: 5 })
    bus.handle('price', () => 'second', { priority: 1 })
    t.deepEqual(await ask(stage, 'price', 4), [FAILED, FAILED, 'second', 'second'])
    mood.fails = false
    await pass(1_000)
    t.deepEqual(await ask(stage, 'price', 2), ['done', 'done'])
  },
)

onEachCore(
  'circuits: requests that wait in the mailbox when it opens go elsewhere at once',
  async (t, stage) => {
    const { bus, settle } = stage
    const running: ((error: Error) => void)[] = []
    const circuit = { ...CIRCUIT, minimum: 1 }
    const slow = (): Promise<never> => new Promise((_, reject) => running.push(reject))
    bus.handle('price', slow, { circuit, concurrency: 1, priority: 1 })
    const ends = Promise.all(
      Array.from({ length: 4 }, () => bus.request('price', 0).then(String, (error) => error.code)),
    )
    await settle()
    bus.handle('price', () => 'elsewhere')
    running[0]?.(new Error('no'))
    t.deepEqual(await ends, [FAILED, 'elsewhere', 'elsewhere', 'elsewhere'])
  },
)

onEachCore(
  'circuits: what is queued waits, and is not failed; while half open it is let through one by one',
  async (t, stage) => {
    const { bus, pass } = stage
    const mood = { fails: true }
    const seen: number[] = []
    const registration = bus.handle(
      'mail',
      (payload: number) => {
        seen.push(payload)
        if (mood.fails) throw new Error('not today')
      },
      { circuit: CIRCUIT, capacity: 3 },
    )
    const send = (payload: number): Promise<Receipt> => bus.send('mail', payload)
    await send(1)
    await send(2)
    await pass(0)
    t.is(registration.circuit?.state, 'open')
    for (const payload of [3, 4, 5]) t.is((await send(payload)).accepted, 1)
    t.deepEqual(await ask(stage, 'mail', 1), [OPEN], 'also where its mailbox is full')
    t.deepEqual(seen, [1, 2])
    await pass(1_000)
    t.deepEqual(seen, [1, 2, 3])
    mood.fails = false
    await pass(2_000)
    t.deepEqual(seen, [1, 2, 3, 4, 5])
    t.is(registration.circuit?.state, 'closed')
  },
)

onEachCore(
  'circuits: what is at least once stays where it is, and is tried again when the circuit lets it',
  async (t, stage) => {
    const { bus, pass } = stage
    const mood = { fails: true }
    let tries = 0
    const retry = { attempts: 20, initial: 10, max: 10, jitter: 0 }
    const subscription = bus.subscribe(
      'order',
      () => {
        tries++
        if (mood.fails) throw new Error('not today')
      },
      { guarantee: 'at-least-once', retry, circuit: { ...CIRCUIT, max: 1_000 } },
    )
    bus.publish('order', 1)
    await pass(10)
    t.is(tries, 2)
    for (let moment = 0; moment < 9; moment++) await pass(100)
    t.is(tries, 2, 'it is not tried while the circuit is open')
    mood.fails = false
    await pass(100)
    t.is(tries, 3)
    t.is(subscription.circuit?.state, 'closed')
    t.is(subscription.stats().processed, 1)
  },
)

onEachCore('circuits: a probe that never ends does not keep it half open', async (t, stage) => {
  const { bus, pass } = stage
  let hangs = false
  const handler = (): unknown => {
    if (hangs) return new Promise(() => {})
    throw new Error('not today')
  }
  const registration = bus.handle('price', handler, { circuit: { ...CIRCUIT, callTimeout: 5_000 } })
  await ask(stage, 'price', 2)
  await pass(1_000)
  hangs = true
  const lost = bus.request('price', 0).catch((error) => error.code)
  await pass(4_999)
  t.is(registration.circuit?.state, 'half-open')
  await pass(1)
  t.is(registration.circuit?.state, 'open')
  await pass(2_000)
  t.is(registration.circuit?.state, 'half-open')
  await pass(30_000)
  t.is(await lost, 'ERR_BUS_TIMEOUT')
})

onEachCore('circuits: slow calls open it, too', async (t, stage) => {
  const { bus, pass } = stage
  const answers: ((value: string) => void)[] = []
  const handler = (): Promise<string> => new Promise((resolve) => answers.push(resolve))
  const circuit = { ...CIRCUIT, slowCall: 100, slowRate: 1 }
  const registration = bus.handle('price', handler, { circuit })
  const asked = [bus.request('price', 0), bus.request('price', 0)]
  await pass(100)
  for (const answer of answers) answer('late')
  t.deepEqual(await Promise.all(asked), ['late', 'late'])
  t.is(registration.circuit?.state, 'open')
})

onEachCore('circuits: opened by hand it stays so until it is closed by hand', async (t, stage) => {
  const { bus, pass } = stage
  const registration = bus.handle('price', () => 'done', { circuit: CIRCUIT })
  registration.circuit?.open()
  t.deepEqual(await ask(stage, 'price', 1), [OPEN])
  await pass(10_000_000)
  t.deepEqual(await ask(stage, 'price', 1), [OPEN])
  registration.circuit?.close()
  t.deepEqual(await ask(stage, 'price', 1), ['done'])
})

onEachCore(
  'circuits: errors that do not count, and callers that have given up, do not open it',
  async (t, stage) => {
    const { bus } = stage
    const isFailure = (error: unknown): boolean => !(error instanceof RangeError)
    const refuse = bus.handle(
      'price',
      () => {
        throw new RangeError('no such item')
      },
      { circuit: { ...CIRCUIT, isFailure } },
    )
    t.deepEqual(await ask(stage, 'price', 4), [FAILED, FAILED, FAILED, FAILED])
    t.is(refuse.circuit?.state, 'closed')
    const heed = bus.handle(
      'long',
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      { circuit: CIRCUIT },
    )
    for (let time = 0; time < 4; time++) {
      const caller = new AbortController()
      const asked = bus.request('long', 0, { signal: caller.signal })
      caller.abort()
      t.is((await busError(t, asked)).code, 'ERR_BUS_ABORTED')
    }
    t.is(heed.circuit?.state, 'closed')
  },
)

onEachCore('circuits: a request may wait until one is closed, or be made again', async (t, stage) => {
  const { bus, pass } = stage
  const registration = bus.handle('price', () => 'done', { circuit: CIRCUIT })
  registration.circuit?.open()
  const waiting = bus.request('price', 0, { waitForHandler: 5_000 })
  const tooShort = bus.request('price', 0, { waitForHandler: 500 })
  const again = bus.request('price', 0, { retry: { attempts: 3, initial: 1_000, jitter: 0 } })
  const lost = busError(t, tooShort)
  await pass(600)
  t.is((await lost).code, OPEN)
  t.true((await lost).retryable)
  registration.circuit?.close()
  await pass(1_000)
  t.deepEqual(await Promise.all([waiting, again]), ['done', 'done'])
})

onEachCore('circuits: a caller may keep its own, for each handler by itself', async (t, stage) => {
  const { bus, pass } = stage
  const mood = { fails: true }
  bus.handle('price', moody(mood), { priority: 1 })
  const circuit = { circuit: CIRCUIT }
  const end = async (): Promise<string> =>
    bus.request('price', 0, circuit).then(String, (error) => error.code)
  t.deepEqual([await end(), await end(), await end()], [FAILED, FAILED, OPEN])
  t.is(await bus.request('price', 0).catch((error) => error.code), FAILED, 'others are not concerned')
  bus.handle('price', () => 'second')
  t.is(await end(), 'second', 'the next tier is asked')
  mood.fails = false
  await pass(1_000)
  t.is(await end(), 'done')
})

onEachCore(
  'circuits: what a handler has refused goes to none that its caller keeps its circuit open to',
  async (t, { bus }) => {
    const options = { circuit: CIRCUIT }
    const first = bus.handle('price', () => 'first', { priority: 1, circuit: CIRCUIT })
    const second = bus.handle('price', moody({ fails: true }))
    const end = async (): Promise<string> =>
      bus.request('price', 0, options).then(String, (error) => error.code)
    first.circuit?.open()
    t.deepEqual([await end(), await end(), await end()], [FAILED, FAILED, OPEN])
    first.circuit?.close()
    bus.handle('go', () => {
      // It waits until this handler has been offered its message, and is refused then.
      const asked = end()
      first.circuit?.open()
      return asked
    })
    t.is(await bus.request('go', 0), OPEN)
    t.is(second.stats().accepted, 2)
  },
)

for (const core of ['native', 'javascript'] as const) {
  test(`circuits: a handler that ends when its bus has left is nobody's concern (${core})`, async (t) => {
    const bus = open(t.title, { core, clock: virtualClock() })
    const gate = deferred()
    const subscription = bus.subscribe('a', () => gate.promise, { circuit: CIRCUIT })
    bus.alert({ name: 'slow', metric: 'latency-p99', above: 100 })
    bus.publish('a', 0)
    t.like(await bus.close({ timeout: 0 }), { abandoned: [{ running: 1 }] })
    gate.resolve()
    // What it throws then would be an unhandled rejection, and fail this file.
    await new Promise(setImmediate)
    t.like(subscription.stats(), { processed: 1, running: 0 })
  })
}

onEachCore(
  'circuits: what they do is seen in the directory, in the numbers and in explanations',
  async (t, stage) => {
    const { bus } = stage
    const registration = bus.handle('price', () => 'done', { circuit: CIRCUIT })
    bus.handle('price', () => 'plain')
    using directory = bus.directory()
    t.deepEqual(
      directory.endpoints.map(({ circuit, health }) => [circuit, health]),
      [
        ['closed', 'healthy'],
        [undefined, undefined],
      ],
    )
    registration.circuit?.open()
    const { circuits } = bus.stats()
    t.deepEqual(circuits, { closed: 0, open: 1, 'half-open': 0 })
    const { handlers } = bus.explain('price')
    t.deepEqual(
      handlers.map(({ rank, excluded }) => [rank, excluded]),
      [
        [1, undefined],
        [2, 'its circuit is open'],
      ],
    )
    const [record] = [...bus.directory()]
    t.is(record?.circuit, 'open')
  },
)

onEachCore(
  'circuits: messages that are pulled wait, too, and batches are probes as a whole',
  async (t, stage) => {
    const { bus, pass, settle } = stage
    const circuit = { ...CIRCUIT, minimum: 2 }
    const pulled: unknown[] = []
    const messages = bus.messages('order', {
      guarantee: 'at-least-once',
      retry: { initial: 1, jitter: 0 },
      circuit,
    })
    let refuses = true
    const reading = (async () => {
      for await (const message of messages) {
        pulled.push(message.payload)
        if (refuses) message.nak()
      }
    })()
    for (const payload of [1, 2, 3]) bus.publish('order', payload)
    for (let moment = 0; moment < 5; moment++) await pass(10)
    t.is(pulled.length, 2, 'two of them were given back')
    refuses = false
    for (let moment = 0; moment < 5; moment++) await pass(1_000)
    t.deepEqual([...pulled.slice(2)].sort(), [1, 2, 3])
    t.is(bus.stats().processed + bus.stats().running, 3)

    const batches: number[] = []
    const mood = { fails: true }
    const subscription = bus.subscribe(
      'view',
      (views: readonly unknown[]) => {
        batches.push(views.length)
        if (mood.fails) throw new Error('not today')
      },
      { batch: { size: 2, within: 1 }, circuit },
    )
    for (let view = 0; view < 8; view++) bus.publish('view', view)
    await settle()
    t.deepEqual(batches, [2])
    t.is(subscription.circuit?.state, 'open')
    mood.fails = false
    await pass(1_000)
    await pass(1)
    t.deepEqual(batches, [2, 2, 2, 2])
    await bus.close({ timeout: 0 })
    await reading
  },
)

onEachCore('circuits: who hears of one may use it, and what it throws disturbs nobody', async (t, stage) => {
  const { bus } = stage
  const changes: string[] = []
  const registration = bus.handle('price', moody({ fails: true }), { circuit: CIRCUIT })
  bus.events.on('circuit', ({ from, to }) => {
    changes.push(`${from} ${to}`)
    if (to === 'open') registration.circuit?.close()
  })
  t.deepEqual(await ask(stage, 'price', 5), [FAILED, FAILED, FAILED, FAILED, FAILED])
  t.deepEqual(changes, ['closed open', 'open closed', 'closed open', 'open closed'])
})
