/** Circuits, where what they count is a stream: when it begins counts as when a reply comes, and how it ends as that. */
import type { Stream } from 'busbar'
import { counting, onEachPath, quiet, take } from '../support/on-each-path.js'
import { busError } from '../support/rejection.js'
import type { Side } from '../support/two-sides.js'

/** Opens after two failures for a second, and lets one call through then. */
const CIRCUIT = { calls: 4, minimum: 2, initial: 1_000, jitter: 0, probes: 1 }

/** Handles `topic` with a stream that fails behind one item, as long as it is told to. */
function failing(side: Side, topic: string, mood: { fails: boolean }, options: object = {}): void {
  side.handle(
    topic,
    async function* () {
      yield 'item'
      if (mood.fails) throw new Error('not today')
    },
    options,
  )
}

/** What comes of a stream: its items, then the code of its error, where it has one. */
async function outcome(stream: Stream<unknown>): Promise<unknown[]> {
  const seen: unknown[] = []
  try {
    for await (const item of stream) seen.push(item)
  } catch (error) {
    seen.push((error as { code: unknown }).code)
  }
  return seen
}

const FAILED = ['item', 'ERR_BUS_HANDLER_FAILED']
const OPEN = ['ERR_BUS_CIRCUIT_OPEN']

onEachPath(
  'circuits: a stream that fails behind its items has failed, and the next goes elsewhere',
  async (t, { asks, answers, pass }) => {
    const mood = { fails: true }
    failing(answers, 'a', mood, { circuit: CIRCUIT, priority: 1 })
    for (const expected of [FAILED, FAILED, OPEN]) t.deepEqual(await outcome(asks.stream('a', 0)), expected)
    answers.handle('a', () => 'elsewhere')
    await pass(0)
    t.deepEqual(await outcome(asks.stream('a', 0)), ['elsewhere'])
    mood.fails = false
    await pass(1_000)
    t.deepEqual(await outcome(asks.stream('a', 0)), ['item'])
  },
)

onEachPath(
  'circuits: streams that are asked for together when one opens it go elsewhere, and their readers notice nothing',
  async (t, { asks, answers }) => {
    failing(answers, 'a', { fails: true }, { circuit: CIRCUIT, priority: 1, concurrency: 1 })
    counting(answers, 'a')
    const all = await Promise.all([1, 1, 1, 1, 1].map((count) => outcome(asks.stream('a', count))))
    t.deepEqual(all, [FAILED, FAILED, [0], [0], [0]])
  },
)

onEachPath(
  'circuits: how long a stream is read is not held against who answers with it',
  async (t, { asks, answers, pass }) => {
    const circuit = { ...CIRCUIT, callTimeout: 100, slowCall: 50, slowRate: 0.5 }
    const registration = answers.handle('a', () => counted(Number.POSITIVE_INFINITY), { circuit })
    const streams = [asks.stream('a', 0), asks.stream('a', 0), asks.stream('a', 0)]
    for (const stream of streams) t.deepEqual(await take(stream, 1), [0])
    await pass(10_000)
    t.is(registration.circuit?.state, 'closed')
    for (const stream of streams) {
      t.deepEqual(await take(stream, 2), [1, 2])
      await stream.return()
    }
    await quiet(answers)
    t.is(registration.circuit?.state, 'closed')
  },
)

onEachPath(
  'circuits: a stream that does not begin in time has failed, also where it ends as soon as it is told to',
  async (t, { asks, answers, pass }) => {
    const stuck: AsyncIterator<unknown> = {
      next: () => new Promise(() => {}),
      return: async () => ({ done: true, value: undefined }),
    }
    const handler = () => ({ [Symbol.asyncIterator]: () => stuck })
    const { circuit } = answers.handle('a', handler, { circuit: CIRCUIT })
    const ends = [1, 2].map(() => outcome(asks.stream('a', 0, { timeout: 500 })))
    await pass(500)
    t.deepEqual(await Promise.all(ends), [['ERR_BUS_TIMEOUT'], ['ERR_BUS_TIMEOUT']])
    await quiet(answers)
    t.is(circuit?.state, 'open')
  },
)

onEachPath(
  'circuits: a stream that nobody wants any more before it begins says nothing of who answers',
  async (t, { asks, answers, pass, settle }) => {
    const stuck: AsyncIterator<unknown> = {
      next: () => new Promise(() => {}),
      return: async () => ({ done: true, value: undefined }),
    }
    const mood = { isStuck: false }
    const { circuit } = answers.handle(
      'a',
      () => {
        if (!mood.isStuck) throw new Error('not today')
        return { [Symbol.asyncIterator]: () => stuck }
      },
      { circuit: CIRCUIT },
    )
    for (const _ of [1, 2]) await outcome(asks.stream('a', 0))
    mood.isStuck = true
    await pass(1_000)
    t.is(circuit?.state, 'half-open')
    const stream = asks.stream('a', 0)
    const asked = stream.next()
    await settle()
    await stream.return()
    await asked
    await quiet(answers)
    t.is(circuit?.state, 'half-open', 'the probe has told nothing')
  },
)

