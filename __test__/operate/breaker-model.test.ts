import test from 'ava'
import type { BreakerSettings, CallEnding } from '../../ts/src/operate/breaker.js'
import type { Random } from '../support/core/random.js'
import { repeatable } from '../support/core/repeatable.js'
import { inside } from '../support/inside.js'
import { BreakerModel } from '../support/operate/breaker-model.js'

const { Breaker } = await inside<typeof import('../../ts/src/operate/breaker.js')>('operate/breaker.js')

const ROUNDS = 400
const STEPS = 1_200

/** How calls end for a while: shares of those that fail, that are never heard of again, and that are slow. */
interface Weather {
  readonly failing: number
  readonly lost: number
  readonly slow: number
}

const WELL: Weather = { failing: 0, lost: 0, slow: 0 }

function settingsOf(random: Random): BreakerSettings {
  const isTimed = random.chance(0.4)
  const calls = random.pick([1, 2, 5, 20, 100])
  const initialMs = random.pick([1, 100, 1_000, 5_000])
  return {
    calls,
    withinMs: isTimed ? random.pick([10, 1_000, 10_000, 60_000]) : 0,
    minimum: isTimed ? random.pick([1, 3, 10]) : between(random, 1, calls),
    failureRate: random.pick([0.01, 0.3, 0.5, 1]),
    slowCallMs: random.pick([Number.POSITIVE_INFINITY, 50, 2_000]),
    slowRate: random.pick([0.3, 0.7, 1]),
    callTimeoutMs: random.pick([10, 1_000, 30_000]),
    initialMs,
    maxMs: initialMs * random.pick([1, 8, 30]),
    jitter: random.pick([0, 0.2, 1]),
    probes: random.pick([1, 2, 3, 10]),
  }
}

function weatherOf(random: Random): Weather {
  const share = (): number => random.pick([0, 0, 0.05, 0.3, 0.6, 1])
  return { failing: share(), lost: share() * 0.3, slow: share() }
}

/** From `least` to `most`. */
function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1)
}

/** A breaker beside its model, in one time. */
class Twins {
  readonly settings: BreakerSettings
  readonly breaker: InstanceType<typeof Breaker>
  readonly model: BreakerModel
  readonly #open: { id: number; endMs: number; how: CallEnding }[] = []
  readonly changes: string[] = []
  nowMs = 0

  constructor(settings: BreakerSettings, random: Random) {
    const jitters: [number[], number[]] = [[], []]
    // Both get the same numbers, each in its own time.
    const source = (mine: 0 | 1) => (): number => {
      const next = jitters[mine].shift()
      if (next !== undefined) return next
      const fresh = between(random, 0, 999) / 1_000
      jitters[1 - mine]?.push(fresh)
      return fresh
    }
    this.settings = settings
    this.breaker = new Breaker(settings, source(0), (from, to) => this.changes.push(`${from} ${to}`))
    this.model = new BreakerModel(settings, source(1))
  }

  /** Time passes, and what is due in it happens in its order; the timer may be late. */
  pass(ms: number, lateMs: number): void {
    const untilMs = this.nowMs + ms
    for (;;) {
      const next = this.#open.reduce((least, { endMs }) => Math.min(least, endMs), Number.POSITIVE_INFINITY)
      const dueMs = Math.max(this.nowMs, this.breaker.dueMs + lateMs)
      const atMs = Math.min(next, dueMs)
      if (atMs > untilMs) break
      this.nowMs = Math.max(this.nowMs, atMs)
      if (next <= dueMs) this.#endNext(next)
      else {
        this.breaker.advance(this.nowMs)
        this.model.advance(this.nowMs)
      }
    }
    this.nowMs = untilMs
  }

