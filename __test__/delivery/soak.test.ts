/**
 * Many messages through retries, dedupe and dead letters: nothing is lost, and memory stays what it was. `npm run soak`
 * sends ten million of them.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { onBus } from '../support/on-bus.js'
import { often } from '../support/soak.js'

const MESSAGES = often(60_000, 10_000_000)
const CHUNK = 1_000

/** The collector, without a flag on the command line. */
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test(
  'deliveries: through retries, duplicates and dead letters every message is accounted for, and memory is flat',
  onBus(async (t, { bus }) => {
    t.timeout(3_600_000)
    bus.events.on('failure', () => {})
    const registration = bus.handle(
      'q',
      (index: number, { attempt }) => {
        if (index % 500 === 0) throw new Error('never')
        if (index % 10 === 0 && attempt === 1) throw new Error('not yet')
      },
      {
        guarantee: 'exactly-once',
        retry: { attempts: 2, initial: 0, jitter: 0 },
        ackTimeout: 1_000,
        dedupe: { size: 5_000 },
        capacity: CHUNK,
      },
    )
    let duplicates = 0
    let buried = 0
    const levels: number[] = []
    for (let start = 0; start < MESSAGES; start += CHUNK) {
      const sending = Array.from({ length: CHUNK }, (_, offset) => {
        const index = start + offset
        // One in five has been there before.
        const id = String(index % 5 === 4 ? index - 1 : index)
        return bus.send('q', index, { id }).catch((error: { code: string }) => {
          t.is(error.code, 'ERR_BUS_DUPLICATE')
          duplicates++
        })
      })
      await Promise.all(sending)
      await bus.idle()
      buried += await bus.deadLetters.purge()
      if ((start / CHUNK) % Math.ceil(MESSAGES / CHUNK / 10) === 0) {
        collectGarbage()
        levels.push(process.memoryUsage().heapUsed)
      }
    }
    const { accepted, processed, deadLettered, retried } = registration.stats()
    t.is(duplicates, MESSAGES / 5)
    t.is(accepted, MESSAGES - duplicates)
    t.is(deadLettered, MESSAGES / 500)
    t.is(buried, deadLettered)
    t.is(processed, accepted - deadLettered)
    t.is(retried, MESSAGES / 10)
    const [, , early = 0] = levels
    const growth = (levels.at(-1) ?? 0) - early
    t.log(`heap after the collector: ${levels.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ')} MiB`)
    t.true(growth < 8 * 2 ** 20, `${growth} bytes more than early on`)
  }),
)
