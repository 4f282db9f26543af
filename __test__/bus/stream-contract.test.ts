/** What contracts and interceptors have to do with streams. */
import { type DefinedContract, defineContract, type OpenOptions, stream } from 'busbar'
import { z } from 'zod'
import type { StandardSchema } from '../../ts/src/contract/standard-schema.js'
import { collect } from '../support/collect.js'
import { counting, onEachPath, quiet, take } from '../support/on-each-path.js'
import { busError } from '../support/rejection.js'
import { until } from '../support/until.js'

/** Texts that become numbers. */
const priced = z.object({ price: z.string().regex(/^\d+$/).transform(Number) })

/** As above, and the greater, the sooner. */
const slowly: StandardSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    async validate(item) {
      const { price } = item as { price: string }
      for (let turns = 5 - Number(price); turns > 0; turns--) await new Promise(setImmediate)
      return /^\d+$/.test(price)
        ? { value: { price: Number(price) } }
        : { issues: [{ message: 'no number', path: ['price'] }] }
    },
  },
}

function under(contract: DefinedContract<never>): OpenOptions {
  return { contract: contract as DefinedContract<unknown> as NonNullable<OpenOptions['contract']> }
}

for (const [how, item] of [
  ['at once', priced],
  ['taking its time', slowly],
] as const) {
  const contract = defineContract({ prices: stream({ item }) }) as DefinedContract<never>

  onEachPath(
    `stream: each item is what the contract's schema makes of it (${how})`,
    async (t, { asks, answers }) => {
      answers.handle('prices', async function* () {
        for (let price = 0; price < 5; price++) yield { price: String(price) }
      })
      const numbers = [0, 1, 2, 3, 4].map((price) => ({ price }))
      t.deepEqual(await collect(asks.stream('prices', 0)), numbers)
      const concurrently = asks.stream('prices', 0)
      const all = await Promise.all(Array.from({ length: 6 }, () => concurrently.next()))
      t.deepEqual(
        all.map(({ value }) => value),
        [...numbers, undefined],
      )
    },
    under(contract),
  )

  onEachPath(
    `stream: an item that the contract's schema says no to ends it (${how})`,
    async (t, { asks, answers }) => {
      let ended = 0
      answers.handle('prices', async function* () {
        try {
          yield { price: '1' }
          yield { price: 'x' }
          yield { price: '2' }
        } finally {
          ended++
        }
      })
      const prices = asks.stream('prices', 0, { prefetch: 2 })
      t.deepEqual(await take(prices, 1), [{ price: 1 }])
      const error = await busError(t, prices.next())
      t.like(error, { code: 'ERR_BUS_INVALID_PAYLOAD', topic: 'prices' })
      t.true(error.message.startsWith("the item of 'prices' is not what its contract says: item.price: "))
      t.deepEqual(await prices.next(), { done: true, value: undefined })
      await until(() => ended === 1)
      await quiet(answers)
      t.like(answers.stats(), { accepted: 1, running: 0 })
    },
    under(contract),
  )
}

onEachPath(
  'stream: a payload that the contract says no to is sent to nobody',
  async (t, { asks, answers }) => {
    counting(answers, 'prices')
    const error = await busError(t, asks.stream('prices', { price: 'x' }).next())
    t.like(error, { code: 'ERR_BUS_INVALID_PAYLOAD', topic: 'prices' })
    t.is(answers.stats().accepted, 0)
  },
  under(defineContract({ prices: stream({ schema: priced }) }) as DefinedContract<never>),
)

onEachPath(
  'stream: the contract says how far its handler may be ahead, how long it may take, and what waits',
  async (t, { asks, answers, pass, settle }) => {
    const waiting = asks.stream('count', undefined).next()
    const counter = counting(answers, 'count')
    t.deepEqual(await waiting, { done: false, value: 0 })
    await settle()
    t.is(counter.made, 4)
    answers.handle('stuck', async function* () {
      await new Promise(() => {})
      yield 1
    })
    const idle = asks.stream('stuck', 0).next()
    await pass(50)
    t.like(await busError(t, idle), { code: 'ERR_BUS_TIMEOUT' })
    const whole = asks.stream('stuck', 0, { idleTimeout: 5_000 }).next()
    await pass(500)
    t.like(await busError(t, whole), { code: 'ERR_BUS_TIMEOUT' })
  },
  under(
    defineContract({
      count: stream({ prefetch: 3, waitForHandler: 1_000 }),
      stuck: stream({ timeout: 500, idleTimeout: 50 }),
    }) as DefinedContract<never>,
  ),
)

onEachPath('stream: interceptors see its request, and may see its items', async (t, { asks, answers }) => {
  counting(answers, 'count')
  using _sends = asks.use({
    send: ({ kind, headers }) => ({ headers: { ...headers, sent: kind } }),
  })
  const seen: unknown[] = []
  using _receives = answers.use({
    async *receive({ topic, headers }, next) {
      seen.push([topic, headers])
      for await (const item of (await next()) as AsyncIterable<number>) yield item * 2
    },
  })
  t.deepEqual(await collect(asks.stream('count', 3)), [0, 2, 4])
  t.deepEqual(seen, [['count', { sent: 'request' }]])
})

onEachPath('stream: an interceptor that changes nothing passes it on', async (t, { asks, answers }) => {
  const counter = counting(answers, 'count')
  using _ = answers.use({ receive: async (_message, next) => await next() })
  t.deepEqual(await collect(asks.stream('count', 3)), [0, 1, 2])
  await asks.send('count', 2, { wait: 'processed' })
  t.like(counter, { made: 5, ended: 2 })
})
