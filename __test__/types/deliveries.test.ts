import test from 'ava'
import {
  type Bus,
  BusError,
  type DeadLetter,
  DeliveryError,
  type Guarantee,
  type Interceptor,
  type Message,
  type OpenOptions,
  type Receipt,
  type RequestError,
} from 'busbar'
import { compiles, type Equal, holds } from './assertions.js'

type Shop = {
  'cart.*.price': { payload: { items: number }; reply: { total: number } }
  'cart.viewed': { payload: { user: string } }
  'mail.*': { payload: { to: string } }
}

declare const bus: Bus<Shop>
/** A payload that suits every topic, so that it can only be the topic that is refused. */
declare const fitting: never
declare const signal: AbortSignal

test('deliver: takes the topics of events and resolves to a receipt', (t) => {
  t.true(
    compiles(async () => {
      const receipt: Receipt = await bus.deliver(
        'cart.viewed',
        { user: 'ada' },
        { wait: 'accepted', failOn: 'any' },
      )
      const bound = await bus.publisher('mail.welcome').deliver({ to: 'ada' }, { signal, retain: true })
      const same: [Equal<typeof bound, Receipt>] = [true]

      // @ts-expect-error: it is a request
      await bus.deliver('cart.1.price', fitting)
      // @ts-expect-error: a member has the wrong type
      await bus.deliver('cart.viewed', { user: 1 })
      // @ts-expect-error: there is no such outcome
      await bus.deliver('cart.viewed', { user: 'ada' }, { failOn: 'expired' })
      // @ts-expect-error: nobody but the subscribers of the topic gets it
      await bus.deliver('cart.viewed', { user: 'ada' }, { notify: 'jobs.42' })
      return [receipt.deadLettered, same]
    }),
  )
})

test('senders: each verb takes its options, and no others', (t) => {
  t.true(
    compiles(async () => {
      bus.publish('cart.viewed', { user: 'ada' }, { key: 'k', priority: 'critical', ttl: 5, at: new Date() })
      await bus.send(
        'mail.welcome',
        { to: 'ada' },
        { notify: 'jobs.42', balance: 'hash', key: 'k', delay: 5 },
      )
      await bus.request('cart.1.price', { items: 1 }, { signal, retry: { attempts: 2 }, waitForHandler: 5 })

      // @ts-expect-error: publish() waits for nothing
      bus.publish('cart.viewed', { user: 'ada' }, { wait: 'accepted' })
      // @ts-expect-error: there is nobody to retain it for
      await bus.send('mail.welcome', { to: 'ada' }, { retain: true })
      // @ts-expect-error: a request is answered or not
      await bus.request('cart.1.price', { items: 1 }, { guarantee: 'at-least-once' })
      // @ts-expect-error: a request goes at once
      await bus.request('cart.1.price', { items: 1 }, { delay: 5 })
    }),
  )
})

test('requestMany: gives the replies of a request, or what went wrong', (t) => {
  t.true(
    compiles(async () => {
      for await (const reply of bus.requestMany('cart.1.price', { items: 1 }, { max: 2, signal })) {
        const { value, error } = reply
        holds<[Equal<typeof value, { total: number } | undefined>, Equal<typeof error, Error | undefined>]>()
        if (reply.error === undefined) holds<[Equal<typeof reply.value, { total: number }>]>()
        else holds<[Equal<typeof reply.value, undefined>]>()
      }

      // @ts-expect-error: it is an event
      bus.requestMany('cart.viewed', fitting)
    }),
  )
})

test('errors: the cause of a failed request is what the contract says that its handlers throw', (t) => {
  type Bank = {
    'account.*.draw': { payload: number; reply: number; error: RangeError | SyntaxError }
    'account.*.see': { payload: number; reply: number }
    'account.{opened,closed}': { payload: number }
  }
  t.true(
    compiles(() => {
      const error = {} as RequestError<'account.7.draw', Bank>
      if (error.code === 'ERR_BUS_HANDLER_FAILED')
        holds<[Equal<typeof error.cause, RangeError | SyntaxError>]>()
      else holds<[Equal<typeof error.cause, unknown>]>()
      const unsaid = {} as RequestError<'account.7.see', Bank>
      if (unsaid.code === 'ERR_BUS_HANDLER_FAILED') holds<[Equal<typeof unsaid.cause, unknown>]>()
      const open = {} as RequestError<'any.thing'>
      if (open.code === 'ERR_BUS_HANDLER_FAILED') holds<[Equal<typeof open.cause, unknown>]>()
    }),
  )
})

test('messages: gives the messages of its pattern', (t) => {
  t.true(
    compiles(async () => {
      for await (const message of bus.messages('mail.*', { signal, capacity: 5, replay: 'last' })) {
        holds<[Equal<typeof message, Message<{ to: string }, `mail.${string}`>>]>()
      }

      // @ts-expect-error: only requests have such topics
      bus.messages('cart.*.price')
      // @ts-expect-error: there is no handler to gather them for
      bus.messages('mail.*', { batch: {} })
    }),
  )
})

