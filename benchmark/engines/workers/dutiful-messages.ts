/**
 * The least that a bus can do with `postMessage`, for requests: that the handler is found by topic, that a request has a
 * deadline, which both sides look at, that what a handler throws stays with it, and that what became of each is counted.
 * Whatever Busbar can besides is left out: so it is a floor, and no bus.
 */
import type { Worker } from 'node:worker_threads'
import { endWorkers, startWorkers, type WorkerEngine } from './engine.js'

const TIMEOUT_MS = 30_000
/** The deadlines of requests are looked at so often. */
const SWEEP_MS = 100

/** A request on its way. */
export interface Asked {
  readonly id: number
  readonly topic: string
  /** Milliseconds since the Unix epoch. */
  readonly dueMs: number
  readonly payload: unknown
}

/** What became of it. */
export interface Replied {
  readonly id: number
  readonly reply?: unknown
  readonly failure?: string
}

interface Waiting {
  readonly dueMs: number
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: Error) => void
}

/** The caller's side. */
export const dutifulMessages: WorkerEngine = {
  name: 'no bus: postMessage, found, isolated, counted, in time',
  version: '',
  role: 'floor',
  async open(threads) {
    const workers = await startWorkers('duties', '', threads)
    const [first] = workers as [Worker]
    const waiting = new Map<number, Waiting>()
    const counts = { asked: 0, replied: 0, failed: 0 }
    let lastId = 0
    const sweep = setInterval(() => {
      const nowMs = Date.now()
      for (const [id, { dueMs, reject }] of waiting) {
        if (dueMs > nowMs) break
        waiting.delete(id)
        counts.failed++
        reject(new Error('too late'))
      }
    }, SWEEP_MS).unref()
    first.on('message', ({ id, reply, failure }: Replied) => {
      const one = waiting.get(id)
      if (one === undefined) return
      waiting.delete(id)
      if (failure === undefined) {
        counts.replied++
        one.resolve(reply)
      } else {
        counts.failed++
        one.reject(new Error(failure))
      }
    })
    return {
      send: () => {
        throw new Error('it makes requests only')
      },
      ask: (value) =>
        new Promise((resolve, reject) => {
          const dueMs = Date.now() + TIMEOUT_MS
          counts.asked++
          waiting.set(++lastId, { dueMs, resolve: resolve as (reply: unknown) => void, reject })
          first.postMessage({ id: lastId, topic: 'ask', dueMs, payload: value } satisfies Asked)
        }),
      received: async () => [],
      async close() {
        clearInterval(sweep)
        if (counts.asked !== counts.replied + counts.failed + waiting.size) {
          throw new Error(`of ${counts.asked} requests ${counts.replied} were answered`)
        }
        await endWorkers(workers)
      },
    }
  },
}

/** The handler's side: what to call with each request. */
export function answering(
  handlers: ReadonlyMap<string, (payload: never) => unknown>,
  answer: (replied: Replied) => void,
): (asked: Asked) => void {
  const counts = { processed: 0, failed: 0, expired: 0 }
  return ({ id, topic, dueMs, payload }) => {
    const handler = handlers.get(topic)
    if (Date.now() >= dueMs) {
      counts.expired++
      return
    }
    try {
      if (handler === undefined) throw new Error(`nobody handles ${topic}`)
      const reply = handler(payload as never)
      counts.processed++
      answer({ id, reply })
    } catch (error) {
      counts.failed++
      answer({ id, failure: String(error) })
    }
  }
}
