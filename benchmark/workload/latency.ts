/** Contenders whose requests are timed one by one. */
import type { WorkerEngine } from '../engines/workers/engine.js'
import type { Contender } from '../harness/case.js'
import { Undisturbed } from '../harness/undisturbed.js'
import { sampled } from './sampling.js'

/** So many requests are a sample. */
const REQUESTS = 4_000

/** So many lead in to it: by themselves, the first ones after a rest would be the slowest hundredth. */
const LEAD_IN = 500

/** A sample that was disturbed is taken again, at most so often in all: it takes two seconds. */
const MOST_TRIES = 3

/** How requests follow each other: each after the answer to the last; or so many in each second, answered or not. */
export type Pace = 'one after the other' | number

/**
 * One percentile of the round trips of a sample, in ns. Where the pace is fixed, a request counts from when it should have
 * been made, also if that was held up: leaving this out is what is called coordinated omission.
 */
export function latencies(engine: WorkerEngine, pace: Pace, share: number): Contender {
  return sampled({ engine: engine.name, version: engine.version, role: engine.role }, async () => {
    const way = await engine.open(1)
    const all: number[] = []
    const take = (count: number): Promise<Float64Array> =>
      pace === 'one after the other' ? inTurn(way.ask, count) : atPace(way.ask, 1_000 / pace, count)
    const leadIn = async (): Promise<void> => {
      await take(LEAD_IN)
    }
    for (let times = 0; times < 3; times++) await take(REQUESTS)
    const undisturbed = new Undisturbed()
    return {
      sample: async () => {
        const took = (await undisturbed.pick(MOST_TRIES, leadIn, () => take(REQUESTS))).sort()
        for (let index = 0; index < took.length; index += 8) all.push(took[index] as number)
        return at(took, share) * 1e6
      },
      percentiles: () => {
        const sorted = Float64Array.from(all).sort()
        const shares = { p50: 0.5, p90: 0.9, p99: 0.99, 'p99.9': 0.999 }
        return Object.fromEntries(
          Object.entries(shares).map(([name, one]) => [name, at(sorted, one) * 1_000]),
        )
      },
      close: () => way.close(),
    }
  })
}

type Ask = (value: number) => Promise<number>

async function inTurn(ask: Ask, count: number): Promise<Float64Array> {
  const took = new Float64Array(count)
  for (let value = 0; value < count; value++) {
    const startMs = performance.now()
    check(value, await ask(value))
    took[value] = performance.now() - startMs
  }
  return took
}

async function atPace(ask: Ask, everyMs: number, count: number): Promise<Float64Array> {
  const took = new Float64Array(count)
  const pending: Promise<void>[] = []
  const startMs = performance.now()
  for (let value = 0; value < count; value++) {
    const dueMs = startMs + value * everyMs
    // A timer would be late by more than what is measured.
    while (performance.now() < dueMs) await new Promise(setImmediate)
    const one = ask(value).then((answer) => {
      check(value, answer)
      took[value] = performance.now() - dueMs
    })
    pending.push(one)
  }
  await Promise.all(pending)
  return took
}

function check(value: number, answer: number): void {
  if (answer !== value + 1) throw new Error(`${value} was answered by ${answer}`)
}

/** Milliseconds. */
function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
