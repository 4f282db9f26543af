// biome-ignore-all lint/suspicious/noExplicitAny: that something is of type any is what is asserted.
import test from 'ava'
import { type Bus, type ContractOf, defineContract, open, request, type Stream, stream } from 'busbar'
import { z } from 'zod'
import type { EventKey, RequestKey, StreamKey } from '../../ts/src/contract/contract.js'
import { compiles, type Equal, holds } from './assertions.js'

/** Each takes a text and makes a number of it. */
const zod = z.object({ items: z.string().transform(Number) })
const plain = z.object({ user: z.string() })

type Shop = {
  'cart.*.history': { payload: { since: number }; reply: AsyncIterable<{ total: number }> }
  'cart.*.lines': { payload: null; reply: AsyncGenerator<string> }
  'cart.*.price': { payload: { items: number }; reply: { total: number } }
  'cart.viewed': { payload: { user: string } }
  odd: { payload: 1; reply: any }
  none: { payload: 1; reply: never }
  mixed: { payload: 1; reply: number | AsyncIterable<number> }
}

declare const bus: Bus<Shop>

test('keys whose reply is an async iterable are those of streams', (t) => {
  t.true(
    holds<
      [
        Equal<StreamKey<Shop>, 'cart.*.history' | 'cart.*.lines'>,
        Equal<RequestKey<Shop>, 'cart.*.price' | 'odd' | 'none' | 'mixed'>,
        Equal<EventKey<Shop>, 'cart.viewed'>,
      ]
    >(),
  )
})

test('stream: takes the topics of streams, and gives their items', (t) => {
  t.true(
    compiles(async () => {
      const history = bus.stream('cart.1.history', { since: 2020 }, { prefetch: 4, idleTimeout: 50 })
      holds<[Equal<typeof history, Stream<{ total: number }>>]>()
      for await (const item of history) holds<[Equal<typeof item, { total: number }>]>()
      for await (const item of bus.stream('cart.1.lines', null)) holds<[Equal<typeof item, string>]>()
      const id = 'a' as string
      for await (const { total } of bus.stream(`cart.${id}.history`, { since: 1 }))
        holds<[Equal<typeof total, number>]>()
      await using used = bus.stream('cart.1.lines', null)
      const { value, done } = await used.next()
      holds<[Equal<typeof value, string | undefined>, Equal<typeof done, boolean | undefined>]>()
      for await (const item of bus.stream<number>({ name: 'counter' }, 0))
        holds<[Equal<typeof item, number>]>()
      for await (const item of bus.stream({ name: 'counter' }, 0)) holds<[Equal<typeof item, unknown>]>()

      // @ts-expect-error: the payload is of the wrong type
      bus.stream('cart.1.history', { since: '2020' })
      // @ts-expect-error: it is answered once
      bus.stream('cart.1.price', { items: 1 })
      // @ts-expect-error: it has no reply
      bus.stream('cart.viewed', { user: 'ada' })
      // @ts-expect-error: there is no such topic
      bus.stream('cart.1.histories', { since: 1 })
      // @ts-expect-error: a pattern is no topic
      bus.stream('cart.*.history', { since: 1 })
      // @ts-expect-error: there is no such option
      bus.stream('cart.1.history', { since: 1 }, { highWaterMark: 1 })
    }),
  )
})

test('request, requestMany and events: refuse the topics of streams', (t) => {
  t.true(
    compiles(() => {
      // @ts-expect-error: it is answered with a stream
      void bus.request('cart.1.history', { since: 1 })
      // @ts-expect-error: as above
      bus.requestMany('cart.1.history', { since: 1 })
      // @ts-expect-error: it is a request
      bus.publish('cart.1.history', { since: 1 })
      // @ts-expect-error: as above
      bus.subscribe('cart.*.history', () => {})
    }),
  )
})

test('handle: takes what makes a stream of the right items', (t) => {
  t.true(
    compiles(() => {
      async function* items(): AsyncGenerator<{ total: number }> {
        yield { total: 1 }
      }
      bus.handle('cart.*.history', async function* ({ since }, message) {
        holds<[Equal<typeof since, number>, Equal<typeof message.topic, `cart.${string}.history`>]>()
        yield { total: since }
      })
      bus.handle('cart.*.history', items)
      bus.handle('cart.*.history', async () => items())
      bus.handle('cart.*.history', { handle: () => items() })

      // @ts-expect-error: they are of the wrong type
      bus.handle('cart.*.history', async function* () {
        yield { total: 'one' }
      })
      // @ts-expect-error: it answers once
      bus.handle('cart.*.history', () => ({ total: 1 }))
      // @ts-expect-error: it answers with a stream, and one reply is asked for
      bus.handle('cart.*.price', items)
    }),
  )
})

test('a bus without a contract streams anything', (t) => {
  t.true(
    compiles(async () => {
      const open_ = open('any')
      open_.handle('anything', async function* () {
        yield 1
      })
      for await (const item of open_.stream('anything', { any: 1 })) holds<[Equal<typeof item, any>]>()
    }),
  )
})

test('the type of a stream is inferred from its definition', (t) => {
  const defined = defineContract({
    written: stream<{ since: number }, string>({
      timeout: 5,
      prefetch: 1,
      idleTimeout: 5,
      waitForHandler: 5,
    }),
    same: stream({ schema: plain, item: plain }),
    made: stream({ schema: zod, item: zod }),
    unknown: stream(),
  })
  t.true(
    holds<
      [
        Equal<
          ContractOf<typeof defined>,
          {
            written: { payload: { since: number }; reply: AsyncIterable<string> }
            same: { payload: { user: string }; reply: AsyncIterable<{ user: string }> }
            made: {
              payload: { items: number }
              input: { items: string }
              reply: AsyncIterable<{ items: number }>
              answer: AsyncIterable<{ items: string }>
            }
            unknown: { payload: unknown; reply: AsyncIterable<unknown> }
          }
        >,
      ]
    >(),
  )
  t.true(
    compiles(async () => {
      const shop = open('shop', { contract: defined })
      shop.handle('made', async function* ({ items }) {
        yield { items: String(items) }
      })
      for await (const { items } of shop.stream('made', { items: '3' }))
        holds<[Equal<typeof items, number>]>()

      // @ts-expect-error: it takes a text of its handlers, too
      shop.handle('made', async function* () {
        yield { items: 3 }
      })
      // @ts-expect-error: a type that is written down must be what its schema makes
      stream<unknown, { items: string }>({ item: zod })
      // @ts-expect-error: it has items, not a reply
      stream({ reply: plain })
      // @ts-expect-error: there is nothing to be ahead of
      request({ prefetch: 1 })
    }),
  )
})
