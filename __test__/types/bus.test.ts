// biome-ignore-all lint/suspicious/noExplicitAny: that something is of type any is what is asserted.
import test from 'ava'
import type { Address } from '../../ts/src/contract/addresses.js'
import type { Handler } from '../../ts/src/contract/handlers.js'
import type { Message } from '../../ts/src/contract/messages.js'
import type { Bus } from '../../ts/src/contract/ports.js'
import type { Publisher } from '../../ts/src/contract/publisher.js'
import type { CloseReport, Receipt } from '../../ts/src/contract/receipts.js'
import type { Registration, Subscription } from '../../ts/src/contract/receivers.js'
import { compiles, type Equal, holds } from './assertions.js'

type Shop = {
  'cart.*.price': { payload: { items: number }; reply: { total: number } }
  'cart.viewed': { payload: { user: string } }
  'mail.*': { payload: { to: string } }
}

declare const bus: Bus<Shop>
declare const id: number
declare const text: string
/** A payload that suits every topic, so that it can only be the topic that is refused. */
declare const fitting: never

test('publish: takes the topics of events with their payloads', (t) => {
  t.true(
    compiles(() => {
      const matched: number = bus.publish('cart.viewed', { user: 'ada' })
      bus.publish(`mail.${id}`, { to: 'ada' }, { id: '7', headers: { trace: 'x' } })
      bus.publish(id > 1 ? 'mail.a' : 'mail.b', { to: 'ada' })

      // @ts-expect-error: there is no such topic
      bus.publish('cart.vewed', fitting)
      // @ts-expect-error: the template has a token too many
      bus.publish(`mail.${id}.sent`, fitting)
      // @ts-expect-error: it is a request
      bus.publish('cart.1.price', fitting)
      // @ts-expect-error: it is a pattern
      bus.publish('mail.*', fitting)
      // @ts-expect-error: nothing is known about the topic
      bus.publish(text, fitting)
      // @ts-expect-error: one of the two topics wants another payload
      bus.publish(id > 1 ? 'mail.a' : 'cart.viewed', { to: 'ada' })
      // @ts-expect-error: a member has the wrong type
      bus.publish('cart.viewed', { user: 1 })
      // @ts-expect-error: a member is missing
      bus.publish('cart.viewed', {})
      // @ts-expect-error: a member is unknown
      bus.publish('cart.viewed', { user: 'ada', age: 36 })
      // @ts-expect-error: the payload is missing
      bus.publish('cart.viewed')
      // @ts-expect-error: an option is unknown
      bus.publish('cart.viewed', { user: 'ada' }, { timeout: 5 })
      return matched
    }),
  )
})

test('publisher: is bound to the payload of its topic', (t) => {
  t.true(
    compiles(() => {
      const viewed: Publisher<{ user: string }> = bus.publisher('cart.viewed')
      const matched: number = viewed.publish({ user: 'ada' })

      // @ts-expect-error: a member has the wrong type
      viewed.publish({ user: 1 })
      // @ts-expect-error: it is a request
      bus.publisher('cart.1.price')
      return matched + viewed.matched
    }),
  )
})

test('address: has one kind, besides what is undefined', (t) => {
  t.true(
    compiles(async () => {
      const clerk: Address = { name: 'clerk' }
      await bus.request({ id, name: undefined }, 1)
      await bus.send({ pool: text }, 1)

      // @ts-expect-error: it has two kinds
      await bus.send({ name: 'clerk', service: 'mail' }, 1)
      // @ts-expect-error: it has none
      await bus.send({}, 1)
      // @ts-expect-error: the kind is unknown
      await bus.send({ nam: 'clerk' }, 1)
      // @ts-expect-error: an id is a number
      await bus.send({ id: text }, 1)
      return clerk
    }),
  )
})

test('send: takes the topics without a reply and resolves to a receipt', (t) => {
  t.true(
    compiles(async () => {
      const receipt: Receipt = await bus.send('mail.welcome', { to: 'ada' }, { timeout: 100 })

      // @ts-expect-error: a member has the wrong type
      await bus.send('mail.welcome', { to: 1 })
      // @ts-expect-error: it is a request
      await bus.send('cart.1.price', fitting)
      return receipt.accepted
    }),
  )
})

test('request: takes the topics with a reply and resolves to it', (t) => {
  t.true(
    compiles(async () => {
      const { total } = await bus.request('cart.1.price', { items: 1 })
      const reply = await bus.request(`cart.${id}.price`, { items: 1 }, { timeout: 5 })
      const same: [Equal<typeof total, number>, Equal<typeof reply, { total: number }>] = [true, true]

      // @ts-expect-error: it is an event
      await bus.request('cart.viewed', fitting)
      // @ts-expect-error: there is no such topic
      await bus.request('cart.price', fitting)
      // @ts-expect-error: a member has the wrong type
      await bus.request('cart.1.price', { items: '1' })
      // @ts-expect-error: the reply has no such member
      const { sum } = await bus.request('cart.1.price', { items: 1 })
      return [same, sum]
    }),
  )
})

