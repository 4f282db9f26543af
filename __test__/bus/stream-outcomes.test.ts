import { getEventListeners } from 'node:events'
import test from 'ava'
import { BusError, type Message, type Stream } from 'busbar'
import fc from 'fast-check'
import { deferred } from '../support/deferred.js'
import { seedOf } from '../support/seed.js'
import { often } from '../support/soak.js'
import { type TwoSides, twoSides } from '../support/two-sides.js'

type Place = 'here' | 'there'

/** A stream, and what its handler does. */
interface Asked {
  readonly place: Place
  /** How many items it has; without an end there are as many as anybody reads. */
  readonly length: number
  /** What comes behind the last: an end, an error, or nothing until it is told. */
  readonly last: 'ends' | 'throws' | 'never'
  /** Whether each item is there at once, takes its time, or waits until it is told. */
  readonly pace: 'at once' | 'later' | 'told'
  readonly prefetch: number
  readonly timeout: number
  readonly idleTimeout: number | undefined
  readonly signal: 'none' | 'own' | 'shared'
  readonly retries: boolean
  readonly waits: number
}

/** What happens meanwhile; `index` is that of a stream. */
type Act =
  | { readonly what: 'read' | 'tell' | 'abort' | 'return' | 'throw'; readonly index: number }
  | { readonly what: 'turn' | 'microtask' | 'abort all' | 'kill' | 'close' | 'close there' }
  | { readonly what: 'sleep'; readonly ms: number }
  | { readonly what: 'unregister' | 'register'; readonly place: Place }

const MANY = 5
const place = fc.constantFrom<Place>('here', 'there')
const streams = fc.array(
  fc.record<Asked>({
    place,
    length: fc.integer({ min: 0, max: 12 }),
    last: fc.constantFrom('ends', 'ends', 'throws', 'never'),
    pace: fc.constantFrom('at once', 'later', 'told'),
    prefetch: fc.integer({ min: 1, max: 6 }),
    timeout: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(60_000)),
    idleTimeout: fc.oneof(fc.constant(undefined), fc.constant(undefined), fc.integer({ min: 1, max: 4 })),
    signal: fc.constantFrom('none', 'own', 'shared'),
    retries: fc.boolean(),
    waits: fc.constantFrom(0, 0, 3),
  }),
  { minLength: MANY, maxLength: MANY },
)
const index = fc.nat({ max: MANY - 1 })
const acts = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ what: fc.constant('read' as const), index }) },
    {
      weight: 5,
      arbitrary: fc.record({ what: fc.constantFrom('tell', 'tell', 'abort', 'return', 'throw'), index }),
    },
    { weight: 6, arbitrary: fc.constantFrom({ what: 'turn' as const }, { what: 'microtask' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('sleep' as const), ms: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('unregister', 'register'), place }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { what: 'abort all' },
        { what: 'kill' },
        { what: 'close' },
        { what: 'close there' },
      ),
    },
  ),
  { minLength: 6, maxLength: 50 },
) as fc.Arbitrary<Act[]>

/** What a reader was told, one after the other. */
type Told = { readonly item: unknown } | { readonly code: string } | 'end'

/** One run of a schedule. */
class Run {
  readonly #sides: TwoSides
  readonly #given: readonly Asked[]
  readonly #gates = Array.from({ length: MANY }, () => ({ open: 0, more: deferred() }))
  readonly #own = Array.from({ length: MANY }, () => new AbortController())
  readonly #shared = new AbortController()
  readonly #endings = new Map<Place, () => Promise<void>>()
  readonly #streams: Stream[]
  readonly #pending: Promise<unknown>[] = []
  readonly told: Told[][] = Array.from({ length: MANY }, () => [])
  readonly made: number[] = Array(MANY).fill(0)
  readonly asked: number[] = Array(MANY).fill(0)
  /** Generators that have begun, and those that have come to their end. */
  begun = 0
  ended = 0
  readonly done = new Set<Act['what']>()
  readonly left = new Set<number>()
  readonly aborted = new Set<number>()

