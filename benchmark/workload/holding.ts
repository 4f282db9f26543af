/** Contenders that hold many patterns: how much memory one of them takes. */
import type { Engine, Router } from '../engines/engine.js'
import type { Contender } from '../harness/case.js'
import { cutOf, glob, globs } from './globs.js'
import { opened } from './opened.js'
import { PAYLOADS, type Payload, receivers, type Tally } from './tally.js'

/** What is looked at: all that the process takes from the system, or what the collector of JavaScript manages. */
export type Memory = 'rss' | 'heapUsed'

/** One sample: bytes for each of `count` patterns. Only in a process of its own, with `--expose-gc`. */
export function holding(engine: Engine, memory: Memory, count: number): Contender {
  return {
    engine: engine.name,
    version: engine.version,
    role: engine.role,
    prepare: () =>
      opened(engine, ({ router, translate }) => {
        const tally = { count: 0, sum: 0 }
        const receiver = receivers(engine.shape ?? 'payload', tally)
        const patterns = globs(count).map(translate)
        // The first of everything is made: compiled code, pools, the pages of the native heap.
        const extra = Array.from({ length: 1_000 }, (_, number) => translate(glob(count + number)))
        for (const [index, pattern] of extra.entries()) router.add(pattern, receiver(index))
        const sample = (): number => {
          const before = used(memory)
          for (const [index, pattern] of patterns.entries()) router.add(pattern, receiver(index))
          const bytes = (used(memory) - before) / count
          verify(router, translate, tally, count)
          return bytes
        }
        return { sample, close: () => router.close?.() }
      }),
  }
}

/** After the measurement, because the first message may make something that stays. */
function verify(router: Router, translate: (text: string) => string, tally: Tally, count: number): void {
  let published = 0
  for (let number = 0; number < count; number += 997) {
    const { head, tail } = cutOf(number)
    router.publish(translate(`${head}x${tail}`), PAYLOADS[1] as Payload)
    published++
  }
  if (tally.count !== published)
    throw new Error(`${published} messages were published, ${tally.count} received`)
}

/** What is in use now, after all garbage was collected. */
export function used(memory: Memory): number {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('memory is measured with --expose-gc')
  // More than once: what one collection finds dead, the next gives back.
  for (let times = 0; times < 4; times++) gc()
  return process.memoryUsage()[memory]
}
