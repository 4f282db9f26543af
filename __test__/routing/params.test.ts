import test from 'ava'
import type { Message } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'

const ORDER = /^orders\.(?<id>\d+)\.(?<what>[^.]+)(?:\.(?<rest>.+))?$/

test(
  'params: the named groups of a regular expression, without those that took no part',
  onBus(async (t, { bus }) => {
    const got: Message['params'][] = []
    bus.subscribe(ORDER, (_, { params }) => void got.push(params))
    bus.handle(ORDER, (_, { params }) => params)
    bus.publish('orders.42.created', 0)
    bus.publish('orders.7.moved.to.é😀', 0)
    t.deepEqual(got, [
      { id: '42', what: 'created' },
      { id: '7', what: 'moved', rest: 'to.é😀' },
    ])
    t.deepEqual(await bus.request('orders.1.price', 0), { id: '1', what: 'price' })
  }),
)

test(
  'params: of each receiver are those of its own pattern',
  onBus((t, { bus }) => {
    const got: unknown[] = []
    const receive = (_: unknown, { params }: Message): void => void got.push(params)
    for (const pattern of [/^(?<a>.)/, /(?<b>.)$/, /^(.)/, 'x*', '**']) bus.subscribe(pattern, receive)
    bus.publish('xyz', 0)
    t.deepEqual(got, [{ a: 'x' }, { b: 'z' }, undefined, undefined, undefined])
  }),
)

test(
  'params: any name is an ordinary name',
  onBus((t, { bus }) => {
    let got: Message['params']
    bus.subscribe(/^(?<__proto__>.)(?<constructor>.)(?<toString>.)(?<é𝒜>.)/u, (_, { params }) => {
      got = params
    })
    bus.publish('abcd', 0)
    t.deepEqual(Object.entries(got ?? {}).sort(), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
      ['é𝒜', 'd'],
    ])
  }),
)

test(
  'params: look for the topic of the message, also for one that is sent to an address',
  onBus(async (t, { bus }) => {
    bus.handle(ORDER, (_, { topic, params }) => [topic, params], { name: 'clerk' })
    t.deepEqual(await bus.request({ name: 'clerk' }, 0), ['$name.clerk', {}])
  }),
)

test(
  'params: of messages from another thread',
  onBus(async (t, { bus, thread }) => {
    await thread('publishing')
    const got: unknown[] = []
    bus.subscribe(ORDER, (_, { params }) => void got.push(params))
    await bus.request('tell', { topic: 'orders.42.created', payload: 0 })
    t.deepEqual(got, [{ id: '42', what: 'created' }])
  }),
)

test(
  'params: are the same object however often they are asked for, and the message stays the same',
  onBus((t, { bus }) => {
    let message: Message | undefined
    bus.subscribe(ORDER, (_, given) => {
      message = given
    })
    const payload = {}
    bus.publish('orders.1.x', payload, { id: 'mine', headers: { a: 'b' } })
    t.is(message?.params, message?.params)
    t.like(message, { topic: 'orders.1.x', kind: 'event', id: 'mine', headers: { a: 'b' }, attempt: 1 })
    t.is(message?.payload, payload)
  }),
)

for (const [how, end] of [
  ['is unsubscribed', 'unsubscribe'],
  ['is closed with its bus', 'close'],
] as const) {
  test(
    `params: are there for a message that is being handled while its receiver ${how}`,
    onBus(async (t, { bus }) => {
      const gate = deferred()
      const got: Message['params'][] = []
      const subscription = bus.subscribe(ORDER, async (_, message) => {
        await gate.promise
        got.push(message.params)
      })
      bus.publish('orders.42.created', 0)
      const ended = end === 'close' ? bus.close() : subscription.unsubscribe()
      gate.resolve()
      await ended
      t.deepEqual(got, [{ id: '42', what: 'created' }])
    }),
  )
}

test(
  'params: are there for what a handler has to finish after another has taken over its name',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const got: Message['params'][] = []
    bus.handle(
      ORDER,
      async (_, message) => {
        await gate.promise
        got.push(message.params)
      },
      { name: 'clerk', concurrency: 1 },
    )
    const pending = [1, 2, 3].map((id) => bus.request(`orders.${id}.price`, 0))
    bus.handle('other', () => {}, { name: 'clerk', replace: true })
    gate.resolve()
    await Promise.all(pending)
    t.deepEqual(
      got.map((params) => params?.['id']),
      ['1', '2', '3'],
    )
  }),
)
