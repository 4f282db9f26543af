import test from 'ava'
import fc from 'fast-check'
import type { RetryOptions } from '../../ts/src/contract/policies.js'
import type { RetryPolicy } from '../../ts/src/options/retry.js'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { RETRY, longestBackoffMs, longestRedeliveryMs, retryPolicy } =
  await inside<typeof import('../../ts/src/options/retry.js')>('options/retry.js')

test('retry: what is left out is five attempts, the waits between them doubling from 100 ms', (t) => {
  const complete = { attempts: 5, backoff: 'exponential', initialMs: 100, maxMs: 30_000, jitter: 0.2 }
  t.deepEqual(retryPolicy({}, RETRY), complete as RetryPolicy)
  t.deepEqual(retryPolicy(undefined, RETRY), complete as RetryPolicy)
  t.deepEqual(retryPolicy({ attempts: undefined, max: undefined }, RETRY), complete as RetryPolicy)
})

test('retry: what is left out is that of the bus', (t) => {
  const bus = retryPolicy({ attempts: 9, backoff: 'fixed', initial: 5, max: 50, jitter: 0 }, RETRY)
  t.deepEqual(retryPolicy({ attempts: 2 }, bus), { ...bus, attempts: 2 })
})

test('retry: of the two durations the one that is left out makes way for the other', (t) => {
  t.like(retryPolicy({ initial: 60_000 }, RETRY), { initialMs: 60_000, maxMs: 60_000 })
  t.like(retryPolicy({ max: 10 }, RETRY), { initialMs: 10, maxMs: 10 })
  t.like(retryPolicy({ max: 0 }, RETRY), { initialMs: 0, maxMs: 0 })
  t.like(retryPolicy({ initial: 100, max: 100 }, RETRY), { initialMs: 100, maxMs: 100 })
})

const cases: [options: unknown, parts: string[]][] = [
  [{ attempts: 0 }, ['retry.attempts', 'an integer from 1 to 2147483647', '0 (number)']],
  [{ attempts: 1.5 }, ['retry.attempts', '1.5 (number)']],
  [{ backoff: 'linear' }, ['retry.backoff', 'one of exponential, fixed', '"linear" (string)']],
  [{ initial: -1 }, ['retry.initial', 'an integer from 0 to 2147483647', '-1 (number)']],
  [{ initial: 101, max: 100 }, ['retry.initial', 'from 0 to 100, which is retry.max', '101 (number)']],
  [{ max: '5' }, ['retry.max', 'an integer from 0 to 2147483647', '"5" (string)']],
  [{ jitter: 1.01 }, ['retry.jitter', 'a number from 0 to 1', '1.01 (number)']],
  [{ jitter: -0.1 }, ['retry.jitter', '-0.1 (number)']],
  [{ jitter: Number.NaN }, ['retry.jitter', 'NaN (number)']],
  [{ retries: 5 }, ["retry has no option 'retries'", 'attempts, backoff, initial, max, jitter']],
  [5, ['the options of retry', 'an object', '5 (number)']],
  [null, ['the options of retry', 'null']],
]

for (const [options, parts] of cases) {
  test(`retry: ${JSON.stringify(options)} (${parts.at(-1)}) is refused`, (t) => {
    refuses(t, () => retryPolicy(options as RetryOptions, RETRY), parts)
  })
}

test('retry: a redelivery can take all attempts and all waits at their longest', (t) => {
  // 100 + 200 + 400 + 800, a fifth longer, and five times 30 s.
  t.is(longestBackoffMs(RETRY), 1_800)
  t.is(longestRedeliveryMs(RETRY, 30_000), 151_800)
  t.is(longestRedeliveryMs({ ...RETRY, backoff: 'fixed', jitter: 0 }, 1), 405)
  t.is(longestRedeliveryMs({ ...RETRY, attempts: 1 }, 30_000), 30_000)
})

test('retry: the longest redelivery is that of counting attempt by attempt', (t) => {
  const policies = fc.record({
    attempts: fc.integer({ min: 1, max: 200 }),
    backoff: fc.constantFrom('exponential' as const, 'fixed' as const),
    initialMs: fc.integer({ min: 0, max: 5_000 }),
    maxMs: fc.integer({ min: 5_000, max: 100_000 }),
    jitter: fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8),
  })
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 60_000 }), (policy, ackTimeoutMs) => {
      const { attempts, backoff, initialMs, maxMs, jitter } = policy
      let ms = ackTimeoutMs
      for (let failed = 1; failed < attempts; failed++) {
        const waitMs = backoff === 'fixed' ? initialMs : Math.min(initialMs * 2 ** (failed - 1), maxMs)
        ms += waitMs * (1 + jitter) + ackTimeoutMs
      }
      t.is(longestRedeliveryMs(policy, ackTimeoutMs), Math.ceil(ms))
    }),
  )
})

test('retry: to know how long two thousand million attempts take does not take long', (t) => {
  const startMs = performance.now()
  const policy = { ...RETRY, attempts: 2 ** 31 - 1, initialMs: 1, maxMs: 2 ** 31 - 1, jitter: 1 }
  t.true(longestBackoffMs(policy) > 2 ** 31)
  t.true(longestBackoffMs({ ...policy, backoff: 'fixed' }) > 2 ** 31)
  t.is(longestBackoffMs({ ...policy, initialMs: 0 }), 0)
  t.true(performance.now() - startMs < 1_000)
})