test('subscribe: the handler is given the payload and the topics of its pattern', (t) => {
  t.true(
    compiles(async () => {
      const subscription: Subscription = bus.subscribe('cart.viewed', (payload, message) => {
        const same: [
          Equal<typeof payload, { user: string }>,
          Equal<typeof message, Message<{ user: string }, 'cart.viewed'>>,
        ] = [true, true]
        return same
      })
      bus.subscribe('mail.*', (_payload, { topic }) => holds<[Equal<typeof topic, `mail.${string}`>]>())
      bus.subscribe('**', (payload) => holds<[Equal<typeof payload, { user: string } | { to: string }>]>())
      bus.subscribe(/^mail/, (payload) => holds<[Equal<typeof payload, { user: string } | { to: string }>]>())
      bus.subscribe(text, (payload) => holds<[Equal<typeof payload, { user: string } | { to: string }>]>())
      bus.subscribe('mail.{a,b}', {
        handle: ({ to }, { topic }) => holds<[Equal<typeof topic, 'mail.a' | 'mail.b'>]>() && to,
      })
      bus.subscribe('cart.viewed', async ({ user }) => user, { name: 'views', concurrency: 1 })
      bus.subscribe('cart.viewed', () => {})
      // A message can be passed on to where it came from.
      bus.subscribe('mail.*', (payload, { topic }) => bus.publish(topic, payload))

      // @ts-expect-error: no event has such a topic
      bus.subscribe('cart.vewed', () => {})
      // @ts-expect-error: no event has a topic of so many tokens
      bus.subscribe('mail.*.*', () => {})
      // @ts-expect-error: only requests have such topics
      bus.subscribe('cart.*.price', () => {})
      // @ts-expect-error: the payload has no such member
      bus.subscribe('cart.viewed', ({ usr }) => usr)
      // @ts-expect-error: the handler wants another payload
      bus.subscribe('cart.viewed', (payload: { user: number }) => payload)
      // @ts-expect-error: not every payload that may come has the member
      bus.subscribe('**', ({ user }) => user)
      // @ts-expect-error: it is no handler
      bus.subscribe('cart.viewed', { handel: () => {} })
      await subscription.unsubscribe()
    }),
  )
})

test('handle: the handler of a request must reply, that of a notification need not', (t) => {
  t.true(
    compiles(async () => {
      const registration: Registration = bus.handle('cart.*.price', ({ items }, { topic }) => {
        holds<[Equal<typeof items, number>, Equal<typeof topic, `cart.${string}.price`>]>()
        return { total: items }
      })
      bus.handle('cart.*.price', async ({ items }) => ({ total: items }), { priority: 1, capacity: 8 })
      bus.handle('cart.*.price', { handle: ({ items }) => ({ total: items }) })
      bus.handle('mail.*', ({ to }) => to.length)
      bus.handle('**', (payload) => ('items' in payload ? { total: payload.items } : undefined))

      class Pricing {
        readonly #price = 9
        handle({ items }: { items: number }) {
          return { total: items * this.#price }
        }
      }
      bus.handle('cart.*.price', new Pricing())

      // @ts-expect-error: it does not reply
      bus.handle('cart.*.price', () => {})
      // @ts-expect-error: a member of the reply has the wrong type
      bus.handle('cart.*.price', () => ({ total: '1' }))
      // @ts-expect-error: so has it when it is promised
      bus.handle('cart.*.price', async () => ({ total: '1' }))
      // @ts-expect-error: or given by an object
      bus.handle('cart.*.price', { handle: () => ({ total: '1' }) })
      // @ts-expect-error: only one of the branches replies
      bus.handle('cart.*.price', ({ items }) => (items > 1 ? { total: items } : undefined))
      // @ts-expect-error: the reply is none of those that are asked for
      bus.handle('**', () => ({ sum: 1 }))
      // @ts-expect-error: the contract has no such topic
      bus.handle('cart.price', () => ({ total: 1 }))
      await registration.unregister()
    }),
  )
})

test('handlers can be written apart from the bus', (t) => {
  t.true(
    compiles(() => {
      const price: Handler<{ items: number }, { total: number }> = (query, message) => ({
        total: query.items * message.attempt,
      })
      const log = (payload: unknown, message: Message) => [message.topic, payload]
      bus.handle('cart.*.price', price)
      bus.subscribe('**', log)

      // @ts-expect-error: it takes another payload
      bus.handle('mail.*', price)
    }),
  )
})

test('a bus closes with a report, also at the end of a block', (t) => {
  t.true(
    compiles(async () => {
      await using opened = bus.unref().ref()
      const report: CloseReport = await opened.close({ timeout: 1_000 })
      const named = report.abandoned.map(({ pattern, running, queued }) => `${pattern}: ${running + queued}`)

      // @ts-expect-error: a report is not to be written to
      report.drained = 0
      return named
    }),
  )
})

test('without a contract everything is allowed and of type any', (t) => {
  t.true(
    compiles(async () => {
      const free = bus as unknown as Bus
      free.publish(text, 1)
      free.publisher('a').publish({ b: [] })
      await free.send('a.b', undefined)
      const reply = await free.request(`a.${id}`, 'x')
      holds<[Equal<typeof reply, any>]>()
      free.subscribe('a.*', (payload, { topic }) =>
        holds<[Equal<typeof payload, any>, Equal<typeof topic, `a.${string}`>]>(),
      )
      free.handle(/./, (payload) => holds<[Equal<typeof payload, any>]>())
      free.handle('a', () => {})

      // @ts-expect-error: a topic is still a text
      free.publish(1, 1)
      // @ts-expect-error: and a handler something to call
      free.handle('a', 'b')
    }),
  )
})

test('a bus of one contract is not a bus of another, and each is one of any', (t) => {
  t.true(
    compiles(() => {
      const closeAll = (buses: Bus<any>[]) => Promise.all(buses.map((one) => one.close()))

      // @ts-expect-error: without a contract it would take payloads that it must not carry
      const plain: Bus = bus
      // @ts-expect-error: it carries requests that the other contract knows nothing of
      const mails: Bus<Pick<Shop, 'mail.*'>> = bus
      return closeAll([bus, plain, mails])
    }),
  )
})
