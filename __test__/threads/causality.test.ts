import test from 'ava'
import type { Bus } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { often } from '../support/soak.js'
import type { Telling } from '../support/workers/telling.js'

const ROUNDS = often(100_000, 1_000_000)
/** So many rounds are under way at a time, each with a topic of its own that is used again and again. */
const AT_A_TIME = 64

/** Tells the other thread to publish; resolves to how many it published to. */
type Tell = (bus: Bus, telling: Telling, told: Promise<number>) => Promise<number>

const TELLS: readonly Tell[] = [
  (bus, telling, told) => {
    bus.publish('tell.event', telling)
    return told
  },
  (bus, telling, told) => {
    bus.publish('pass.event', telling)
    return told
  },
  (bus, telling) => bus.request('tell.request', telling) as Promise<number>,
  (bus, telling) => bus.request('pass.request', telling) as Promise<number>,
  async (bus, telling, told) => {
    await bus.send('tell.notification', telling)
    return told
  },
]

/** Patterns of a topic, which are told of in another way than the topic itself. */
const PATTERNS: readonly ((topic: string) => string | RegExp)[] = [
  (topic) => `{${topic},${topic}.more}`,
  (topic) => `${topic.slice(0, -1)}[${topic.slice(-1)}]`,
  (topic) => new RegExp(`^${topic.replace('.', '\\.')}$`),
]

test.serial(
  `causality: a subscription is seen by whoever is told of it over the bus, in ${ROUNDS} rounds`,
  onBus(async (t, { bus, thread }) => {
    t.timeout(3_600_000)
    await Promise.all([thread('telling'), thread('passing')])
    const waiting = new Map<number, (matched: number) => void>()
    bus.subscribe('told', ([round, matched]: [number, number]) => {
      waiting.get(round)?.(matched)
      waiting.delete(round)
    })
    let round = 0
    const missed: string[] = []
    const slot = async (topic: string): Promise<void> => {
      while (round < ROUNDS) {
        const telling = { topic, round: round++ }
        // It remembers that nobody receives this: a plan that outlives the subscription will be found out.
        const before = await bus.request('warm', topic)
        if (before !== 0) missed.push(`${telling.round}: ${before} before`)
        let received = 0
        // First exact topics alone: a pattern makes everybody forget all plans, those of exact topics as well.
        const asPattern = PATTERNS[telling.round % PATTERNS.length]
        const pattern = telling.round < ROUNDS / 2 ? topic : (asPattern?.(topic) ?? topic)
        const subscription = bus.subscribe(pattern, (of: number) => {
          if (of === telling.round) received++
        })
        const told = new Promise<number>((resolve) => waiting.set(telling.round, resolve))
        const tell = TELLS[telling.round % TELLS.length]
        const matched = await tell?.(bus, telling, told)
        waiting.delete(telling.round)
        if (matched !== 1 || received !== 1)
          missed.push(`${telling.round} ${pattern}: ${matched} ${received}`)
        void subscription.unsubscribe()
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, (_, index) => slot(`meet.${index}`)))
    t.deepEqual(missed.slice(0, 10), [])
    t.is(round, ROUNDS)
  }),
)
