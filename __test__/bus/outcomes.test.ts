import { getEventListeners } from 'node:events'
import test from 'ava'
import { BusError, type Message } from 'busbar'
import fc from 'fast-check'
import { deferred } from '../support/deferred.js'
import { seedOf } from '../support/seed.js'
import { type TwoSides, twoSides } from '../support/two-sides.js'

type Place = 'here' | 'there'

/** A request, and what its handler does. */
interface Ask {
  readonly place: Place
  readonly handler: 'answers' | 'answers later' | 'throws' | 'waits to be told'
  readonly timeout: number
  readonly signal: 'none' | 'own' | 'shared'
  readonly retries: boolean
  readonly waits: number
}

/** What happens meanwhile; `index` is that of a request. */
type Act =
  | { readonly what: 'ask' | 'answer' | 'fail' | 'abort'; readonly index: number }
  | { readonly what: 'turn' | 'abort all' | 'kill' | 'close' }
  | { readonly what: 'sleep'; readonly ms: number }
  | { readonly what: 'unregister' | 'register'; readonly place: Place }

const MANY = 6
const place = fc.constantFrom<Place>('here', 'there')
const asks = fc.array(
  fc.record<Ask>({
    place,
    handler: fc.constantFrom('answers', 'answers later', 'throws', 'waits to be told', 'waits to be told'),
    timeout: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant(60_000)),
    signal: fc.constantFrom('none', 'own', 'shared'),
    retries: fc.boolean(),
    waits: fc.constantFrom(0, 0, 3),
  }),
  { minLength: MANY, maxLength: MANY },
)
const index = fc.nat({ max: MANY - 1 })
const acts = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constant('ask' as const), index }) },
    { weight: 6, arbitrary: fc.record({ what: fc.constantFrom('answer', 'fail', 'abort'), index }) },
    { weight: 4, arbitrary: fc.constant({ what: 'turn' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('sleep' as const), ms: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('unregister', 'register'), place }) },
    { weight: 1, arbitrary: fc.constantFrom({ what: 'abort all' }, { what: 'kill' }, { what: 'close' }) },
  ),
  { minLength: 4, maxLength: 30 },
) as fc.Arbitrary<Act[]>

/** How a request ended: with its own number, or with a code. */
type End = number | string

/** One run of a schedule. */
class Run {
  readonly #sides: TwoSides
  readonly #asks: readonly Ask[]
  readonly #gates = Array.from({ length: MANY }, () => deferred<number>())
  readonly #own = Array.from({ length: MANY }, () => new AbortController())
  readonly #shared = new AbortController()
  readonly #endings = new Map<Place, () => Promise<void>>()
  readonly ends: Promise<End>[] = []
  readonly done = new Set<Act['what']>()
  /** How often each request was given to a handler. */
  readonly handled: number[] = Array(MANY).fill(0)
  readonly aborted = new Set<number>()

  constructor(sides: TwoSides, given: readonly Ask[]) {
    this.#sides = sides
    this.#asks = given
    this.#register('here')
    this.#register('there')
  }

