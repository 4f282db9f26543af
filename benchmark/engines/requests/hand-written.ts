/**
 * What one writes by hand: a map of who waits, by a number. It knows one handler for a topic, limits and counts nothing, and
 * looks for those that are late every now and then; or has a timer for each. And what the duties of a bus cost at the least.
 */
import { type Answerer, type RequestEngine, TIMEOUT_MS } from './engine.js'

interface Pending {
  readonly resolve: (answer: number) => void
  readonly reject: (error: unknown) => void
}

/** How often all are looked at: so late a request may time out. */
const SWEEP_MS = 100

/** One timer for all. */
export const coarseSweep: RequestEngine = {
  name: 'hand-written, Map and one coarse sweep',
  version: '',
  role: 'hand-written',
  open(answer) {
    const handlers = new Map<string, Answerer>([['ask', answer]])
    const pending = new Map<number, Pending & { readonly dueMs: number }>()
    let lastId = 0
    let nowMs = performance.now()
    const sweep = setInterval(() => {
      nowMs = performance.now()
      for (const [id, { dueMs, reject }] of pending) {
        // All have the same time-out, so the oldest is the first that is due.
        if (dueMs > nowMs) return
        pending.delete(id)
        reject(new Error('it timed out'))
      }
    }, SWEEP_MS)
    const settle = (id: number): Pending | undefined => {
      const one = pending.get(id)
      pending.delete(id)
      return one
    }
    return {
      ask: (value) =>
        new Promise((resolve, reject) => {
          const id = ++lastId
          pending.set(id, { resolve, reject, dueMs: nowMs + TIMEOUT_MS })
          handlers
            .get('ask')?.(value)
            .then(
              (reply) => settle(id)?.resolve(reply),
              (error: unknown) => settle(id)?.reject(error),
            )
        }),
      close: () => clearInterval(sweep),
    }
  },
}

/** A timer for each. */
export const timerForEach: RequestEngine = {
  name: 'hand-written, Map and setTimeout',
  version: '',
  role: 'hand-written',
  open(answer) {
    const handlers = new Map<string, Answerer>([['ask', answer]])
    const pending = new Map<number, Pending & { readonly timer: NodeJS.Timeout }>()
    let lastId = 0
    const settle = (id: number): Pending | undefined => {
      const one = pending.get(id)
      clearTimeout(one?.timer)
      pending.delete(id)
      return one
    }
    return {
      ask: (value) =>
        new Promise((resolve, reject) => {
          const id = ++lastId
          const late = (): void => settle(id)?.reject(new Error('it timed out'))
          pending.set(id, { resolve, reject, timer: setTimeout(late, TIMEOUT_MS) })
          handlers
            .get('ask')?.(value)
            .then(
              (reply) => settle(id)?.resolve(reply),
              (error: unknown) => settle(id)?.reject(error),
            )
        }),
      close: () => {
        for (const { timer } of pending.values()) clearTimeout(timer)
      },
    }
  },
}

/** A handler with its limit and its counts. */
interface Place {
  readonly answer: Answerer
  readonly limit: number
  running: number
  processed: number
  failed: number
}

/** One that waits, and what its handler may keep of it. */
class Question {
  readonly slot: number
  readonly topic: string
  readonly payload: number
  readonly dueMs: number
  readonly resolve: (answer: number) => void
  readonly reject: (error: unknown) => void

  constructor(slot: number, topic: string, payload: number, dueMs: number, { resolve, reject }: Pending) {
    this.slot = slot
    this.topic = topic
    this.payload = payload
    this.dueMs = dueMs
    this.resolve = resolve
    this.reject = reject
  }
}

/**
 * The least that we can write with the duties of a bus: a deadline by the clock, which is handed to a timer where there is no
 * answer at the end of the turn; a message; a limit, counts; a handler that throws disturbs nobody.
 */
export const withDuties: RequestEngine = {
  name: 'hand-written, with the duties of a bus',
  version: '',
  role: 'hand-written',
  open(answer) {
    const places: Record<string, Place> = Object.create(null)
    places['ask'] = { answer, limit: 2_000_000, running: 0, processed: 0, failed: 0 }
    const waiting: (Question | undefined)[] = []
    const free: number[] = []
    const timers = new Set<NodeJS.Timeout>()
    /** The slots that were used in this turn, each once. */
    let used: number[] = []
    const isUsed: boolean[] = []
    let isScheduled = false
    const end = (question: Question): boolean => {
      const { slot } = question
      if (waiting[slot] !== question) return false
      waiting[slot] = undefined
      free.push(slot)
      return true
    }
    // All have the same time-out: one timer is enough for those of a turn.
    const handOver = (): void => {
      isScheduled = false
      const open = used.map((slot) => waiting[slot]).filter((question) => question !== undefined)
      for (const slot of used) isUsed[slot] = false
      used = []
      if (open.length === 0) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        for (const question of open) if (end(question)) question.reject(new Error('it timed out'))
      }, TIMEOUT_MS)
      timers.add(timer)
    }
    return {
      ask(payload) {
        const place = places['ask']
        if (place === undefined || place.running >= place.limit) return Promise.reject(new Error('nobody'))
        return new Promise((resolve, reject) => {
          const slot = free.pop() ?? waiting.length
          const dueMs = performance.now() + TIMEOUT_MS
          const question = new Question(slot, 'ask', payload, dueMs, { resolve, reject })
          waiting[slot] = question
          if (isUsed[slot] !== true) {
            isUsed[slot] = true
            used.push(slot)
          }
          if (!isScheduled) {
            isScheduled = true
            setImmediate(handOver)
          }
          place.running++
          const fail = (error: unknown): void => {
            place.running--
            place.failed++
            if (end(question)) reject(error)
          }
          try {
            place.answer(payload).then((reply) => {
              place.running--
              place.processed++
              if (end(question)) resolve(reply)
            }, fail)
          } catch (error) {
            fail(error)
          }
        })
      },
      close() {
        for (const timer of timers) clearTimeout(timer)
      },
    }
  },
}

/** No bus: the handler is called. */
export const handlerAlone: RequestEngine = {
  name: 'no bus: the handler is called',
  version: '',
  role: 'floor',
  open: (answer) => ({ ask: (value) => answer(value), close: () => {} }),
}
