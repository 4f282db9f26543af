/** Contenders that publish: an engine is given patterns and receivers, and a loop that publishes to it. */
import type { Engine, Router } from '../engines/engine.js'
import type { Contender, Work } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import { type Cut, type Loop, overBound, overCuts, overNewTopics, overTopics } from './loop.js'
import { opened } from './opened.js'
import { receivers, verify } from './tally.js'

/** A workload: who is subscribed to what, and how it is published. Each message has to reach one receiver. */
export interface Load {
  readonly patterns: () => readonly (string | RegExp)[]
  readonly publish: (router: Router, translate: (text: string) => string) => Loop
}

/** A row of the table; `name` where the engine's own does not say enough. */
export function publishing(engine: Engine, load: Load, name: string = engine.name): Contender {
  return {
    engine: name,
    version: engine.version,
    role: engine.role,
    prepare: (roundMs) =>
      opened(engine, async ({ router, translate }) => {
        const tally = { count: 0, sum: 0 }
        const receiver = receivers(engine.shape ?? 'payload', tally)
        for (const [index, pattern] of load.patterns().entries()) {
          router.add(typeof pattern === 'string' ? translate(pattern) : pattern, receiver(index))
        }
        await router.ready?.()
        const run = delivering(load.publish(router, translate), router)
        return timed({ run, verify: (count) => verify(tally, count), close: () => router.close?.() }, roundMs)
      }),
  }
}

/** So many messages are published before those are waited for that are received later. */
const CHUNK = 256

function delivering(loop: Loop, { delivered }: Router): Work['run'] {
  if (delivered === undefined) return loop
  return async (count) => {
    for (let done = 0; done < count; done += CHUNK) {
      loop(Math.min(CHUNK, count - done))
      await delivered()
    }
  }
}

/** Publishes to strings that live long. */
export function longLived(topics: readonly string[]): Load['publish'] {
  return ({ publish }, translate) => overTopics(publish, topics.map(translate))
}

/** Publishes to strings that are made for the message. */
export function made(cuts: readonly Cut[]): Load['publish'] {
  return ({ publish }, translate) => overCuts(publish, translated(cuts, translate))
}

/** Publishes to topics that were never seen before. */
export function neverSeen(cuts: readonly Cut[]): Load['publish'] {
  return ({ publish }, translate) => overNewTopics(publish, translated(cuts, translate))
}

/** Publishes through topics that were bound beforehand. */
export function bound(topics: readonly string[]): Load['publish'] {
  return ({ bind }, translate) => {
    if (bind === undefined) throw new Error('it cannot bind topics')
    return overBound(topics.map((topic) => bind(translate(topic))))
  }
}

function translated(cuts: readonly Cut[], translate: (text: string) => string): Cut[] {
  return cuts.map(({ head, tail }) => ({ head: translate(head), tail: translate(tail) }))
}
