/** A contract that is a value, from a sender to a receiver: its schemas, and what its entries say of messages. */
import { type } from 'arktype'
import {
  BusError,
  type BusErrorCode,
  type DefinedContract,
  defineContract,
  event,
  notification,
  type OpenOptions,
  request,
  type SendOptions,
} from 'busbar'
import * as v from 'valibot'
import { z } from 'zod'
import type { StandardSchema } from '../../ts/src/contract/standard-schema.js'
import { collect } from '../support/collect.js'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onEachCore } from '../support/on-each-core.js'

/** A contract as an option of a bus on which anything may be sent, also what the compiler would refuse. */
function under(contract: DefinedContract<never>, options: OpenOptions = {}): OpenOptions {
  return {
    ...options,
    contract: contract as DefinedContract<unknown> as NonNullable<OpenOptions['contract']>,
  }
}

/** Texts that become numbers, in each library. */
const libraries: Record<string, StandardSchema> = {
  zod: z.object({ price: z.string().regex(/^\d+$/).transform(Number) }),
  valibot: v.object({ price: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)) }),
  arktype: type({ price: 'string.integer.parse' }),
}

const isNumber = (text: string): boolean => /^\d+$/.test(text)

/** One that takes its time, in each library that has such. */
const asynchronous: Record<string, StandardSchema> = {
  zod: z.object({
    price: z
      .string()
      .refine(async (price) => isNumber(price))
      .transform(Number),
  }),
  valibot: v.objectAsync({
    price: v.pipeAsync(
      v.string(),
      v.checkAsync(async (price) => isNumber(price)),
      v.transform(Number),
    ),
  }),
}

/** A contract that looks at all that is sent with one schema. */
function guarded(schema: StandardSchema): OpenOptions {
  return under(
    defineContract({
      'price.*': event({ schema }),
      mail: notification({ schema }),
      quote: request({ schema }),
    }) as DefinedContract<never>,
  )
}

const refusal = { instanceOf: BusError, code: 'ERR_BUS_INVALID_PAYLOAD' as BusErrorCode }

for (const [library, schema] of Object.entries(libraries)) {
  onEachCore(
    `contract: what a schema of ${library} says no to is sent to nobody, whatever the verb`,
    async (t, { bus, pass }) => {
      bus.subscribe('price.*', () => t.fail('it was refused'))
      bus.subscribe('price.*', () => t.fail('it was refused'), { guarantee: 'at-least-once' })
      bus.handle('mail', () => t.fail('it was refused'))
      bus.handle('quote', () => t.fail('it was refused'))
      const wrong = { price: 'x' }
      const error = t.throws(() => bus.publish('price.tea', wrong), refusal)
      t.is(error?.topic, 'price.tea')
      t.deepEqual(
        error?.issues?.map(({ path }) => path),
        [['price']],
      )
      t.throws(() => bus.publish('price.tea', wrong, { guarantee: 'exactly-once', id: 'x' }), refusal)
      t.throws(() => bus.publish('price.tea', wrong, { delay: 5 }), refusal)
      t.throws(() => bus.publish('price.tea', wrong, { retain: true }), refusal)
      t.throws(() => bus.publisher('price.tea').publish(wrong), refusal)
      await t.throwsAsync(bus.publisher('price.tea').deliver(wrong), refusal)
      await t.throwsAsync(bus.deliver('price.tea', wrong), refusal)
      await t.throwsAsync(bus.send('mail', wrong), refusal)
      await t.throwsAsync(bus.send('mail', wrong, { delay: 5 }), refusal)
      await t.throwsAsync(bus.request('quote', wrong), refusal)
      await pass(10)
      bus.subscribe('price.*', () => t.fail('it was not retained'), { replay: 'last' })
      await pass(0)
    },
    guarded(schema),
  )

  onEachCore(
    `contract: receivers get what a schema of ${library} makes of a payload, and the sender's stays as it is`,
    async (t, { bus, pass }) => {
      const got: unknown[] = []
      const receive = (payload: unknown): void => void got.push(payload)
      bus.subscribe('price.*', receive)
      bus.subscribe('price.*', receive, { guarantee: 'at-least-once' })
      bus.handle('mail', receive)
      bus.handle('quote', receive)
      const given = { price: '7' }
      bus.publish('price.tea', given)
      bus.publisher('price.tea').publish(given)
      await bus.deliver('price.tea', given)
      await bus.send('mail', given, { guarantee: 'at-least-once' })
      await bus.request('quote', given)
      await pass(0)
      t.deepEqual(got, Array(8).fill({ price: 7 }))
      t.deepEqual(given, { price: '7' })
    },
    guarded(schema),
  )

  onEachCore(
    `contract: a message for later is looked at by a schema of ${library} when it is given, and once`,
    async (t, { bus, pass }) => {
      const got: unknown[] = []
      bus.events.on('failure', ({ error }) => t.fail(String(error)))
      bus.subscribe('price.*', (payload) => void got.push(payload))
      bus.handle('mail', (payload) => void got.push(payload))
      bus.publish('price.tea', { price: '7' }, { delay: 5, retain: true })
      await bus.send('mail', { price: '8' }, { delay: 5 })
      await pass(5)
      t.deepEqual(got, [{ price: 7 }, { price: 8 }])
      bus.subscribe('price.*', (payload) => void got.push(payload), { replay: 'last' })
      await pass(0)
      t.deepEqual(got.at(-1), { price: 7 })
    },
    guarded(schema),
  )
}

