import { once } from 'node:events'
import test from 'ava'
import { onBus } from '../support/on-bus.js'
import type { Thread } from '../support/thread.js'
import type { Ask, Churn, Churned, Stream } from '../support/workers/churning.js'

/** Has a thread do something, and waits for what comes of it. */
async function told<Outcome>({ worker }: Thread, order: Churn | Stream | Ask): Promise<Outcome> {
  const outcome = once(worker, 'message')
  worker.postMessage(order)
  return (await outcome)[0] as Outcome
}

function untilTold(): { readonly cell: Int32Array; stop(): void } {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  return { cell, stop: () => void Atomics.store(cell, 0, 1) }
}

/** 300,000 in total. */
for (const [pattern, rounds] of [
  ['race.topic', 100_000],
  ['race.t*', 25_000],
  ['race.**', 25_000],
] as const) {
  test.serial(
    `race: two threads register and unregister ${pattern} ${rounds} times each while a third publishes`,
    onBus(async (t, { bus, thread }) => {
      const [publisher, one, other] = await Promise.all(['churning', 'churning', 'churning'].map(thread))
      if (!publisher || !one || !other) throw new Error('three were started')
      let [next, misplaced] = [0, 0]
      const permanent = bus.subscribe('race.topic', (number: number) => {
        if (number !== next) misplaced++
        next = number + 1
      })
      let published = -1
      bus.handle('stream.ended', (count: number) => {
        published = count
      })

      const { cell, stop } = untilTold()
      const streaming = told<number>(publisher, { act: 'stream', topic: 'race.topic', cell })
      const churn: Churn = { act: 'subscribe', pattern, rounds, stay: 100 }
      const churned = await Promise.all([
        told<Churned>(one, churn),
        told<Churned>(other, { ...churn, stay: 133 }),
      ])
      stop()
      t.is(await streaming, published)

      t.log(`${published} published`, ...churned.map(({ accepted }) => `${accepted} received in passing`))
      t.true(published > 1_000)
      for (const each of churned) {
        t.like(each, { rounds, late: 0, unbalanced: [], processed: each.accepted })
        t.true(each.accepted > 0, 'messages and registrations did meet')
      }
      t.is(misplaced, 0, 'the one that stays gets each of them once, in order')
      t.like(permanent.stats(), { accepted: published, processed: published, refused: 0 })
      await permanent.unsubscribe()
      t.deepEqual(bus.explain('race.topic').subscriptions, [], 'nothing is left behind')
    }),
  )
}

test.serial(
  'race: two threads register and unregister a handler while a third asks: each request ends once',
  onBus(async (t, { bus, thread }) => {
    const [asking, one, other] = await Promise.all(['churning', 'churning', 'churning'].map(thread))
    if (!asking || !one || !other) throw new Error('three were started')
    const { cell, stop } = untilTold()
    const outcome = told<[string, number][]>(asking, { act: 'ask', topic: 'race.topic', cell })
    const churn: Churn = { act: 'handle', pattern: 'race.topic', rounds: 20_000, stay: 3 }
    const churned = await Promise.all([
      told<Churned>(one, churn),
      told<Churned>(other, { ...churn, pattern: 'race.*' }),
    ])
    stop()
    const outcomes = Object.fromEntries(await outcome)
    t.log(...Object.entries(outcomes).map(([name, count]) => `${name} ${count}`))
    const {
      asked = 0,
      answered = 0,
      ERR_BUS_HANDLER_GONE: gone = 0,
      ERR_BUS_NO_HANDLER: none = 0,
      ...rest
    } = outcomes
    t.deepEqual(rest, {})
    t.is(answered + gone + none, asked)
    t.is(
      churned.reduce((sum, { processed }) => sum + processed, 0),
      answered,
    )
    for (const each of churned) t.like(each, { late: 0, unbalanced: [] })
    t.true(answered > 0 && gone + none > 0)
    t.deepEqual(bus.explain('race.topic').handlers, [])
  }),
)