onEachPath(
  'circuits: a probe that begins to answer has told enough, however long its stream goes on',
  async (t, { asks, answers, pass }) => {
    const mood = { fails: true }
    const { circuit } = answers.handle(
      'a',
      () => {
        if (mood.fails) throw new Error('not today')
        return counted(Number.POSITIVE_INFINITY)
      },
      { circuit: CIRCUIT },
    )
    for (const _ of [1, 2]) t.deepEqual(await outcome(asks.stream('a', 0)), ['ERR_BUS_HANDLER_FAILED'])
    mood.fails = false
    await pass(1_000)
    const stream = asks.stream('a', 0)
    t.deepEqual(await take(stream, 2), [0, 1])
    t.is(circuit?.state, 'closed')
    await stream.return()
    await quiet(answers)
  },
)

onEachPath(
  'circuits: a caller counts how its streams end, also behind their items',
  async (t, { asks, answers, pass }) => {
    const mood = { fails: true }
    failing(answers, 'a', mood)
    const ask = (): Promise<unknown[]> => outcome(asks.stream('a', 0, { circuit: CIRCUIT }))
    for (const expected of [FAILED, FAILED, OPEN]) t.deepEqual(await ask(), expected)
    mood.fails = false
    await pass(1_000)
    t.deepEqual([await ask(), await ask()], [['item'], ['item']])
  },
)

onEachPath(
  'circuits: to a caller an item that takes too long is a failure of the handler',
  async (t, { asks, answers, pass }) => {
    answers.handle('a', () => new Promise(() => {}))
    const ask = (): Promise<unknown[]> =>
      outcome(asks.stream('a', 0, { circuit: CIRCUIT, idleTimeout: 10, timeout: 60_000 }))
    for (const _ of [1, 2]) {
      const end = ask()
      await pass(10)
      t.deepEqual(await end, ['ERR_BUS_TIMEOUT'])
    }
    const last = ask()
    await pass(10)
    t.deepEqual(await last, OPEN)
  },
)

onEachPath(
  'circuits: a stream that its reader leaves has gone well, for the circuits of both',
  async (t, { asks, answers }) => {
    const eager = { ...CIRCUIT, minimum: 1 }
    const mood = { fails: false }
    const { circuit } = answers.handle(
      'a',
      () => {
        if (mood.fails) throw new Error('not today')
        return counted(Number.POSITIVE_INFINITY)
      },
      { circuit: eager },
    )
    for (let turn = 0; turn < 3; turn++) {
      const stream = asks.stream('a', 0, { circuit: eager })
      t.deepEqual(await take(stream, 1), [0])
      await stream.return()
      await quiet(answers)
    }
    mood.fails = true
    // Of four calls it takes two: were those that were left not among them, the first would have been enough.
    const codes: unknown[] = []
    for (const _ of [1, 2, 3]) codes.push(...(await outcome(asks.stream('a', 0, { circuit: eager }))))
    t.deepEqual(codes, ['ERR_BUS_HANDLER_FAILED', 'ERR_BUS_HANDLER_FAILED', 'ERR_BUS_CIRCUIT_OPEN'])
    t.is(circuit?.state, 'open')
  },
)

onEachPath(
  'circuits: a thread that has no room for a request counts as a handler that failed',
  async (t, { asks, answers, pass }) => {
    answers.handle('a', () => 'done')
    const ask = (payload: unknown): Promise<unknown> =>
      asks.request('a', payload, { circuit: CIRCUIT }).catch(({ code }) => code)
    const large = new Uint8Array(2 ** 19)
    const ends = await Promise.all(Array.from({ length: 5 }, () => ask(large)))
    t.true(ends.filter((end) => end === 'ERR_BUS_OVERLOADED').length >= 3, String(ends))
    t.is(await ask(0), 'ERR_BUS_CIRCUIT_OPEN')
    await pass(1_000)
    t.is(await ask(0), 'done')
  },
  { inboxBytes: 2 ** 20 },
  'apart',
)

onEachPath(
  'circuits: of one that only its own thread sees, others do not hear that it is open, and nothing waits for it',
  async (t, { asks, answers, settle }) => {
    const { id, circuit } = answers.handle('a', () => 'own', { scope: 'thread', circuit: CIRCUIT })
    circuit?.open()
    await settle()
    t.is((await busError(t, answers.request('a', 0))).code, 'ERR_BUS_CIRCUIT_OPEN')
    t.is((await busError(t, asks.request('a', 0))).code, 'ERR_BUS_NO_HANDLER')
    t.is((await busError(t, asks.send('a', 0))).code, 'ERR_BUS_NO_HANDLER')
    t.is((await busError(t, asks.request({ id }, 0))).code, 'ERR_BUS_NO_HANDLER')
    t.deepEqual(
      [answers, asks].map((side) => side.explain('a').handlers.map(({ excluded }) => excluded)),
      [['its circuit is open'], ['only its own thread sees it']],
    )
  },
  undefined,
  'apart',
)

async function* counted(count: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item++) yield item
}