  constructor(sides: TwoSides, given: readonly Asked[]) {
    this.#sides = sides
    this.#given = given
    this.#register('here')
    this.#register('there')
    this.#streams = given.map((one, number) => {
      const { place: where, timeout, idleTimeout, prefetch, signal: which, retries, waits } = one
      const signal = { none: undefined, own: this.#own[number]?.signal, shared: this.#shared.signal }[which]
      const retry = retries ? { attempts: 3, initial: 1, max: 2 } : undefined
      const options = { timeout, idleTimeout, prefetch, signal, retry, waitForHandler: waits }
      return sides.here.stream(`q.${where}`, number, options)
    })
  }

  get signals(): AbortSignal[] {
    return [this.#shared, ...this.#own].map(({ signal }) => signal)
  }

  async act(act: Act): Promise<void> {
    this.done.add(act.what)
    switch (act.what) {
      case 'read':
        void this.read(act.index)
        break
      case 'tell':
        this.#tell(act.index, 1)
        break
      case 'abort':
        this.aborted.add(act.index)
        this.#own[act.index]?.abort('enough')
        break
      case 'return':
        this.left.add(act.index)
        await this.#streams[act.index]?.return()
        break
      case 'throw':
        this.left.add(act.index)
        await this.#streams[act.index]?.throw('enough').catch(() => {})
        break
      case 'abort all':
        this.#shared.abort('enough of all')
        break
      case 'microtask':
        await Promise.resolve()
        break
      case 'turn':
        await new Promise(setImmediate)
        break
      case 'sleep':
        await new Promise((resolve) => setTimeout(resolve, act.ms))
        break
      case 'register':
        this.#register(act.place)
        break
      case 'unregister':
        await Promise.race([this.#endings.get(act.place)?.(), new Promise(setImmediate)])
        this.#endings.delete(act.place)
        break
      case 'kill':
        this.#sides.kill()
        this.#endings.delete('there')
        break
      case 'close':
        await this.#sides.here.close({ timeout: 0 })
        break
      case 'close there':
        this.#endings.delete('there')
        await this.#sides.there.close({ timeout: 1 })
        break
    }
    this.#check()
  }

  /** Asks for one item more; resolves when that has come, or does not. */
  read(number: number): Promise<void> {
    this.asked[number] = (this.asked[number] ?? 0) + 1
    const told = this.told[number] ?? []
    const read = (this.#streams[number] as Stream).next().then(
      (result) => void told.push(result.done === true ? 'end' : { item: result.value }),
      (error: unknown) => void told.push({ code: error instanceof BusError ? error.code : String(error) }),
    )
    this.#pending.push(read)
    return read
  }

  #check(): void {
    for (const [number, { prefetch, retries }] of this.#given.entries()) {
      const [made = 0, asked = 0] = [this.made[number], this.asked[number]]
      // What an attempt has made that was lost is not seen.
      if (!retries && made > asked + prefetch) throw new Error(`${made} made, ${asked} asked for: ${number}`)
    }
  }

  #tell(number: number, count: number): void {
    const gate = this.#gates[number]
    if (gate === undefined) return
    gate.open += count
    gate.more.resolve()
    gate.more = deferred()
  }

  #register(where: Place): void {
    if (this.#endings.has(where)) return
    if (where === 'there' && (this.done.has('kill') || this.done.has('close there'))) return
    if (where === 'here' && this.done.has('close')) return
    const registration = this.#sides[where].handle(`q.${where}`, (number: number, message: Message) => {
      // Some look at their signal, so that there is something to be left behind.
      if (number % 2 === 0) message.signal.addEventListener('abort', () => {})
      return this.#items(number)
    })
    this.#endings.set(where, () => registration.unregister())
  }

  async *#items(number: number): AsyncGenerator<string> {
    const { length, last, pace } = this.#given[number] as Asked
    this.begun++
    this.made[number] = 0
    try {
      for (let item = 0; item < length; item++) {
        if (pace === 'later') await new Promise(setImmediate)
        if (pace === 'told') await this.#turnOf(number, item)
        this.made[number] = item + 1
        yield `${number}:${item}`
      }
      if (last === 'throws') throw Object.assign(new Error('thrown'), { retryable: true })
      if (last === 'never') await this.#turnOf(number, Number.MAX_SAFE_INTEGER)
    } finally {
      this.ended++
    }
  }

  async #turnOf(number: number, item: number): Promise<void> {
    const gate = this.#gates[number]
    while (gate !== undefined && gate.open <= item) await gate.more.promise
  }

  /** Every stream has to end by itself when its handler is told to go on and somebody reads on, or with the bus. */
  async end(): Promise<void> {
    for (let number = 0; number < MANY; number++) this.#tell(number, Number.POSITIVE_INFINITY)
    await this.#sides.here.close({ timeout: 20 })
    await Promise.all(this.#pending)
    await this.#sides.there.close({ timeout: 20 })
    for (let number = 0; number < MANY; number++) {
      const isOver = (): boolean => this.told[number]?.at(-1) === 'end'
      for (let rest = 0; rest < 100 && !isOver(); rest++) await this.read(number)
      if (!isOver()) throw new Error(`it does not end: ${JSON.stringify(this.told[number])}`)
    }
    // Those that were left finish on their own.
    for (let turn = 0; turn < 1_000 && this.ended < this.begun; turn++) await new Promise(setImmediate)
    if (this.ended < this.begun) throw new Error(`${this.begun} have begun, ${this.ended} have ended`)
  }
}

