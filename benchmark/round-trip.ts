/**
 * How long a request to a worker takes there and back, one at a time: percentiles, of rounds that take turns.
 *
 *     npm run build && node build/benchmark/round-trip.js [--requests 5000] [--rounds 7]
 *
 * Every answer is checked. A mean hides the stalls; the cases of `npm run bench -- worker-requests` compare those.
 */
import { parseArgs } from 'node:util'
import { busbarWorkers } from './engines/workers/busbar.js'
import type { Way } from './engines/workers/engine.js'
import { postMessage } from './engines/workers/messages.js'
import { comlink, piscina } from './engines/workers/pools.js'

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '7' } },
})
const requests = Number(values.requests)

const engines = [busbarWorkers, postMessage, piscina, comlink]
const ways = new Map<string, { way: Way; p50: number[]; p99: number[] }>()
for (const engine of engines) ways.set(engine.name, { way: await engine.open(1), p50: [], p99: [] })

async function round({ way, p50, p99 }: { way: Way; p50: number[]; p99: number[] }): Promise<void> {
  const took = new Float64Array(requests)
  for (let value = 0; value < requests; value++) {
    const start = performance.now()
    const answer = await way.ask(value)
    took[value] = (performance.now() - start) * 1_000
    if (answer !== value + 1) throw new Error(`${value} was answered by ${answer}`)
  }
  took.sort()
  p50.push(took[Math.floor(requests * 0.5)] ?? 0)
  p99.push(took[Math.floor(requests * 0.99)] ?? 0)
}

// The first round is for the compiler.
for (let index = 0; index <= Number(values.rounds); index++) for (const one of ways.values()) await round(one)
const median = (all: readonly number[]): string => {
  const sorted = all.slice(1).sort((a, b) => a - b)
  return `${(sorted[sorted.length >> 1] ?? 0).toFixed(1)} µs`
}
for (const [name, { p50, p99 }] of ways)
  console.log(`${name.padEnd(12)} p50 ${median(p50)}, p99 ${median(p99)}`)
for (const { way } of ways.values()) await way.close()
