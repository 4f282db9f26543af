import test from 'ava'
import { type Bus, type Message, open, type PublishOptions } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

type Envelope = Pick<Message, 'topic' | 'kind' | 'id' | 'timestamp' | 'sender' | 'attempt' | 'headers'>

/** Sends a message in each way there is, and returns what its receiver saw. */
const ways: Record<string, (bus: Bus, options?: PublishOptions) => Promise<Envelope>> = {
  event: (bus, options) =>
    new Promise((resolve) => {
      bus.subscribe('local', (_, message) => resolve(message))
      bus.publish('local', 0, options)
    }),
  notification: (bus, options) =>
    new Promise((resolve, reject) => {
      bus.handle('local', (_, message) => resolve(message))
      bus.send('local', 0, options).catch(reject)
    }),
  request: (bus, options) => {
    bus.handle('local', (_, message) => message)
    return bus.request('local', 0, options)
  },
  'event to another thread': async (bus, options) => {
    const seen = new Promise<Envelope>((resolve) => void bus.subscribe('event.seen', resolve))
    bus.publish('event', 0, options)
    return seen
  },
  'request to another thread': (bus, options) => bus.request('message', 0, options),
}

for (const [way, sent] of Object.entries(ways)) {
  test(
    `message: a ${way} carries what its sender said`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      const headers = { trace: 'x', 'with space': '\u00e9\ud83d\ude00', empty: '', constructor: 'y' }
      const before = Date.now()
      const message = await sent(bus, { id: 'mine-7', headers })
      t.is(message.id, 'mine-7')
      t.deepEqual(message.headers, headers)
      t.is<unknown, unknown>(message.kind, way.split(' ')[0])
      t.is(message.attempt, 1)
      t.true(message.timestamp >= before && message.timestamp <= Date.now(), `${message.timestamp}`)
    }),
  )

  test(
    `message: a ${way} has an id of its own, no headers, and the sender`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      const first = await sent(bus)
      const second: Envelope = await bus.request('message', 0)
      t.regex(first.id, /./)
      t.not(first.id, second.id)
      t.deepEqual(first.headers, {})
      t.is(first.sender, second.sender)
    }),
  )
}

test(
  'message: ids differ, whatever the kind and the thread',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const ids: string[] = []
    bus.subscribe('a', (_, { id }) => void ids.push(id))
    bus.handle('q', (_, { id }) => void ids.push(id))
    bus.subscribe('event.seen', (seen: Envelope, { id }) => void ids.push(seen.id, id))
    for (let index = 0; index < 50; index++) {
      bus.publish('a', 0)
      bus.publish('event', 0)
      await bus.send('q', 0)
      await bus.request('q', 0)
      ids.push((await bus.request('message', 0)).id)
    }
    t.is(ids.length, 300)
    t.is(new Set(ids).size, 300)
  }),
)

test('message: ids differ across the buses of a process, and when a bus is opened again', async (t) => {
  const ids: string[] = []
  for (const name of ['one', 'another', 'one']) {
    await using bus = open(`${t.title} (${name})`)
    bus.subscribe('a', (_, { id }) => void ids.push(id))
    bus.publish('a', 0)
  }
  t.is(new Set(ids).size, 3)
})

test(
  'message: its timestamp is that of the sending, however long it waits',
  onBus(async (t, { bus }) => {
    const gates = [deferred(), deferred()]
    const both = deferred()
    const stamps: number[] = []
    bus.subscribe(
      'a',
      (index: number, { timestamp }) => {
        stamps.push(timestamp)
        if (index === 1) both.resolve()
        return gates[index]?.promise
      },
      { concurrency: 1 },
    )
    for (const index of gates.keys()) bus.publish('a', index)
    const sentBy = Date.now()
    while (Date.now() === sentBy) await new Promise(setImmediate)
    for (const gate of gates) gate.resolve()
    await both.promise
    t.true((stamps[1] ?? Number.NaN) <= sentBy)
  }),
)

test(
  'message: a sender of another thread is another sender',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const seen = new Promise<{ own: number; others: number }>((resolve) => {
      bus.subscribe('event.seen', ({ sender: own }: Envelope, { sender: others }) => resolve({ own, others }))
    })
    bus.publish('event', 0)
    const { own, others } = await seen
    t.not(own, others)
  }),
)

for (const headers of [{ a: 1 }, { a: undefined }, ['a'], 'a', null]) {
  test(
    `message: ${JSON.stringify(headers)} are no headers`,
    onBus(async (t, { bus }) => {
      bus.subscribe('a', () => t.fail('it must not be delivered'))
      bus.handle('a', () => t.fail('it must not be delivered'))
      const options = { headers } as unknown as PublishOptions
      t.throws(() => bus.publish('a', 0, options), { code: 'ERR_BUS_INVALID_OPTION', message: /headers/ })
      t.is((await busError(t, bus.send('a', 0, options))).code, 'ERR_BUS_INVALID_OPTION')
      t.is((await busError(t, bus.request('a', 0, options))).code, 'ERR_BUS_INVALID_OPTION')
    }),
  )
}