  get signals(): AbortSignal[] {
    return [this.#shared, ...this.#own].map(({ signal }) => signal)
  }

  async act(act: Act): Promise<void> {
    this.done.add(act.what)
    switch (act.what) {
      case 'ask':
        this.#ask(act.index)
        break
      case 'answer':
        this.#gates[act.index]?.resolve(act.index)
        break
      case 'fail':
        this.#gates[act.index]?.reject(new Error('told to fail'))
        break
      case 'abort':
        this.aborted.add(act.index)
        this.#own[act.index]?.abort('enough')
        break
      case 'abort all':
        this.#shared.abort('enough of all')
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
    }
  }

  #ask(number: number): void {
    const { place: where, timeout, signal: which, retries, waits } = this.#asks[number] as Ask
    const signal = { none: undefined, own: this.#own[number]?.signal, shared: this.#shared.signal }[which]
    const retry = retries ? { attempts: 3, initial: 1, max: 2 } : undefined
    const options = { timeout, signal, retry, waitForHandler: waits }
    const asked = this.#sides.here.request(`q.${where}`, number, options)
    this.ends.push(
      asked.then(
        (value) => (value === number ? number : `the answer to another one: ${value}`),
        (error: unknown) => (error instanceof BusError ? error.code : `no error of the bus: ${error}`),
      ),
    )
  }

  #register(where: Place): void {
    if (this.#endings.has(where) || (where === 'there' && this.done.has('kill'))) return
    if (where === 'here' && this.done.has('close')) return
    const handler = (number: number, message: Message): unknown => {
      this.handled[number] = (this.handled[number] ?? 0) + 1
      // Some look at their signal, so that there is something to be left behind.
      if (number % 2 === 0) message.signal.addEventListener('abort', () => {})
      const { handler: how } = this.#asks[number] as Ask
      if (how === 'throws') throw Object.assign(new Error('thrown'), { retryable: true })
      if (how === 'waits to be told') return this.#gates[number]?.promise
      return how === 'answers' ? number : Promise.resolve(number)
    }
    const registration = this.#sides[where].handle(`q.${where}`, handler)
    this.#endings.set(where, () => registration.unregister())
  }

  /** Every request has to end by itself when its handler is told to go on, or with the bus. */
  async end(): Promise<End[]> {
    for (const [number, { resolve, promise }] of this.#gates.entries()) {
      promise.catch(() => {})
      resolve(number)
    }
    await this.#sides.here.close({ timeout: 20 })
    return Promise.all(this.ends)
  }
}

/** The code that each way to end has, and what must have happened for it. */
const BECAUSE: Readonly<Record<string, (run: Run, given: readonly Ask[]) => boolean>> = {
  ERR_BUS_TIMEOUT: (_, given) => given.some(({ timeout }) => timeout < 100),
  ERR_BUS_ABORTED: ({ aborted, done }) => aborted.size > 0 || done.has('abort all'),
  ERR_BUS_HANDLER_GONE: ({ done }) => done.has('unregister') || done.has('kill') || done.has('close'),
  // One that is between two attempts when all is over finds nobody, either.
  ERR_BUS_NO_HANDLER: ({ done }, given) =>
    done.has('unregister') || done.has('kill') || done.has('close') || given.some(({ retries }) => retries),
  ERR_BUS_HANDLER_FAILED: ({ done }, given) =>
    done.has('fail') || given.some(({ handler }) => handler === 'throws'),
  ERR_BUS_CLOSED: () => true,
}

let round = 0

test('outcome: whatever happens in whatever order, a request ends exactly once, and leaves nothing behind', async (t) => {
  const seen = new Map<End, number>()
  const property = fc.asyncProperty(asks, acts, async (given, schedule) => {
    const sides = twoSides(`${t.title} ${round++}`)
    const run = new Run(sides, given)
    for (const act of schedule) await run.act(act)
    const ends = await run.end()
    for (const end of ends) {
      const kind = typeof end === 'number' ? 'answered' : end
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      if (typeof end === 'string' && BECAUSE[end]?.(run, given) !== true)
        throw new Error(`it ended with ${end}`)
    }
    const asked = schedule.filter(({ what }) => what === 'ask').length
    if (ends.length !== asked) throw new Error(`${ends.length} of ${asked} have ended`)
    await sides.there.close({ timeout: 0 })
    const left = {
      here: sides.here.requestCounts(),
      there: sides.there.requestCounts(),
      listeners: run.signals.filter((signal) => getEventListeners(signal, 'abort').length > 0).length,
    }
    const { pending, lifelines } = left.here
    const isClean = pending + lifelines + left.there.pending + left.there.lifelines + left.listeners === 0
    if (!isClean) throw new Error(`left behind: ${JSON.stringify(left)}`)
  })
  await fc.assert(property, { numRuns: 300, seed: seedOf(t), endOnFailure: false })
  t.log(Object.fromEntries([...seen].sort()))
  const codes = ['answered', ...Object.keys(BECAUSE)]
  t.deepEqual(
    codes.filter((code) => !seen.has(code)),
    [],
    'every way to end has been seen',
  )
})

test('outcome: an end that the bus itself brings about has no stack, which could only tell of the bus', async (t) => {
  const { here, there } = twoSides(t.title)
  const limit = Error.stackTraceLimit
  const handler = there.handle('silent', () => new Promise(() => {}), { concurrency: 1 })
  const timedOut = await t.throwsAsync(here.request('silent', 0, { timeout: 1 }), { code: 'ERR_BUS_TIMEOUT' })
  t.is(timedOut?.stack, `BusError: ${timedOut?.message}`)
  // The first one is still at it.
  const gone = t.throwsAsync(here.request('silent', 0), { code: 'ERR_BUS_HANDLER_GONE' })
  void handler.unregister()
  t.is((await gone)?.stack?.split('\n').length, 1)
  t.is(Error.stackTraceLimit, limit)
})

test('outcome: answers that nobody waits for any more are counted', async (t) => {
  const { here, there } = twoSides(t.title)
  for (const [where, side] of [here, there].entries()) {
    const gate = deferred<number>()
    const answered = deferred()
    side.handle(`late.${where}`, async () => {
      const value = await gate.promise
      answered.resolve()
      return value
    })
    const timedOut = here.request(`late.${where}`, 0, { timeout: 200 })
    await t.throwsAsync(timedOut, { code: 'ERR_BUS_TIMEOUT' })
    gate.resolve(1)
    await answered.promise
    // By the time that another answer has come, the late one has, too.
    side.handle(`prompt.${where}`, () => 'prompt')
    await here.request(`prompt.${where}`, 0)
    t.is(here.requestCounts().late, where + 1)
  }
  await Promise.all([here.close(), there.close()])
})
