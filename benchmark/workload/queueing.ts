/** Contenders that queue tasks for a worker which takes its time. */
import type { QueueEngine } from '../engines/queues.js'
import type { Contender } from '../harness/case.js'
import { timed } from '../harness/timed.js'

/** How long a task takes: until a promise that is settled is looked at, or a turn of the event loop. */
export type Pace = 'microtask' | 'macrotask'

/** So many run at a time. */
const CONCURRENCY = 100

/** Pushes `length` tasks at once, and again when they are done. */
export function queueing(engine: QueueEngine, pace: Pace, length: number): Contender {
  return {
    engine: engine.name,
    version: engine.version,
    role: engine.role,
    prepare: (roundMs) => {
      let done = 0
      let sum = 0
      let expected = 0
      let running = 0
      let mostRunning = 0
      let finished = (): void => {}
      const worker = async (task: number): Promise<void> => {
        mostRunning = Math.max(mostRunning, ++running)
        await (pace === 'microtask' ? undefined : new Promise(setImmediate))
        running--
        sum += task
        if (++done === expected) finished()
      }
      const queue = engine.open(worker, CONCURRENCY, length)
      const run = async (count: number): Promise<void> => {
        done = 0
        sum = 0
        for (let from = 0; from < count; from += length) {
          expected = Math.min(count, from + length)
          const all = new Promise<void>((resolve) => {
            finished = resolve
          })
          for (let task = from; task < expected; task++) queue.push(task)
          await all
        }
      }
      const verify = (count: number): void => {
        if (done !== count) throw new Error(`${count} were pushed, and ${done} were done`)
        if (sum !== (count * (count - 1)) / 2) throw new Error(`they add up to ${sum}`)
        if (mostRunning !== CONCURRENCY) throw new Error(`${mostRunning} ran at a time, not ${CONCURRENCY}`)
      }
      return timed({ run, verify, close: () => queue.close?.() }, roundMs, length)
    },
  }
}
