/**
 * Has the workers of a pool killed, and the pool grow and shrink, at random moments under traffic in every direction, for
 * so many rounds and with that seed; prints what came of it as JSON.
 */
import { open, type WorkerExit } from 'busbar'
import { type Entrusted, entrust, entrusted, receiveEntrusted } from '../entrusted.js'
import type { Fate } from '../fates.js'
import { program } from '../pools.js'
import { below, mulberry32 } from '../seed.js'

/** What came of it. */
export interface PoolStormed {
  readonly rounds: number
  /** How many ended although nobody had asked them to, how many because somebody had, and how many were replaced. */
  readonly died: number
  readonly stopped: number
  readonly replaced: number
  /** How the requests of this thread ended, and how many did not. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly asked: number
  /** The sizes that were asked for and those that were found when the pool said that it was ready. */
  readonly sizes: readonly (readonly [asked: number, found: number])[]
  /** How many requests were answered at once when the pool had said so, of one for each round. */
  readonly answeredWhenReady: number
  /** How many are still listed when all are closed. */
  readonly left: number
  /** Of the messages that none may lose. */
  readonly entrusted: Entrusted
}

/** So many requests may be under way. */
const UNDER_WAY = 200
const ENTRUSTED = 10
/** After that long, what is still held will never be processed. */
const HUNG_MS = 20_000

const [rounds = 1, seed = 1] = process.argv.slice(2).map(Number)
const random = mulberry32(seed)
const bus = open('storm')
const fate: Fate = { bus: 'storm', death: 'none', after: 0 }
const workers = bus.workers(program('storming'), {
  size: 2,
  workerData: fate,
  restart: { initial: 0, max: 20, limit: 1_000_000 },
})

const outcomes: Record<string, number> = {}
const count = (outcome: string): void => {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
}
let [died, stopped, replaced, asked, underWay, entrusting] = [0, 0, 0, 0, 0, 0]
let isOver = false

async function traffic(): Promise<void> {
  while (!isOver) {
    while (underWay < UNDER_WAY) {
      underWay++
      asked++
      const request = bus.request(asked % 2 === 0 ? 'storm.echo' : 'storm.later', asked, { timeout: 60_000 })
      void request
        .then(
          () => count('answered'),
          ({ code }) => count(String(code)),
        )
        .finally(() => underWay--)
      bus.publish('storm.event', asked)
    }
    while (entrusting < ENTRUSTED) {
      entrusting++
      void entrust(bus).finally(() => entrusting--)
    }
    await new Promise(setImmediate)
  }
  for (let turn = 0; underWay + entrusting > 0 && turn < 20_000; turn++)
    await new Promise((resolve) => setTimeout(resolve, 1))
}

/** Ends one of the threads as it is, wherever it is. */
async function kill(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, below(random, 40)))
  const thread = workers.threads[below(random, workers.size)]
  if (thread !== undefined) await thread.worker.terminate()
}

/** Resolves when they are ready, however often one dies before. */
async function ready(): Promise<void> {
  for (;;) {
    try {
      await workers.ready
      return
    } catch {
      // It died once more.
    }
  }
}

workers.on('exited', ({ expected }: WorkerExit) => {
  if (expected) stopped++
  else died++
})
workers.on('restarted', () => replaced++)
bus.handle('storm.noted', () => {})
bus.handle('storm.answered', (payload: unknown) => payload)
bus.subscribe('storm.seen', () => {})
receiveEntrusted(bus, -1)
const running = traffic()
const sizes: [number, number][] = []
let answeredWhenReady = 0
for (let round = 0; round < rounds; round++) {
  const size = 1 + below(random, 3)
  await Promise.allSettled([workers.scale(size, { timeout: 50 }), kill(), kill()])
  await ready()
  sizes.push([size, workers.threads.filter(({ state }) => state === 'online').length])
  answeredWhenReady += await bus.request('storm.echo', 1, { timeout: 60_000 }).catch(() => 0)
}
await workers.close({ timeout: 50 })
isOver = true
await running
const held = await entrusted(bus, HUNG_MS)
const left = [...bus.directory()].filter(({ pattern }) =>
  /echo|later|never|full|event|what/.test(String(pattern)),
)
await bus.close()
const stormed: PoolStormed = {
  rounds,
  died,
  stopped,
  replaced,
  outcomes,
  asked,
  sizes,
  answeredWhenReady,
  left: left.length,
  entrusted: held,
}
console.log(JSON.stringify(stormed))