for (const [library, schema] of Object.entries({ ...libraries, 'zod, asynchronous': asynchronous['zod'] })) {
  onEachCore(
    `contract: who asks gets what a schema of ${library} makes of the reply, or that it said no`,
    async (t, { bus }) => {
      const answers: unknown[] = [{ price: '7' }, { price: 'x' }, undefined]
      const handler = bus.handle('quote', () => answers.shift())
      t.deepEqual(await bus.request('quote', 0), { price: 7 })
      const error = await t.throwsAsync(bus.request('quote', 0), {
        ...refusal,
        message: /the reply of 'quote'/,
      })
      t.deepEqual(error?.issues?.map(({ path }) => path)[0], ['price'])
      await t.throwsAsync(bus.request('quote', 0), refusal)
      t.like(handler.stats(), { processed: 3, failed: 0 }, 'that is no failure of the handler')
    },
    under(defineContract({ quote: request({ reply: schema }) }) as DefinedContract<never>),
  )
}

for (const [library, schema] of Object.entries(asynchronous)) {
  onEachCore(
    `contract: publish() cannot wait for an asynchronous schema of ${library}, and says who can`,
    async (t, { bus, pass }) => {
      const got: unknown[] = []
      bus.subscribe('price.*', (payload) => void got.push(payload))
      bus.handle('mail', (payload) => void got.push(payload))
      bus.handle('quote', (payload) => void got.push(payload))
      const error = t.throws(() => bus.publish('price.tea', { price: '7' }), {
        instanceOf: BusError,
        code: 'ERR_BUS_INVALID_OPTION',
        message: /'price\.tea' is asynchronous.*use deliver\(\)/,
      })
      t.is(error?.topic, 'price.tea')
      // What it says no to must not be a rejection that nobody handles either.
      t.throws(() => bus.publish('price.tea', { price: 'x' }), { code: 'ERR_BUS_INVALID_OPTION' })
      await bus.deliver('price.tea', { price: '7' })
      await bus.send('mail', { price: '8' })
      await bus.request('quote', { price: '9' })
      t.deepEqual(got, [{ price: 7 }, { price: 8 }, { price: 9 }])
      await t.throwsAsync(bus.deliver('price.tea', { price: 'x' }), refusal)
      await t.throwsAsync(bus.send('mail', { price: 'x' }), refusal)
      await t.throwsAsync(bus.request('quote', { price: 'x' }), refusal)
      await pass(0)
      t.is(got.length, 3)
    },
    guarded(schema),
  )
}

onEachCore(
  'contract: of several keys the most specific counts, for its schema as for what it says',
  async (t, { bus, pass }) => {
    const got: unknown[] = []
    bus.subscribe('**', (payload, { topic, priority }) => void got.push([topic, payload, priority]))
    bus.publish('a.b', '1')
    bus.publish('a.c', 2)
    bus.publish('x.y', 'anything')
    t.throws(() => bus.publish('a.c', '2'), refusal)
    t.throws(() => bus.publish('a.b', 1), refusal)
    await pass(0)
    t.deepEqual(got, [
      ['a.b', '1', 'high'],
      ['a.c', 2, 'low'],
      ['x.y', 'anything', 'normal'],
    ])
  },
  under(
    defineContract({
      'a.*': event({ schema: z.number(), priority: 'low' }),
      'a.b': event({ schema: z.string(), priority: 'high' }),
    }) as DefinedContract<never>,
  ),
)