/** The codes that a stream may end with, and what must have happened for it. */
const BECAUSE: Readonly<Record<string, (run: Run, given: readonly Asked[]) => boolean>> = {
  ERR_BUS_TIMEOUT: (_, given) =>
    given.some(({ timeout, idleTimeout }) => timeout < 100 || idleTimeout !== undefined),
  ERR_BUS_ABORTED: ({ aborted, done }) => aborted.size > 0 || done.has('abort all'),
  ERR_BUS_HANDLER_GONE: ({ done }) =>
    ['unregister', 'kill', 'close', 'close there'].some((what) => done.has(what as Act['what'])),
  ERR_BUS_NO_HANDLER: ({ done }, given) =>
    given.some(({ retries }) => retries) ||
    ['unregister', 'kill', 'close', 'close there'].some((what) => done.has(what as Act['what'])),
  ERR_BUS_HANDLER_FAILED: (_, given) => given.some(({ last }) => last === 'throws'),
  ERR_BUS_CLOSED: () => true,
}

/** Items in order from the first on, then at most one error, then ends; only what was read after a `return` may be less. */
function wrongWith(told: readonly Told[], number: number): string | undefined {
  let items = 0
  let errors = 0
  let hasEnded = false
  for (const one of told) {
    if (one === 'end') hasEnded = true
    else if (hasEnded) return 'something behind the end'
    else if ('code' in one) errors++
    else if (errors > 0) return 'an item behind an error'
    else if (one.item !== `${number}:${items++}`) return `${one.item} is the item ${items - 1}`
  }
  return errors > 1 ? 'two errors' : undefined
}

/** `npm run soak` looks further. */
const RUNS = often(300, 5_000)
let round = 0

test('stream: whatever happens in whatever order, items come in order, it ends once, and nothing is left', async (t) => {
  t.timeout(300_000, 'it takes half a minute on an idle machine')
  const seed = seedOf(t)
  const seen = new Map<string, number>()
  const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1)
  const property = fc.asyncProperty(streams, acts, async (given, schedule) => {
    const sides = twoSides(`${t.title} ${round++}`)
    const run = new Run(sides, given)
    try {
      for (const act of schedule) await run.act(act)
      await run.end()
    } finally {
      await Promise.all([sides.here.close({ timeout: 0 }), sides.there.close({ timeout: 0 })])
    }
    for (const [number, told] of run.told.entries()) {
      const wrong = wrongWith(told, number)
      if (wrong !== undefined) throw new Error(`${wrong}: ${JSON.stringify(told)}`)
      const error = told.find((one) => typeof one === 'object' && 'code' in one) as
        | { code: string }
        | undefined
      const { length, last } = given[number] as Asked
      const items = told.filter((one) => typeof one === 'object' && 'item' in one).length
      const isLeft = run.left.has(number)
      if (error === undefined && !isLeft && (items < length || last === 'throws'))
        throw new Error(`it ended well after ${items} of ${length}`)
      if (error !== undefined && BECAUSE[error.code]?.(run, given) !== true)
        throw new Error(`it ended with ${error.code}`)
      if (error !== undefined) count(`${error.code}${items > 0 ? ' behind items' : ''}`)
      else count(isLeft ? 'left' : 'all')
    }
    const { pending, lifelines } = sides.here.requestCounts()
    const other = sides.there.requestCounts()
    const listening = run.signals.filter((signal) => getEventListeners(signal, 'abort').length > 0).length
    const left = { pending, lifelines, there: other.pending + other.lifelines, listening }
    if (Object.values(left).some((one) => one > 0)) throw new Error(`left behind: ${JSON.stringify(left)}`)
  })
  await fc.assert(property, { numRuns: RUNS, seed, endOnFailure: false, includeErrorInReport: true })
  t.log(Object.fromEntries([...seen].sort()))
  const expected = ['all', 'left', ...Object.keys(BECAUSE)]
  t.deepEqual(
    expected.filter((what) => !seen.has(what)),
    [],
    'every way to end has been seen',
  )
})
