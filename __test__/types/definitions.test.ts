// biome-ignore-all lint/suspicious/noExplicitAny: that something is of type any is what is asserted.

import { type } from 'arktype'
import test from 'ava'
import { type Bus, type ContractOf, defineContract, event, notification, open, request } from 'busbar'
import * as v from 'valibot'
import { z } from 'zod'
import { compiles, type Equal, holds } from './assertions.js'

/** Each takes a text and makes a number of it. */
const zod = z.object({ items: z.string().transform(Number) })
const valibot = v.object({ items: v.pipe(v.string(), v.transform(Number)) })
const arktype = type({ items: 'string.numeric.parse' })
const plain = z.object({ user: z.string() })

const shop = defineContract({
  'cart.viewed': event({ schema: plain }),
  'cart.counted': event({ schema: zod }),
  'cart.summed': event({ schema: valibot }),
  'cart.weighed': event({ schema: arktype }),
  'cart.*.price': request({ schema: plain, reply: zod }),
  'cart.*.cost': request<{ items: number }, { total: number }>({ timeout: 500 }),
  'mail.{welcome,bye}': notification<{ to: string }>({ guarantee: 'at-least-once', retry: { attempts: 3 } }),
  'log.**': event(),
})

test('the type of a contract is inferred from its value', (t) => {
  t.true(
    holds<
      [
        Equal<
          ContractOf<typeof shop>,
          {
            'cart.viewed': { payload: { user: string } }
            'cart.counted': { payload: { items: number }; input: { items: string } }
            'cart.summed': { payload: { items: number }; input: { items: string } }
            'cart.weighed': { payload: { items: number }; input: { items: string } }
            'cart.*.price': { payload: { user: string }; reply: { items: number }; answer: { items: string } }
            'cart.*.cost': { payload: { items: number }; reply: { total: number } }
            'mail.{welcome,bye}': { payload: { to: string } }
            'log.**': { payload: unknown }
          }
        >,
      ]
    >(),
  )
})

test('open: infers the contract from its value', (t) => {
  t.true(
    compiles(() => {
      const bus = open('shop', { contract: shop, requestTimeout: 50 })
      const same: [Equal<typeof bus, Bus<ContractOf<typeof shop>>>] = [true]
      bus.publish('mail.welcome', { to: 'ada' })

      // @ts-expect-error: there is no such topic
      bus.publish('mail.wellcome', { to: 'ada' })
      // @ts-expect-error: a member has the wrong type
      bus.publish('mail.welcome', { to: 1 })
      // @ts-expect-error: it is no contract
      open('shop', { contract: { 'cart.viewed': event() } })
      // @ts-expect-error: the type says one thing and the value another
      open<{ 'cart.viewed': { payload: number } }>('shop', { contract: shop })
      return same
    }),
  )
})

test('open: without a contract it is as it was', (t) => {
  t.true(
    compiles(() => {
      const bus = open('shop', { freeze: true })
      const same: [Equal<typeof bus, Bus>] = [true]
      const typed: Bus<{ a: { payload: 1 } }> = open<{ a: { payload: 1 } }>('shop', { freeze: true })
      return [same, typed]
    }),
  )
})

test('senders give what a schema takes, receivers get what it makes of that', (t) => {
  t.true(
    compiles(async () => {
      const bus = open('shop', { contract: shop })
      for (const topic of ['cart.counted', 'cart.summed', 'cart.weighed'] as const) {
        bus.publish(topic, { items: '3' })
        bus.subscribe(topic, ({ items }) => holds<[Equal<typeof items, number>]>())
        bus.publisher(topic).publish({ items: '3' })

        // @ts-expect-error: it takes a text
        bus.publish(topic, { items: 3 })
      }
      bus.subscribe('cart.*', (payload) =>
        holds<[Equal<typeof payload, { user: string } | { items: number }>]>(),
      )

      bus.handle('cart.*.price', ({ user }) => ({ items: user }))
      const { items } = await bus.request('cart.1.price', { user: 'ada' })
      for await (const reply of bus.requestMany('cart.1.price', { user: 'ada' })) {
        holds<[Equal<typeof reply.value, { items: number } | undefined>]>()
      }

      // @ts-expect-error: it takes a text of its handlers, too
      bus.handle('cart.*.price', () => ({ items: 3 }))
      return holds<[Equal<typeof items, number>]>()
    }),
  )
})

test('a type that is written down must be what its schema makes', (t) => {
  t.true(
    compiles(() => {
      event<{ items: number }>({ schema: zod })
      request<{ items: number }, { user: string }>({ schema: zod, reply: plain })

      // @ts-expect-error: it makes something else
      event<{ items: string }>({ schema: zod })
      // @ts-expect-error: so does that of the reply
      request<{ items: number }, { user: number }>({ schema: zod, reply: plain })
      // @ts-expect-error: it is no schema
      event({ schema: {} })
    }),
  )
})

test('definitions take the options of their kind, and no others', (t) => {
  t.true(
    compiles(() => {
      event({ retain: true, guarantee: 'exactly-once', codec: 'msgpack', priority: 'high', ttl: 5 })
      notification({ guarantee: 'at-least-once', retry: { attempts: 1 }, ackTimeout: 5, timeout: 5 })
      request({ timeout: 5, retry: {}, waitForHandler: 5, codec: 'json' })

      // @ts-expect-error: there is nobody to retain it for
      notification({ retain: true })
      // @ts-expect-error: a request is answered or not
      request({ guarantee: 'at-least-once' })
      // @ts-expect-error: an event has no reply
      event({ reply: plain })
      // @ts-expect-error: there is no such priority
      event({ priority: 'urgent' })
      // @ts-expect-error: an entry is made by one of the three
      defineContract({ 'cart.viewed': { kind: 'event', retain: true } })
    }),
  )
})

test('any, unknown and never are types that can be written down', (t) => {
  const odd = defineContract({
    a: event<any>(),
    b: event<unknown>(),
    c: event<never>(),
    d: request<null, undefined>(),
    e: request<string>(),
    f: request({ reply: plain }),
  })
  t.true(
    holds<
      [
        Equal<
          ContractOf<typeof odd>,
          {
            a: { payload: any }
            b: { payload: unknown }
            c: { payload: never }
            d: { payload: null; reply: undefined }
            e: { payload: string; reply: unknown }
            f: { payload: unknown; reply: { user: string } }
          }
        >,
      ]
    >(),
  )
})