/** Each option says something else in the entry than the defaults of the bus. */
const spoken = under(
  defineContract({
    'jobs.*': notification({
      priority: 'high',
      guarantee: 'at-least-once',
      retry: { attempts: 2, initial: 10 },
      ackTimeout: 50,
      ttl: 100,
      timeout: 200,
    }),
    'state.*': event({ retain: true }),
    'alarm.*': event({ mandatory: true, guarantee: 'exactly-once' }),
  }) as DefinedContract<never>,
  {
    requestTimeout: 1_000,
    defaults: {
      priority: 'low',
      guarantee: 'at-most-once',
      retry: { attempts: 4, initial: 1_000, jitter: 0, backoff: 'fixed' },
      ackTimeout: 5_000,
      ttl: 60_000,
    },
  },
)

onEachCore(
  'contract: priority is that of the options, else of the entry, else of the bus',
  async (t, { bus }) => {
    const got: string[] = []
    bus.handle('**', (_payload, { priority }) => void got.push(priority))
    await bus.send('jobs.1', 0, { priority: 'critical' })
    await bus.send('jobs.1', 0)
    await bus.send('other', 0)
    t.deepEqual(got, ['critical', 'high', 'low'])
  },
  spoken,
)

onEachCore(
  'contract: guarantee is that of the options, else of the entry, else of the bus',
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const failing = (): never => {
      throw new Error('no')
    }
    const handler = bus.handle('**', failing)
    await bus.send('jobs.1', 0, { guarantee: 'at-most-once' })
    await bus.send('other', 0)
    t.like(handler.stats(), { failed: 2, retried: 0 })
    await bus.send('jobs.1', 0)
    t.like(handler.stats(), { failed: 2, retried: 1 })
    await pass(10)
    t.like(handler.stats(), { failed: 2, deadLettered: 1 })

    const got: unknown[] = []
    bus.subscribe('alarm.*', (_payload, { id }) => void got.push(id))
    bus.publish('alarm.fire', 1, { id: 'x' })
    bus.publish('alarm.fire', 1, { id: 'x' })
    bus.publish('alarm.fire', 1, { id: 'x', guarantee: 'at-most-once' })
    await pass(0)
    t.deepEqual(got, ['x', 'x'], 'the second was a duplicate, and the third was not asked to be none')
  },
  spoken,
)

onEachCore(
  "contract: retry is the receiver's, else the entry's, and what that leaves out is the bus's",
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const attempts: Record<string, number[]> = {}
    const handler =
      (who: string) =>
      (_payload: unknown, { attempt }: { attempt: number }): never => {
        attempts[who] = [...(attempts[who] ?? []), attempt]
        throw new Error(who)
      }
    bus.handle('jobs.own', handler('own'), { retry: { attempts: 3 } })
    bus.handle('jobs.entry', handler('entry'))
    bus.handle('other', handler('bus'))
    const guarantee = 'at-least-once'
    await bus.send('jobs.own', 0, { ttl: 60_000 })
    await bus.send('jobs.entry', 0, { ttl: 60_000 })
    await bus.send('other', 0, { guarantee })
    await pass(9)
    t.deepEqual(attempts, { own: [1], entry: [1], bus: [1] })
    await pass(1)
    t.deepEqual(attempts, { own: [1], entry: [1, 2], bus: [1] }, 'after the 10 ms of the entry')
    await pass(990)
    t.deepEqual(attempts, { own: [1, 2], entry: [1, 2], bus: [1, 2] })
    await pass(1_000)
    await pass(1_000)
    await pass(1_000)
    t.deepEqual(attempts, { own: [1, 2, 3], entry: [1, 2], bus: [1, 2, 3, 4] })
    t.deepEqual(
      (await collect(bus.deadLetters)).map(({ topic, attempts: count }) => [topic, count]),
      [
        ['jobs.entry', 2],
        ['jobs.own', 3],
        ['other', 4],
      ],
    )
  },
  spoken,
)

onEachCore(
  "contract: ackTimeout is the receiver's, else the entry's, else the bus's",
  async (t, { bus, pass }) => {
    bus.events.on('failure', () => {})
    const own = bus.handle('jobs.own', never, { ackTimeout: 70 })
    const entry = bus.handle('jobs.entry', never)
    const other = bus.handle('other', never)
    await bus.send('jobs.own', 0)
    await bus.send('jobs.entry', 0)
    await bus.send('other', 0, { guarantee: 'at-least-once' })
    const retried = (): number[] => [own, entry, other].map((one) => one.stats().retried)
    await pass(49)
    t.deepEqual(retried(), [0, 0, 0])
    await pass(1)
    t.deepEqual(retried(), [0, 1, 0])
    await pass(20)
    t.deepEqual(retried(), [1, 1, 0])
    await pass(4_930)
    t.is(other.stats().retried, 1)
  },
  spoken,
)

