/**
 * Has workers die at random moments under traffic in every direction, for so many rounds and with that seed, and prints
 * what came of it as JSON. That the process is there to print it is half of the test.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { type Bus, open } from 'busbar'
import { type Entrusted, entrust, entrusted } from '../entrusted.js'
import { DEATHS, type Fate } from '../fates.js'
import { program } from '../pools.js'
import { type Account, Receivers, unbalanced } from '../receivers.js'
import { below, mulberry32, pick, type Random } from '../seed.js'
import { Thread } from '../thread.js'
import type { Endured } from '../workers/enduring.js'

/** What came of it. */
export interface Stormed {
  readonly rounds: number
  /** How many workers died in which way. */
  readonly deaths: Readonly<Record<string, number>>
  /** How the requests of this thread ended, and how many did not. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly hung: number
  /** What another thread says of its own. */
  readonly endured: Endured
  /** Of the messages that none may lose. */
  readonly entrusted: Entrusted
  /** How many messages came from those who died. */
  readonly received: number
  /** The patterns of those who are still listed although they are dead. */
  readonly left: readonly string[]
  readonly unbalanced: readonly Account[]
  /** Memory after each round, in MiB. */
  readonly rss: readonly number[]
  readonly heap: readonly number[]
}

/** After that long a request of 60 s has not ended in time, although everybody that could answer it is dead. */
const HUNG_MS = 20_000
/** How many workers die in a round, and how many requests of each kind are made in one turn. */
const WORKERS = 2
const BURST = 10
/** So many requests may be under way, besides those that only a death ends: nobody is to fall behind for ever. */
const UNDER_WAY = 300
const STUCK = 500
const ENTRUSTED = 10
const MIB = 2 ** 20
const PATIENT = { timeout: 60_000 }

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const [rounds = 1, seed = 1] = process.argv.slice(2).map(Number)

class Storm {
  readonly deaths: Record<string, number> = {}
  readonly outcomes: Record<string, number> = {}
  readonly pending = new Set<Promise<unknown>>()
  received = 0
  #entrusting = 0
  #stuck = 0
  readonly #bus: Bus
  readonly #random: Random

  constructor(bus: Bus, random: Random) {
    this.#bus = bus
    this.#random = random
    bus.subscribe('storm.seen', () => void this.received++)
    bus.handle('storm.noted', () => void this.received++)
    bus.handle('storm.answered', async (payload: unknown) => {
      this.received++
      if (this.received % 2 === 0) await new Promise(setImmediate)
      return payload
    })
  }

  /** Until all of its workers are dead. */
  async round(): Promise<void> {
    let alive = WORKERS
    const deaths = Array.from({ length: WORKERS }, () => this.#victim().then(() => void alive--))
    while (alive > 0) {
      for (let index = 0; index < BURST && this.pending.size - this.#stuck < UNDER_WAY; index++) {
        void this.#ask('storm.echo')
        void this.#ask('storm.later')
        this.#bus.publish('storm.event', { index })
      }
      while (this.#entrusting < ENTRUSTED) this.#entrust()
      if (this.#stuck < STUCK) {
        this.#stuck += 2
        for (const ending of [
          this.#ask('storm.never'),
          this.#settle(this.#bus.send('storm.full', 0, PATIENT)),
        ])
          void ending.then(() => this.#stuck--)
      }
      await new Promise(setImmediate)
    }
    await Promise.all(deaths)
    await this.#allEnded()
  }

  /** One that dies; resolves when it has. */
  async #victim(): Promise<void> {
    const death = pick(this.#random, [...DEATHS, 'terminate', 'terminate'] as const)
    // Also before it has done anything, and before it is on the bus.
    const after = pick(this.#random, [
      0,
      below(this.#random, 100),
      below(this.#random, 3_000),
      below(this.#random, 20_000),
    ])
    this.deaths[death] = (this.deaths[death] ?? 0) + 1
    const fate: Fate = { bus: this.#bus.name, death: death === 'terminate' ? 'none' : death, after }
    const worker = new Worker(program('storming'), {
      workerData: fate,
      ...(death === 'memory' && {
        resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 },
      }),
    })
    const exited = new Promise<void>((resolve) => void worker.once('exit', () => resolve()))
    worker.on('error', () => {})
    if (death === 'terminate') {
      const waitMs = below(this.#random, 300)
      await new Promise((resolve) => setTimeout(resolve, waitMs))
      await worker.terminate()
    }
    await exited
  }

  #ask(topic: string): Promise<void> {
    return this.#settle(this.#bus.request(topic, 0, PATIENT))
  }

  /** One that may not be lost; that it is not accepted is a failure of the program. */
  #entrust(): void {
    this.#entrusting++
    const accepted = entrust(this.#bus).finally(() => {
      this.#entrusting--
      this.pending.delete(accepted)
    })
    this.pending.add(accepted)
  }

  #settle(request: Promise<unknown>): Promise<void> {
    const count = (outcome: string): void => {
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1
    }
    const settled = request
      .then(
        () => count('answered'),
        ({ code }) => count(String(code)),
      )
      .finally(() => this.pending.delete(settled))
    this.pending.add(settled)
    return settled
  }

  async #allEnded(): Promise<void> {
    let overdue: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => {
      overdue = setTimeout(resolve, HUNG_MS)
    })
    await Promise.race([Promise.all(this.pending), late])
    clearTimeout(overdue)
  }
}

const bus = open('storm')
const receivers = new Receivers(bus)
const enduring = await Thread.start('storm', 'enduring')
const storm = new Storm(bus, mulberry32(seed))
const rss: number[] = []
const heap: number[] = []
for (let round = 0; round < rounds; round++) {
  await storm.round()
  collectGarbage()
  const memory = process.memoryUsage()
  rss.push(Math.round(memory.rss / MIB))
  heap.push(Math.round((memory.heapUsed / MIB) * 10) / 10)
}
const endured = (await bus.request('endure.over', 0)) as Endured
const held = await entrusted(bus, HUNG_MS)
const own = [...bus.directory()].filter(({ pattern }) =>
  /echo|later|never|full|event|what/.test(String(pattern)),
)
const accounts = await enduring.stop()
const stormed: Stormed = {
  rounds,
  deaths: storm.deaths,
  outcomes: storm.outcomes,
  hung: storm.pending.size,
  endured,
  entrusted: held,
  received: storm.received,
  left: own.map(({ pattern }) => String(pattern)),
  unbalanced: unbalanced([...receivers.accounts(), ...accounts]),
  rss,
  heap,
}
await bus.close()
console.log(JSON.stringify(stormed))
