/**
 * What a server loses by being in a thread that receives a full-speed stream: the latency of its answers without the stream,
 * with one of bytes, with one of small objects, and beside as much work that has nothing to do with a bus, in rounds that
 * take turns.
 *
 *     npm run build && node build/benchmark/http-latency.js [--rate 300] [--seconds 5] [--rounds 5]
 *
 * The server is in a worker, the stream comes from the main thread, and the client is a process of its own with connections
 * that are kept. It asks at a fixed rate, whatever the answers do, and counts from the moment at which each question was due,
 * so that a stall is seen by all that fell into it. Every answer is checked, and so is that the stream flowed.
 *
 * It states figures and judges nothing: with fewer processors than threads that are busy, what is measured is who gets one.
 * The last kind of round tells how much that is: both threads spin, in turns of the event loop as long as those of the bus.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { constants, setPriority } from 'node:os'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { open } from 'busbar'

const NAME = 'http latency'
/** What is published in one turn of the event loop. */
const BURST = 200
/** What the streams are of. */
const PAYLOADS = {
  bytes: () => new Uint8Array(64),
  objects: () => ({ id: 1, name: 'a name', price: 1.5 }),
}
const ANSWER = JSON.stringify({ hello: 'world' })

/** How long a turn of the event loop is that spins. */
const SPIN_MS = 0.25

type Stream = keyof typeof PAYLOADS
type Beside = 'nothing' | 'work' | Stream

function spin(): void {
  const endMs = performance.now() + SPIN_MS
  while (performance.now() < endMs);
}

interface Round {
  readonly port: number
  readonly rate: number
  readonly seconds: number
}

/** The client is to tell how long the server took, and not how long it waited for a processor itself. */
function goesFirst(pid: number): boolean {
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGHEST)
    return true
  } catch {
    // Only some users may.
    return false
  }
}

/** The thread of the server. */
function serve(): void {
  const bus = open(NAME)
  let count = 0
  bus.subscribe('stream', () => {
    count++
  })
  bus.handle('count', () => count)
  let isSpinning = false
  const turn = (): void => {
    if (!isSpinning) return
    spin()
    setImmediate(turn)
  }
  bus.handle('spin', (wanted: boolean) => {
    isSpinning = wanted
    turn()
  })
  const server = createServer((_, response) => response.end(ANSWER))
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
}

/** The process of the client: answers a round with its latencies in milliseconds, sorted. */
function ask(): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 10 })
  process.on('message', async ({ port, rate, seconds }: Round) => {
    const latencies: Promise<number>[] = []
    const start = performance.now()
    for (let index = 0; index < rate * seconds; index++) {
      const dueMs = start + (index * 1_000) / rate
      while (performance.now() < dueMs) await new Promise((resolve) => setTimeout(resolve, 1))
      latencies.push(one(agent, port, dueMs))
    }
    process.send?.((await Promise.all(latencies)).sort((a, b) => a - b))
  })
}

function one(agent: Agent, port: number, dueMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ agent, host: '127.0.0.1', port }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        body += part
      })
      response.on('end', () =>
        body === ANSWER ? resolve(performance.now() - dueMs) : reject(new Error(`a wrong answer: ${body}`)),
      )
    }).on('error', reject)
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rate: { type: 'string', default: '300' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '5' },
    },
  })
  const [rate, seconds, rounds] = [Number(values.rate), Number(values.seconds), Number(values.rounds)]
  const bus = open(NAME, { core: 'native' })
  const worker = new Worker(new URL(import.meta.url))
  const [port] = (await once(worker, 'message')) as [number]
  const client = fork(new URL(import.meta.url), ['client'])
  if (!goesFirst(client.pid ?? 0))
    console.log('(the client has no priority here, and waits for a processor itself)')

  const round = async (beside: Beside): Promise<{ latencies: number[]; perSecond: number }> => {
    const before = (await bus.request('count', undefined)) as number
    const answered = once(client, 'message')
    const start = performance.now()
    client.send({ port, rate, seconds } satisfies Round)
    let isOver = false
    void answered.then(() => {
      isOver = true
    })
    const isStream = beside === 'bytes' || beside === 'objects'
    const payload = isStream ? PAYLOADS[beside]() : undefined
    if (beside === 'work') await bus.request('spin', true)
    while (beside !== 'nothing' && !isOver) {
      if (beside === 'work') spin()
      else for (let index = 0; index < BURST; index++) bus.publish('stream', payload)
      await new Promise(setImmediate)
    }
    const [latencies] = (await answered) as [number[]]
    const elapsedMs = performance.now() - start
    if (beside === 'work') await bus.request('spin', false)
    const received =
      ((await bus.request('count', undefined, { retry: { attempts: 100 } })) as number) - before
    if (isStream !== received > 0) throw new Error(`the stream: ${received} messages`)
    if (latencies.length !== rate * seconds) throw new Error(`${latencies.length} answers`)
    return { latencies, perSecond: (received / elapsedMs) * 1_000 }
  }
  const at = (sorted: readonly number[], share: number): number =>
    sorted[Math.floor(sorted.length * share)] ?? 0
  const kinds = ['bytes', 'objects', 'work'] as const
  const ratios = kinds.map((): number[] => [])
  await round('bytes')
  for (let index = 0; index < rounds; index++) {
    const alone = await round('nothing')
    console.log(
      `alone p50 ${at(alone.latencies, 0.5).toFixed(2)}, p99 ${at(alone.latencies, 0.99).toFixed(2)} ms`,
    )
    for (const [position, kind] of kinds.entries()) {
      const { latencies, perSecond } = await round(kind)
      ratios[position]?.push(at(latencies, 0.99) / at(alone.latencies, 0.99))
      const flow = kind === 'work' ? 'work' : `${Math.round(perSecond / 1_000)}k ${kind}/s`
      console.log(
        `  beside ${flow}: p50 ${at(latencies, 0.5).toFixed(2)}, p99 ${at(latencies, 0.99).toFixed(2)} ms`,
      )
    }
  }
  console.log('p99, in times of that alone (medians of rounds)')
  for (const [position, kind] of kinds.entries()) {
    const sorted = ratios[position]?.sort((a, b) => a - b) ?? []
    console.log(`  beside ${kind}: ${sorted[sorted.length >> 1]?.toFixed(2)}`)
  }
  client.disconnect()
  await bus.close({ timeout: 0 })
  await worker.terminate()
}

if (!isMainThread) serve()
else if (process.argv[2] === 'client') ask()
else await main()
