import test from 'ava'
import { defineContract, event, notification, request, stream } from 'busbar'
import { z } from 'zod'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { contractEntries } = await inside<typeof import('../../ts/src/options/define-contract.js')>(
  'options/define-contract.js',
)
const { topicDefaults } = await inside<typeof import('../../ts/src/options/topic.js')>('options/topic.js')
const { busSettings } = await inside<typeof import('../../ts/src/options/open.js')>('options/open.js')

const schema = z.object({ items: z.number() })

test('contracts: keep what their entries say, and say what keys they have', (t) => {
  const contract = defineContract({
    'cart.viewed': event({ schema, retain: true, mandatory: true, ttl: 5, codec: 'json' }),
    'mail.*': notification({ guarantee: 'exactly-once', retry: { attempts: 2 }, ackTimeout: 6, timeout: 7 }),
    'cart.*.price': request({ schema, reply: schema, waitForHandler: 8, priority: 'high' }),
    'cart.*.lines': stream({ item: schema, prefetch: 9, idleTimeout: 10, waitForHandler: 11 }),
  })
  t.deepEqual(contract.keys, ['cart.viewed', 'mail.*', 'cart.*.price', 'cart.*.lines'])
  const nothing = {
    schema: undefined,
    reply: undefined,
    item: undefined,
    codec: undefined,
    priority: undefined,
    timeoutMs: undefined,
    guarantee: undefined,
    retry: undefined,
    ackTimeoutMs: undefined,
    ttlMs: undefined,
    retain: undefined,
    mandatory: undefined,
    waitForHandlerMs: undefined,
    prefetch: undefined,
    idleTimeoutMs: undefined,
  }
  const entries = contractEntries(contract)
  t.like(entries?.get('cart.viewed'), {
    kind: 'event',
    retain: true,
    mandatory: true,
    ttlMs: 5,
    codec: 'json',
  })
  t.is(entries?.get('cart.viewed')?.schema, schema)
  t.deepEqual(entries?.get('mail.*'), {
    ...nothing,
    kind: 'notification',
    guarantee: 'exactly-once',
    retry: { attempts: 2 },
    ackTimeoutMs: 6,
    timeoutMs: 7,
  })
  t.like(entries?.get('cart.*.price'), { kind: 'request', waitForHandlerMs: 8, priority: 'high' })
  t.is(entries?.get('cart.*.price')?.reply, schema)
  const lines = { kind: 'stream', prefetch: 9, idleTimeoutMs: 10, waitForHandlerMs: 11 } as const
  t.like(entries?.get('cart.*.lines'), lines)
  t.is(entries?.get('cart.*.lines')?.item, schema)
})

test('contracts: cannot be changed once they are made', (t) => {
  const retry = { attempts: 2 }
  const contract = defineContract({ a: notification({ retry }) })
  retry.attempts = 3
  const entry = contractEntries(contract)?.get('a')
  t.deepEqual(entry?.retry, { attempts: 2 })
  t.throws(() => Object.assign(contract, { keys: [] }), { instanceOf: TypeError })
  t.throws(() => Object.assign(entry ?? {}, { kind: 'event' }), { instanceOf: TypeError })
})

test('contracts: may be empty, and have keys that objects are born with', (t) => {
  t.deepEqual(defineContract({}).keys, [])
  const odd = defineContract({ constructor: event(), toString: event() })
  t.deepEqual(odd.keys, ['constructor', 'toString'])
})