onEachCore(
  'contract: ttl is that of the options, else of the entry, else of the bus',
  async (t, { bus, pass }) => {
    const handler = bus.handle('**', () => {})
    const ends = async (topic: string, options: SendOptions, waitMs: number): Promise<string> => {
      const { expired } = handler.stats()
      handler.pause()
      await bus.send(topic, 0, { guarantee: 'at-most-once', ...options })
      await pass(waitMs)
      handler.resume()
      await pass(0)
      return handler.stats().expired === expired ? 'processed' : 'expired'
    }
    t.is(await ends('jobs.1', { ttl: 10 }, 9), 'processed')
    t.is(await ends('jobs.1', { ttl: 10 }, 10), 'expired')
    t.is(await ends('jobs.1', {}, 99), 'processed')
    t.is(await ends('jobs.1', {}, 100), 'expired')
    t.is(await ends('other', {}, 59_999), 'processed')
    t.is(await ends('other', {}, 60_000), 'expired')
  },
  spoken,
)

onEachCore(
  'contract: timeout is that of the options, else of the entry, else of the bus',
  async (t, { bus, pass }) => {
    bus.handle('**', never, { ackTimeout: 100_000 })
    const wait = 'processed'
    const ended: string[] = []
    const told = (name: string, pending: Promise<unknown>): void =>
      void pending.catch(({ code }: BusError) => ended.push(`${name} ${code}`))
    told('options', bus.send('jobs.1', 0, { wait, timeout: 100 }))
    told('entry', bus.send('jobs.1', 0, { wait }))
    told('bus', bus.send('other', 0, { wait }))
    await pass(100)
    t.deepEqual(ended, ['options ERR_BUS_TIMEOUT'])
    await pass(100)
    t.deepEqual(ended.slice(1), ['entry ERR_BUS_TIMEOUT'])
    await pass(799)
    t.is(ended.length, 2)
    await pass(1)
    t.deepEqual(ended.slice(2), ['bus ERR_BUS_TIMEOUT'])
  },
  spoken,
)

onEachCore(
  'contract: retain and mandatory are those of the options, else of the entry',
  async (t, { bus, pass }) => {
    bus.publish('state.door', 'open')
    bus.publisher('state.window').publish('shut')
    bus.publish('state.roof', 'leaks', { retain: false })
    bus.publish('other', 'nothing')
    await pass(0)
    const got: unknown[] = []
    bus.subscribe('**', (payload, { topic }) => void got.push([topic, payload]), { replay: 'last' })
    await pass(0)
    t.deepEqual(got, [
      ['state.door', 'open'],
      ['state.window', 'shut'],
    ])
  },
  spoken,
)

onEachCore(
  'contract: mandatory holds for publish(), deliver() and a publisher, and options overrule it',
  async (t, { bus }) => {
    const nobody = { instanceOf: BusError, code: 'ERR_BUS_NO_HANDLER' as BusErrorCode }
    t.throws(() => bus.publish('alarm.fire', 0), nobody)
    t.throws(() => bus.publisher('alarm.fire').publish(0), nobody)
    await t.throwsAsync(bus.deliver('alarm.fire', 0), nobody)
    t.is(bus.publish('alarm.fire', 0, { mandatory: false }), 0)
    t.like(await bus.deliver('alarm.fire', 0, { mandatory: false }), { matched: 0 })
  },
  spoken,
)

onEachCore(
  'contract: a bound publisher follows what the contract says, also after receivers came and went',
  async (t, { bus, pass }) => {
    const publisher = bus.publisher('alarm.fire')
    const gate = deferred()
    const subscription = bus.subscribe('alarm.*', () => gate.promise, { concurrency: 1 })
    t.is(publisher.publish(1), 1)
    await pass(0)
    t.like(subscription.stats(), { running: 1 })
    gate.resolve()
    await pass(0)
    await subscription.unsubscribe()
    t.throws(() => publisher.publish(2), { code: 'ERR_BUS_NO_HANDLER' })
  },
  spoken,
)
