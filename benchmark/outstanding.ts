/**
 * 100,000 requests that nobody answers, with time-outs spread over 10 s: how exactly they end on an idle event loop, what
 * the timer's thread costs meanwhile and while nothing is due, and what memory a pending request takes.
 *
 *     npm run build && node --expose-gc build/benchmark/outstanding.js [--requests 100000] [--seconds 10]
 *
 * It states figures and judges nothing: how late a process is woken is up to the machine.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { type Bus, open } from 'busbar'

const NAME = 'outstanding'
/** Ticks of the processor's accounts, per second: what Linux has wherever Node.js runs. */
const TICKS_PER_SECOND = 100
const IDLE_MS = 5_000
/** Further away than the measurement lasts. */
const FAR_MS = 3_600_000

const never = (): Promise<never> => new Promise(() => {})
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function handle(bus: Bus, topic: string, requests: number): void {
  bus.handle(topic, never, { concurrency: requests, capacity: 1 })
}

/** Seconds of processor that the core's timer thread has had; undefined where that cannot be told. */
function timerSeconds(): number | undefined {
  try {
    for (const task of readdirSync('/proc/self/task')) {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8')
      if (!stat.includes('(busbar-timer)')) continue
      // Behind the name, which may hold anything, the state is first; user and system time are the 12th and the 13th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    }
  } catch {
    // No such files: another system.
  }
  return undefined
}

/** What `action` costs the timer's thread, as a share of one processor. */
async function timerShare(action: () => Promise<unknown>): Promise<string> {
  const [from, start] = [timerSeconds(), performance.now()]
  await action()
  const [to, end] = [timerSeconds(), performance.now()]
  if (from === undefined || to === undefined) return 'unknown'
  return `${(((to - from) / (end - start)) * 100_000).toFixed(1)} %`
}

function percentile(sorted: Float64Array, share: number): string {
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)} ms`
}

async function lateness(bus: Bus, requests: number, spreadMs: number): Promise<void> {
  const late = new Float64Array(requests)
  let ended = 0
  let allEnded = (): void => {}
  const all = new Promise<void>((resolve) => {
    allEnded = resolve
  })
  const ask = (index: number): void => {
    // Whole milliseconds, none of them while the requests are still being made.
    const timeout = 1_000 + Math.floor((index * spreadMs) / requests)
    const dueMs = performance.now() + timeout
    bus.request('never', 0, { timeout }).catch(() => {
      late[index] = performance.now() - dueMs
      if (++ended === requests) allEnded()
    })
  }
  const share = await timerShare(async () => {
    for (let index = 0; index < requests; index++) {
      ask(index)
      // By and by, so that the event loop stays idle.
      if (index % 1_000 === 999) await sleep(1)
    }
    await all
  })
  late.sort()
  console.log(`${ended} requests ended; how late:`)
  for (const [name, at] of [
    ['least', 0],
    ['p50', 0.5],
    ['p99', 0.99],
    ['p99.9', 0.999],
    ['most', 1],
  ] as const) {
    console.log(`  ${name.padEnd(6)} ${percentile(late, at)}`)
  }
  console.log(`the timer's thread while they ended: ${share} of one processor`)
}

async function holding(bus: Bus, topic: string, requests: number): Promise<Promise<unknown>[]> {
  const heapBytes = async (): Promise<number> => {
    for (let round = 0; round < 3; round++) {
      await sleep(50)
      globalThis.gc?.()
    }
    return process.memoryUsage().heapUsed
  }
  const asked = new Array<Promise<unknown>>(requests)
  const [heapBefore, rssBefore] = [await heapBytes(), process.memoryUsage().rss]
  for (let index = 0; index < requests; index++) {
    // Nobody looks at them before the end, when all are refused: what a caller hangs on a promise is the caller's.
    asked[index] = bus.request(topic, 0, { timeout: FAR_MS })
  }
  const [heap, rss] = [(await heapBytes()) - heapBefore, process.memoryUsage().rss - rssBefore]
  const each = (bytes: number): string => `${Math.round(bytes / requests)} B`
  console.log(`a pending request to ${topic}: ${each(heap)} of heap, ${each(rss)} of the process`)
  return asked
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { requests: { type: 'string' }, seconds: { type: 'string' } } })
  const requests = Number(values.requests ?? 100_000)
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  await new Promise((resolve) => worker.once('message', resolve))
  const bus = open(NAME)
  handle(bus, 'never', requests * 2)
  // The timer's thread is started by the first deadline.
  await bus.request('never', 0, { timeout: 1 }).catch(() => {})
  await lateness(bus, requests, Number(values.seconds ?? 10) * 1_000)
  if (globalThis.gc === undefined) throw new Error('for memory, start it with node --expose-gc')
  const asked = [await holding(bus, 'elsewhere', requests), await holding(bus, 'never', requests)].flat()
  const idle = await timerShare(() => sleep(IDLE_MS))
  console.log(`the timer's thread with ${2 * requests} deadlines an hour away: ${idle} of one processor`)
  const refused = Promise.allSettled(asked)
  await worker.terminate()
  await bus.close({ timeout: 0 })
  await refused
}

if (isMainThread) await main()
else {
  const { values } = parseArgs({ options: { requests: { type: 'string' }, seconds: { type: 'string' } } })
  handle(open(NAME), 'elsewhere', Number(values.requests ?? 100_000))
  parentPort?.postMessage('ready')
}
