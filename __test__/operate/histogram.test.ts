import test from 'ava'
import type { Histogram } from 'busbar'
import fc from 'fast-check'
import {
  Allowance,
  BucketHistogram,
  Journal,
  LocalHistogram,
  Rows,
  Sampler,
  Sums,
} from '../support/inside.js'
import { below, seeded, seedOf } from '../support/seed.js'

const UNITS_PER_MS = 16_000
const FIRST = 64

/** What threads with these values report, each by itself, and what is read of all of them. */
function reported(threads: readonly (readonly number[])[], unitsPerOne: number): Histogram {
  const sums = new Sums()
  const row = sums.row('row') ?? -1
  for (const [attachment, values] of threads.entries()) {
    const journal = new Journal({
      row: (key) => sums.row(key),
      rowKeys: (first) => sums.keys(first),
      report: (triples, length) => sums.report(attachment, triples, length),
      collect: () => sums.collect(),
    })
    const histogram = new LocalHistogram(unitsPerOne)
    for (const [index, value] of values.entries()) {
      histogram.record(value, 1)
      // In several reports.
      if (index % 7 === 0) histogram.moveTo(journal, row, FIRST)
    }
    histogram.moveTo(journal, row, FIRST)
    journal.handOver()
  }
  return new BucketHistogram(new Rows(sums.keys(0), sums.collect()).cells(row), FIRST, unitsPerOne)
}

/** The least value that so many of all do not exceed. */
function exactQuantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
}

// Durations from a tenth of a microsecond to a day, evenly by their logarithm.
const duration = fc.double({ min: -4, max: 8, noNaN: true }).map((power) => 10 ** power)

test('histogram: each quantile of the durations of any number of threads is exact to 1/32, or to 1/32 µs', (t) => {
  const property = fc.property(
    fc.array(fc.array(duration, { maxLength: 60 }), { minLength: 1, maxLength: 4 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (threads, q) => {
      const values = threads.flat().sort((one, other) => one - other)
      const histogram = reported(threads, UNITS_PER_MS)
      const exact = exactQuantile(values, q)
      const error = Math.abs(histogram.quantile(q) - exact)
      return (
        histogram.count === values.length &&
        Math.abs(histogram.sum - values.reduce((sum, value) => sum + value, 0)) <= histogram.sum * 1e-9 &&
        error <= Math.max(exact / 32, 1 / 32_000) * (1 + 1e-9)
      )
    },
  )
  fc.assert(property, { numRuns: 500, seed: seedOf(t) })
  t.pass()
})

test('histogram: how many values do not exceed a power of two of microseconds is exact', (t) => {
  const property = fc.property(
    fc.array(fc.array(duration, { maxLength: 60 }), { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 0, max: 30 }),
    (threads, power) => {
      const limit = 2 ** power / 1_000
      return (
        reported(threads, UNITS_PER_MS).countUpTo(limit) ===
        threads.flat().filter((value) => value < limit).length
      )
    },
  )
  fc.assert(property, { numRuns: 300, seed: seedOf(t) })
  t.pass()
})

test('histogram: numbers below 32 are exact, and 0 of nothing is 0', (t) => {
  const numbers = reported([[0, 1, 1, 2, 31]], 1)
  t.deepEqual(
    [0, 0.2, 0.5, 0.8, 1].map((q) => numbers.quantile(q)),
    [0, 0, 1, 2, 31],
  )
  t.deepEqual(
    [0, 1, 2, 30, 31].map((limit) => numbers.countUpTo(limit)),
    [1, 3, 4, 4, 5],
  )
  const { count, sum, mean, max } = reported([[]], 1)
  t.deepEqual([count, sum, mean, max, reported([], 1).quantile(0.5)], [0, 0, 0, 0, 0])
})

test('histogram: a value beyond all buckets is in the last', (t) => {
  const histogram = reported([[1e300, -5]], UNITS_PER_MS)
  t.is(histogram.count, 2)
  t.true(histogram.max > 1e10 && Number.isFinite(histogram.max))
})

test('sampler: those that are timed stand for all, never for more than there were, and for each alike', (t) => {
  const random = seeded(t)
  const sampler = new Sampler()
  // A message each microsecond.
  let [seen, timed, weights, even] = [0, 0, 0, 0]
  const allowance = new Allowance(() => seen / 1_000)
  for (let second = 0; second < 4; second++) {
    // Of every other message the value is 1: a sampler in step with that would see one or the other.
    const messages = 100_000 + below(random, 100_000)
    for (let index = 0; index < messages; index++) {
      seen++
      if (--sampler.countdown > 0) continue
      const weight = sampler.take(allowance)
      if (weight > 0) timed++
      weights += weight
      if (seen % 2 === 0) even += weight
      t.true(weights <= seen)
    }
    sampler.relax()
  }
  t.true(seen - weights < 2_048)
  t.true(timed < 20_000, `${timed} of ${seen} were timed`)
  t.true(Math.abs(even / weights - 0.5) < 0.1, `${even / weights} of them were even`)
})

test('sampler: while there are few, each is timed', (t) => {
  const sampler = new Sampler()
  const allowance = new Allowance()
  for (let index = 0; index < 128; index++) {
    t.is(--sampler.countdown, 0)
    t.is(sampler.take(allowance), 1)
  }
})

test('sampler: thousands that are all busy are timed no more often than a thread may, and yet stand for all', (t) => {
  let nowMs = 0
  const allowance = new Allowance(() => nowMs)
  const samplers = Array.from({ length: 1_000 }, () => new Sampler())
  const PER_MS = 2_000
  let [seen, timed, weights, inFirstSlice] = [0, 0, 0, 0]
  for (let second = 0; second < 3; second++) {
    for (let round = 0; round < 2_000; round++) {
      for (const [index, sampler] of samplers.entries()) {
        seen++
        nowMs = seen / PER_MS
        if (sampler.countdown === 1 && index % 2 === 0 && sampler.passesOver(allowance)) {
          // As whoever asks before the message is counted.
          t.true(--sampler.countdown > 0)
          continue
        }
        if (--sampler.countdown > 0) continue
        const weight = sampler.take(allowance)
        weights += weight
        if (weight > 0) timed++
        if (weight > 0 && nowMs < 10) inFirstSlice++
      }
    }
    for (const sampler of samplers) sampler.relax()
  }
  t.is(inFirstSlice, 1_000)
  t.true(timed <= 1_000 + 100 * (nowMs / 10 + 1), `${timed}`)
  t.true(timed > 20_000, `${timed}`)
  t.true(weights > 0.7 * seen && weights <= seen, `${weights} of ${seen}`)
})
