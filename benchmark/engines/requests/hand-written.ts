/**
 * What one writes by hand: a map of who waits, by a number. It knows one handler for a topic, limits and counts nothing, and
 * looks for those that are late every now and then; or has a timer for each.
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

/** No bus: the handler is called. */
export const handlerAlone: RequestEngine = {
  name: 'no bus: the handler is called',
  version: '',
  role: 'floor',
  open: (answer) => ({ ask: (value) => answer(value), close: () => {} }),
}
