import test from 'ava'
import fc from 'fast-check'
import type { RetryPolicy } from '../../ts/src/options/retry.js'
import { backoffMs } from '../support/delivery/inside.js'
import { seedOf } from '../support/seed.js'

const GROWING: Omit<RetryPolicy, 'attempts'> = {
  backoff: 'exponential',
  initialMs: 100,
  maxMs: 1_000,
  jitter: 0,
}
const attempts = [2, 3, 4, 5, 6, 7, 1_000, 2 ** 31 - 1]

test('backoff: each wait is twice the one before, until it is the longest', (t) => {
  const waits = attempts.map((attempt) => backoffMs(GROWING, attempt, 0.5))
  t.deepEqual(waits, [100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000])
})

test('backoff: a fixed wait stays as it is, and is not longer than the longest either', (t) => {
  const fixed: Omit<RetryPolicy, 'attempts'> = { ...GROWING, backoff: 'fixed' }
  t.deepEqual(
    attempts.map((attempt) => backoffMs(fixed, attempt, 0.5)),
    attempts.map(() => 100),
  )
  t.is(backoffMs({ ...fixed, maxMs: 50 }, 2, 0), 50)
})

test('backoff: no wait at all stays none, however often it is doubled', (t) => {
  t.deepEqual(
    attempts.map((attempt) => backoffMs({ ...GROWING, initialMs: 0 }, attempt, 1)),
    attempts.map(() => 0),
  )
})

test('backoff: jitter lengthens a wait by up to its share, and never shortens it', (t) => {
  t.is(backoffMs({ ...GROWING, jitter: 0.5 }, 3, 0), 200)
  t.is(backoffMs({ ...GROWING, jitter: 0.5 }, 3, 0.5), 250)
  t.is(backoffMs({ ...GROWING, jitter: 1 }, 7, 1), 2_000, 'the longest wait, too')
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const ms = fc.integer({ min: 0, max: 2 ** 31 - 1 })
  const backoff = fc.constantFrom<RetryPolicy['backoff']>('exponential', 'fixed')
  const attempt = fc.integer({ min: 2, max: 2 ** 31 - 1 })
  fc.assert(
    fc.property(backoff, ms, ms, share, attempt, share, (how, initialMs, maxMs, jitter, nth, random) => {
      const plain = backoffMs({ backoff: how, initialMs, maxMs, jitter: 0 }, nth, random)
      const lengthened = backoffMs({ backoff: how, initialMs, maxMs, jitter }, nth, random)
      return plain <= maxMs && lengthened >= plain && lengthened <= plain * (1 + jitter)
    }),
    { seed: seedOf(t) },
  )
})
