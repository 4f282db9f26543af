import test from 'ava'
import { type BusError, open } from 'busbar'
import fc from 'fast-check'
import { Correlation, FarDeadlines } from '../support/inside.js'
import { seedOf } from '../support/seed.js'

type Parts = ConstructorParameters<typeof FarDeadlines>[0]
type Waiter = Parameters<InstanceType<typeof Correlation>['open']>[0]

/** So late may a timer be, at the most. */
const LATE_MS = 400

const step = fc.oneof(
  fc.record({ what: fc.constant('ask' as const), ms: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({ what: fc.constant('ask' as const), ms: fc.constant(30_000) }),
  fc.record({ what: fc.constant('answer' as const), ms: fc.nat() }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.nat({ max: 20_000 }) }),
)

/** What becomes of deadlines while time passes; `lateMs` is by how much each timer is late. */
function scene(lateMs: number, isVirtual = false) {
  let nowMs = 1_000
  const timers: { dueMs: number; act: () => void }[] = []
  const armed = new Map<string, number>()
  const correlation = new Correlation(() => {})
  const parts = {
    correlation,
    deadlines: {
      arm: (slot: number, generation: number, dueMs: number) => armed.set(`${slot} ${generation}`, dueMs),
    },
    timers: { after: (ms: number, act: () => void) => timers.push({ dueMs: nowMs + ms + lateMs, act }) },
    nowMs: () => nowMs,
    isVirtual,
    onTurnOver: () => {},
  }
  const far = new FarDeadlines(parts as unknown as Parts)
  return {
    armed,
    correlation,
    timers,
    now: () => nowMs,
    ask(ms: number) {
      const dueMs = nowMs + ms
      const slot = correlation.open({ endpoint: 1, dueMs } as Waiter)
      const use = { slot, generation: correlation.generation(slot), dueMs }
      far.arm(slot, use.generation, dueMs, ms)
      return use
    },
    pass(ms: number) {
      const endMs = nowMs + ms
      for (;;) {
        timers.sort((one, other) => one.dueMs - other.dueMs)
        const next = timers[0]
        if (next === undefined || next.dueMs > endMs) break
        timers.shift()
        nowMs = next.dueMs
        next.act()
      }
      nowMs = endMs
    },
  }
}

test('far deadlines: the core knows of each before it is due, if somebody waits for it still', (t) => {
  const property = fc.property(
    fc.array(step, { maxLength: 100 }),
    fc.nat({ max: LATE_MS }),
    (steps, lateMs) => {
      const { armed, ask, correlation, now, pass } = scene(lateMs)
      const uses: ReturnType<typeof ask>[] = []
      const check = (): void => {
        for (const { slot, generation, dueMs } of uses) {
          if (dueMs > now() || !correlation.isOpen(slot, generation)) continue
          t.is(armed.get(`${slot} ${generation}`), dueMs)
          correlation.close(slot, generation)
        }
      }
      for (const { what, ms } of steps) {
        if (what === 'ask') uses.push(ask(ms))
        else if (what === 'pass') pass(ms)
        else {
          const use = uses[ms % Math.max(1, uses.length)]
          if (use !== undefined && use.dueMs > now()) correlation.close(use.slot, use.generation)
        }
        check()
      }
      pass(60_000 + LATE_MS)
      check()
      t.is(correlation.pending, 0)
    },
  )
  t.notThrows(() => fc.assert(property, { seed: seedOf(t), numRuns: 300 }))
})

test('far deadlines: of many that are answered in time the core hears nothing, and there is one look at them', (t) => {
  const { armed, ask, correlation, pass, timers } = scene(0)
  for (let round = 0; round < 100; round++) {
    const uses = Array.from({ length: 10 }, () => ask(30_000))
    t.is(timers.length, 1)
    pass(1)
    for (const { slot, generation } of uses) correlation.close(slot, generation)
  }
  pass(60_000)
  t.is(armed.size, 0)
  t.is(timers.length, 0, 'and nobody is woken any more')
})

test('far deadlines: where time is moved, the core knows of each at once', (t) => {
  const { armed, ask } = scene(0, true)
  ask(30_000)
  t.is(armed.size, 1)
})

test('far deadlines: a request ends when it is due', async (t) => {
  const bus = open(t.title, { requestTimeout: 2_200, metrics: false })
  bus.handle('a', () => new Promise(() => {}))
  const startMs = performance.now()
  const error = await bus.request('a', 0).then(
    () => undefined,
    (thrown: BusError) => thrown,
  )
  const tookMs = performance.now() - startMs
  t.is(error?.code, 'ERR_BUS_TIMEOUT')
  t.true(tookMs >= 2_199 && tookMs < 2_700, `${tookMs} ms`)
  await bus.close()
})