test('subscribe: with a batch the handler is given arrays', (t) => {
  t.true(
    compiles(() => {
      bus.subscribe(
        'mail.*',
        (payloads, messages) => {
          holds<
            [
              Equal<typeof payloads, readonly { to: string }[]>,
              Equal<typeof messages, readonly Message<{ to: string }, `mail.${string}`>[]>,
            ]
          >()
        },
        { batch: { size: 5 }, concurrency: 1 },
      )
      bus.subscribe('mail.*', { handle: (payloads) => payloads.length }, { batch: {} })
      bus.subscribe('mail.*', ({ to }) => to, { batch: undefined, once: true })
      bus.subscribe('mail.*', ({ to }) => to, { replay: 'last', overflow: 'latest' })

      // @ts-expect-error: it is given arrays
      bus.subscribe('mail.*', ({ to }) => to, { batch: {} })
      // @ts-expect-error: a request is answered by itself
      bus.handle('cart.*.price', ({ items }) => ({ total: items }), { batch: {} })
    }),
  )
})

test('orderBy: is given the payload and the message of its pattern', (t) => {
  t.true(
    compiles(() => {
      bus.subscribe('mail.*', () => {}, {
        orderBy: (payload, message) => {
          holds<[Equal<typeof payload, { to: string }>, Equal<typeof message.topic, `mail.${string}`>]>()
          return payload.to
        },
      })
      bus.handle('cart.*.price', ({ items }) => ({ total: items }), {
        orderBy: ({ items }) => (items > 1 ? String(items) : undefined),
      })
      bus.subscribe('mail.*', (payloads) => payloads.length, { batch: {}, orderBy: ({ to }) => to })

      // @ts-expect-error: a key is a text
      bus.subscribe('mail.*', () => {}, { orderBy: ({ to }) => to.length })
      // @ts-expect-error: the payload has no such member
      bus.subscribe('mail.*', () => {}, { orderBy: ({ from }) => from })
    }),
  )
})

test('messages can be settled by hand', (t) => {
  t.true(
    compiles(() => {
      bus.subscribe('cart.viewed', (_, message) => {
        message.ack()
        message.nak()
        message.nak({ delay: 5 })
        message.term('no')
        message.extend(5)
        const { signal, idempotencyKey, key, correlationId, priority } = message
        const told: [AbortSignal, ...(string | undefined)[]] = [
          signal,
          idempotencyKey,
          key,
          correlationId,
          priority,
        ]

        // @ts-expect-error: by how much must be said
        message.extend()
        return told
      })
    }),
  )
})

test('dead letters can be listed, looked up, replayed and purged', (t) => {
  t.true(
    compiles(async () => {
      const { deadLetters } = bus
      for await (const letter of deadLetters) holds<[Equal<typeof letter, DeadLetter>]>()
      const letter = await deadLetters.get(7)
      const numbers: number[] = [
        await deadLetters.replay(),
        await deadLetters.replay(letter?.number),
        await deadLetters.purge({ topic: /a/, reason: 'terminated', before: new Date() }),
        deadLetters.count,
      ]

      // @ts-expect-error: a number is no text
      await deadLetters.get('7')
      // @ts-expect-error: there is no such reason
      await deadLetters.purge({ reason: 'failed' })
      return numbers
    }),
  )
})

test('interceptors may replace what is sent, and wrap what is received', (t) => {
  t.true(
    compiles(() => {
      const interceptor: Interceptor = {
        send: ({ headers, payload }) => ({ payload, headers: { ...headers, a: 'b' } }),
        receive: async ({ attempt }, next) => (attempt > 1 ? undefined : next()),
      }
      bus.use(interceptor)[Symbol.dispose]()
      bus.use({ send: () => undefined })

      // @ts-expect-error: a topic is not replaced
      bus.use({ send: () => ({ topic: 'a' }) })
      // @ts-expect-error: the sender waits
      bus.use({ send: async ({ payload }) => ({ payload }) })
    }),
  )
})

test('the events of a bus say what they carry', (t) => {
  t.true(
    compiles(() => {
      bus.events.on(
        'watermark',
        ({ level, queued }) => holds<[Equal<typeof level, 'high' | 'low'>]>() && queued,
      )
      bus.events.on('overflow', ({ endpoint, policy }) => [endpoint, policy])
      bus.events.on('unrouted', ({ topic, count }) => [topic, count])
      bus.events.on('deadLetter', ({ reason, attempts }) => [reason, attempts])

      // @ts-expect-error: nothing is known of that when it happens
      bus.events.on('deadLetter', ({ number }) => number)
    }),
  )
})

test('endpoints can be paused', (t) => {
  t.true(
    compiles(async () => {
      const subscription = bus.subscribe('cart.viewed', () => {})
      subscription.pause()
      subscription.resume()
      const { deadLettered, retried, postponed } = subscription.stats()
      await bus.idle()
      return [subscription.isPaused, deadLettered + retried + postponed]
    }),
  )
})

test('a delivery that failed has a receipt', (t) => {
  t.true(
    compiles(() => {
      const error: unknown = new Error()
      if (error instanceof DeliveryError) {
        holds<[Equal<typeof error.receipt, Receipt>, Equal<typeof error.code, 'ERR_BUS_DELIVERY_FAILED'>]>()
      }
      return error instanceof BusError && error.issues?.map(({ path }) => path)
    }),
  )
})

test('the defaults of a bus are those of its senders and receivers', (t) => {
  t.true(
    compiles(() => {
      const guarantee: Guarantee = 'exactly-once'
      const options: OpenOptions = { defaults: { guarantee, overflow: 'wait', retry: { attempts: 1 } } }

      // @ts-expect-error: a receiver has no such option
      const wrong: OpenOptions = { defaults: { guarantees: guarantee } }
      return [options, wrong]
    }),
  )
})