for (const [what, define, parts] of [
  [
    'an unknown option',
    () => event({ retrain: true } as object),
    ["event() has no option 'retrain'", 'retain'],
  ],
  [
    'an option of another kind',
    () => notification({ retain: true } as object),
    ['notification() has no option'],
  ],
  [
    'a guarantee of a request',
    () => request({ guarantee: 'at-least-once' } as object),
    ['request() has no option'],
  ],
  ['a reply of an event', () => event({ reply: schema } as object), ["event() has no option 'reply'"]],
  ['no object', () => event(5 as never), ['the options of event()', '5 (number)']],
  [
    'no schema',
    () => event({ schema: {} } as never),
    ['schema', 'a Standard Schema (version 1)', 'zod, valibot'],
  ],
  ['no schema, but null', () => event({ schema: null } as never), ['schema', 'null']],
  ['a schema of version 2', () => event({ schema: { '~standard': { version: 2 } } } as never), ['schema']],
  [
    'no schema for replies',
    () => request({ reply: 5 } as never),
    ['reply', 'a Standard Schema', '5 (number)'],
  ],
  [
    'a codec that is no name',
    () => event({ codec: 5 } as never),
    ['codec', 'the name of a codec', '5 (number)'],
  ],
  ['a wrong priority', () => event({ priority: 5 } as never), ['priority', 'critical, high, normal, low']],
  ['a wrong guarantee', () => event({ guarantee: 5 } as never), ['guarantee', '5 (number)']],
  ['a wrong retry', () => request({ retry: { attempts: 0 } }), ['retry.attempts', '0 (number)']],
  ['a wrong timeout', () => request({ timeout: 0 }), ['timeout', 'an integer from 1', '0 (number)']],
  ['a wrong ttl', () => notification({ ttl: 0 }), ['ttl', '0 (number)']],
  ['a wrong ackTimeout', () => notification({ ackTimeout: 0 }), ['ackTimeout', '0 (number)']],
  ['a wrong waitForHandler', () => request({ waitForHandler: -1 }), ['waitForHandler', '-1 (number)']],
  ['a wrong retain', () => event({ retain: 1 } as never), ['retain', 'true or false', '1 (number)']],
  ['a wrong mandatory', () => event({ mandatory: 1 } as never), ['mandatory', '1 (number)']],
  ['no definitions', () => defineContract(null as never), ['the entries of a contract', 'an object', 'null']],
  [
    'a definition of its own making',
    () => defineContract({ 'a.b': { kind: 'event' } as never }),
    ["the entry 'a.b' of a contract", 'what event(), notification(), request() or stream() returned'],
  ],
] as const) {
  test(`contracts: ${what} is refused`, (t) => {
    refuses(t, define, parts)
  })
}

test('topics: what a sender leaves out is what the contract says, and then what the bus says', (t) => {
  const bus = busSettings({
    requestTimeout: 99,
    defaults: { priority: 'low', ttl: 98, guarantee: 'at-least-once', ackTimeout: 97, retry: { jitter: 0 } },
  })
  const contract = defineContract({
    nothing: event(),
    event: event({
      priority: 'high',
      ttl: 1,
      guarantee: 'at-most-once',
      retain: true,
      mandatory: true,
      timeout: 2,
    }),
    mail: notification({ retry: { attempts: 2 }, ackTimeout: 3 }),
    price: request({ priority: 'high', timeout: 4, retry: { attempts: 3 }, waitForHandler: 5 }),
  })
  const of = (key: string) => topicDefaults(bus, contractEntries(contract)?.get(key))

  for (const key of ['nothing', 'no key']) {
    const { publish, send, request: asked, retry, ackTimeoutMs } = of(key)
    t.like(publish, {
      priority: 'low',
      ttlMs: 98,
      guarantee: 'at-least-once',
      retain: false,
      mandatory: false,
    })
    t.like(send, { timeoutMs: 99, wait: 'accepted' })
    t.like(asked, { timeoutMs: 99, priority: 'low', retry: undefined, waitForHandlerMs: 0 })
    t.like(retry, { attempts: 5, jitter: 0 })
    t.is(ackTimeoutMs, 97)
  }
  const said = { priority: 'high', ttlMs: 1, guarantee: 'at-most-once' } as const
  t.like(of('event').publish, { ...said, retain: true, mandatory: true })
  t.like(of('event').deliver, { ...said, retain: true, timeoutMs: 2, wait: 'processed' })
  t.like(of('event').send, { ...said, timeoutMs: 2 })
  t.like(of('mail').retry, { attempts: 2, jitter: 0 })
  t.is(of('mail').ackTimeoutMs, 3)
  t.is(of('mail').request.retry, undefined)
  t.like(of('price').request, { priority: 'high', timeoutMs: 4, waitForHandlerMs: 5 })
  // Whoever asks again does so by the policy of requests; what a handler is given again is another matter.
  t.like(of('price').request.retry ?? {}, { attempts: 3, jitter: 0.2 })
  t.like(of('price').retry, { attempts: 5, jitter: 0 })
})
