/** Contenders that publish to one topic with many receivers. */
import type { Engine } from '../engines/engine.js'
import type { Contender } from '../harness/case.js'
import { timed } from '../harness/timed.js'
import { overTopics } from './loop.js'
import { opened } from './opened.js'
import { receivers } from './tally.js'

const TOPIC = 'orders.created'

/** Each message has to reach `count` receivers. */
export function fanningOut(engine: Engine, count: number): Contender {
  return {
    engine: engine.name,
    version: engine.version,
    role: engine.role,
    prepare: (roundMs) =>
      opened(engine, ({ router, translate }) => {
        const tally = { count: 0, sum: 0 }
        const receiver = receivers(engine.shape ?? 'payload', tally)
        const topic = translate(TOPIC)
        for (let index = 0; index < count; index++) router.add(topic, receiver(index))
        const run = overTopics(router.publish, [topic])
        const verify = (published: number): void => {
          const got = tally.count
          tally.count = 0
          tally.sum = 0
          if (got !== published * count)
            throw new Error(`${published} messages for ${count} receivers were received ${got} times`)
        }
        return timed({ run, verify, close: () => router.close?.() }, roundMs)
      }),
  }
}
