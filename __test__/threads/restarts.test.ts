import test from 'ava'
import fc from 'fast-check'
import type { RestartSettings } from '../../ts/src/options/workers.js'
import { inside } from '../support/inside.js'

type Options = typeof import('../../ts/src/options/workers.js')
type Inside = typeof import('../../ts/src/threads/restarts.js')

const { workersSettings } = await inside<Options>('options/workers.js')
const { Restarts } = await inside<Inside>('threads/restarts.js')

const settings = fc.record({
  initialMs: fc.nat(1_000),
  maxMs: fc.integer({ min: 1_000, max: 100_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  limit: fc.nat(12),
  windowMs: fc.integer({ min: 1, max: 10_000 }),
})
const agesMs = fc.array(fc.nat(5_000), { minLength: 1, maxLength: 60 })

/** The decisions at moments so many milliseconds apart: each moment with its wait. */
function decisions(
  restarts: InstanceType<Inside['Restarts']>,
  ages: readonly number[],
): { readonly nowMs: number; readonly delayMs: number | undefined }[] {
  let nowMs = 0
  return ages.map((age) => {
    nowMs += age
    return { nowMs, delayMs: restarts.next(nowMs) }
  })
}

test('restarts: there are never more than the limit within the window, and as many as that', (t) => {
  fc.assert(
    fc.property(settings, agesMs, (given: RestartSettings, ages) => {
      const decided = decisions(new Restarts(given), ages)
      const granted: number[] = []
      for (const { nowMs, delayMs } of decided) {
        const recent = granted.filter((grantedMs) => nowMs - grantedMs < given.windowMs).length
        if (recent < given.limit !== (delayMs !== undefined)) return false
        if (delayMs !== undefined) granted.push(nowMs)
      }
      return true
    }),
  )
  t.pass()
})

test('restarts: the wait doubles with each within the window, up to its maximum, and jitter only lengthens it', (t) => {
  fc.assert(
    fc.property(settings, agesMs, fc.double({ min: 0, max: 1, noNaN: true }), (given, ages, random) => {
      const decided = decisions(new Restarts(given, () => random), ages)
      const granted: number[] = []
      for (const { nowMs, delayMs } of decided) {
        if (delayMs === undefined) continue
        const recent = granted.filter((grantedMs) => nowMs - grantedMs < given.windowMs).length
        const least = Math.min(given.maxMs, given.initialMs * 2 ** recent)
        if (delayMs !== least * (1 + random * given.jitter)) return false
        granted.push(nowMs)
      }
      return true
    }),
  )
  t.pass()
})

test('restarts: unless something else is said, one that ends at once is tried for more than a minute', (t) => {
  const { restart } = workersSettings('./a.js', undefined)
  t.deepEqual(restart, { initialMs: 100, maxMs: 30_000, jitter: 0.2, limit: 10, windowMs: 300_000 })
  const restarts = new Restarts(restart, () => 0)
  const waitsMs: number[] = []
  let nowMs = 0
  for (let next = restarts.next(nowMs); next !== undefined; next = restarts.next(nowMs)) {
    waitsMs.push(next)
    nowMs += next
  }
  t.deepEqual(waitsMs, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000])
  restarts.forget()
  t.is(restarts.next(nowMs), 100)
})
