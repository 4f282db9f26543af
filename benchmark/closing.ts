/**
 * How long it takes to close: an idle bus, a bus with a hundred handlers of 10 ms in flight on two workers, and one with a
 * handler that never settles; medians of rounds that take turns with a peer written by hand.
 *
 *     npm run build && node build/benchmark/closing.js [--rounds 9]
 *
 * The peer is what one would write for this one purpose: two workers that are sent messages by `postMessage()`, told to
 * finish, and waited for. Its handlers are the same timers, so what it takes is what the work takes.
 */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { open } from 'busbar'

const HANDLERS = 100
const WORK_MS = 10
const DEADLINE_MS = 100

const work = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, WORK_MS))

/** A worker of ours: it handles until it is told to close. */
function handling(): void {
  const bus = open(workerData as string)
  bus.handle('work', async () => {
    started()
    await work()
  })
  bus.handle('stuck', () => {
    started()
    return new Promise(() => {})
  })
  parentPort?.postMessage('ready')
}

/** The peer: it counts what is in flight, and says when nothing is and it was told to finish. */
function handWritten(): void {
  let inFlight = 0
  let isFinishing = false
  const tell = (): void => {
    if (!isFinishing || inFlight > 0) return
    parentPort?.postMessage('finished')
    parentPort?.close()
  }
  parentPort?.on('message', async (order: string) => {
    if (order === 'finish') isFinishing = true
    else {
      inFlight++
      started()
      await work()
      inFlight--
    }
    tell()
  })
  parentPort?.postMessage('ready')
}

function started(): void {
  parentPort?.postMessage('started')
}

async function workers(name: string): Promise<Worker[]> {
  const both = [0, 1].map(() => new Worker(fileURLToPath(import.meta.url), { workerData: name }))
  await Promise.all(both.map((worker) => once(worker, 'message')))
  return both
}

/** Resolves when so many handlers have begun. */
function begun(all: readonly Worker[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count
    for (const worker of all) worker.on('message', (said) => said === 'started' && --left === 0 && resolve())
  })
}

async function ours(topic: string, count: number, timeout: number): Promise<number> {
  const name = `closing ${topic} ${count}`
  const bus = open(name)
  const both = await workers(name)
  const ready = begun(both, count)
  const answers = Array.from({ length: count }, () => bus.request(topic, 0).catch(() => 'failed'))
  if (count > 0) await ready
  const start = performance.now()
  const { abandoned } = await bus.shutdown({ timeout })
  const tookMs = performance.now() - start
  const failed = (await Promise.all(answers)).filter((answer) => answer === 'failed').length
  const isRight = topic === 'stuck' ? abandoned[0]?.pattern === 'stuck' : abandoned.length + failed === 0
  if (!isRight) throw new Error(`${name}: ${failed} failed, ${abandoned.length} endpoints abandoned`)
  await Promise.all(both.map((worker) => worker.terminate()))
  return tookMs
}

async function theirs(count: number): Promise<number> {
  const both = await workers('')
  const ready = begun(both, count)
  for (let index = 0; index < count; index++) both[index % 2]?.postMessage('work')
  if (count > 0) await ready
  const start = performance.now()
  const finished = both.map(async (worker) => {
    for (;;) if ((await once(worker, 'message'))[0] === 'finished') return
  })
  for (const worker of both) worker.postMessage('finish')
  await Promise.all(finished)
  const tookMs = performance.now() - start
  await Promise.all(both.map((worker) => worker.terminate()))
  return tookMs
}

async function measure(rounds: number): Promise<void> {
  const took = new Map<string, number[]>()
  const note = async (what: string, run: Promise<number>): Promise<void> => {
    took.set(what, [...(took.get(what) ?? []), await run])
  }
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round++) {
    await note('idle, two workers', ours('work', 0, 60_000))
    await note('idle, by hand', theirs(0))
    await note(`${HANDLERS} in flight`, ours('work', HANDLERS, 60_000))
    await note(`${HANDLERS} in flight, by hand`, theirs(HANDLERS))
    await note(`one that never settles, deadline ${DEADLINE_MS} ms`, ours('stuck', 1, DEADLINE_MS))
  }
  for (const [what, all] of took) {
    const sorted = all.slice(1).sort((a, b) => a - b)
    const [median, most] = [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0]
    console.log(`${what.padEnd(44)} median ${median.toFixed(1)} ms, most ${most.toFixed(1)} ms`)
  }
}

if (!isMainThread) {
  if (workerData === '') handWritten()
  else handling()
} else {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } })
  await measure(Number(values.rounds))
}