  /** A message comes: it is taken where there is room. */
  call(random: Random, { failing, lost, slow }: Weather): void {
    if (this.breaker.room === 0) return
    const id = this.breaker.begin(this.nowMs)
    this.model.begin(id, this.nowMs)
    if (random.chance(lost)) return
    const tookMs = random.chance(slow) ? between(random, 40, 40_000) : between(random, 0, 8)
    const how = random.chance(failing) ? 'failed' : random.chance(0.02) ? 'ignored' : 'succeeded'
    this.#open.push({ id, endMs: this.nowMs + tookMs, how })
  }

  /** What differs; undefined when nothing does. */
  difference(): string | undefined {
    const { breaker, model } = this
    if (breaker.state !== model.state) return `state ${breaker.state}, expected ${model.state}`
    if (breaker.room !== model.room) return `room ${breaker.room}, expected ${model.room}`
    return undefined
  }

  /** In which way it would never be left again; undefined when it would. */
  stuck(): string | undefined {
    const { breaker, settings, nowMs, model } = this
    const { maxMs, jitter, callTimeoutMs } = settings
    const latestMs = breaker.state === 'open' ? maxMs * (1 + jitter) : callTimeoutMs
    const mustMove =
      (breaker.state === 'open' && !model.isForced) || (breaker.state === 'half-open' && breaker.room === 0)
    if (mustMove && !(breaker.dueMs <= nowMs + latestMs)) return `${breaker.state} until ${breaker.dueMs}`
    return undefined
  }

  #endNext(endMs: number): void {
    const at = this.#open.findIndex((one) => one.endMs === endMs)
    const [one] = this.#open.splice(at, 1)
    if (one === undefined) return
    this.breaker.end(one.id, one.how, this.nowMs)
    this.model.end(one.id, one.how, this.nowMs)
  }
}

function byHand(twins: Twins, random: Random): void {
  if (random.chance(0.5)) {
    twins.breaker.open()
    twins.model.open()
  }
  if (random.chance(0.7)) {
    twins.breaker.close(twins.nowMs)
    twins.model.close(twins.nowMs)
  }
}

/** From now on all goes well, and a call comes each millisecond: how long until it is closed, at most. */
function recoversWithinMs({ maxMs, jitter, callTimeoutMs, probes }: BreakerSettings): number {
  return maxMs * (1 + jitter) + callTimeoutMs + probes * 100 + 1_000
}

test('circuits: as a simple model says, through a million seconds of random failures, and never stuck', (t) => {
  let virtualMs = 0
  let opened = 0
  repeatable(
    t,
    (random) => {
      const settings = settingsOf(random)
      const twins = new Twins(settings, random)
      let weather = weatherOf(random)
      const gapMs = random.pick([5, 100, 2_000, 20_000])
      for (let step = 0; step < STEPS; step++) {
        if (random.chance(0.01)) weather = weatherOf(random)
        if (random.chance(0.002)) byHand(twins, random)
        if (random.chance(0.001)) twins.pass(between(random, 0, 60_000), 0)
        twins.pass(between(random, 0, gapMs), random.chance(0.1) ? between(random, 0, 500) : 0)
        twins.call(random, weather)
        const wrong = twins.difference() ?? twins.stuck()
        if (wrong !== undefined) throw new Error(`after ${twins.nowMs} ms: ${wrong}`)
      }
      if (twins.model.isForced) {
        twins.breaker.close(twins.nowMs)
        twins.model.close(twins.nowMs)
      }
      const limitMs = twins.nowMs + recoversWithinMs(settings)
      while (twins.breaker.state !== 'closed' && twins.nowMs < limitMs) {
        twins.call(random, WELL)
        twins.pass(10, 0)
      }
      if (twins.breaker.state !== 'closed') throw new Error(`it has not recovered: ${twins.breaker.state}`)
      virtualMs += twins.nowMs
      opened += twins.changes.filter((change) => change.endsWith(' open')).length
    },
    ROUNDS,
  )
  t.log(`${Math.floor(virtualMs / 1_000)} virtual seconds, opened ${opened} times`)
  t.true(virtualMs >= 1_000_000_000)
  t.true(opened > ROUNDS)
})
