import { inspect } from 'node:util'
import test from 'ava'
import { BusError } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const LONGEST = 'x'.repeat(255)
const LONGEST_IN_BYTES = `${'\u00e9'.repeat(127)}x`

for (const topic of [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__proto__.constructor',
  LONGEST,
  LONGEST_IN_BYTES,
  'with space',
  'a/b:c',
  '\ud83d\ude00.\u00e9',
  '0',
  '-',
  'a[b]',
  '{a}',
  'NaN',
  'undefined',
]) {
  const shown = topic.length > 40 ? `${topic.slice(0, 3)}\u2026 (${Buffer.byteLength(topic)} bytes)` : topic
  test(
    `topics: ${shown} is a topic as any other, here and in another thread`,
    onBus(async (t, { bus, thread }) => {
      await thread('mirroring')
      const got: unknown[] = []
      bus.subscribe('**', (_, message) => {
        if (message.topic === topic) got.push(message.topic)
      })
      t.is(bus.publish(topic, 1), 2, 'this thread, and the other one')
      t.is(await bus.request('seen', 0), topic)
      t.is(bus.publisher(topic).publish(1), 2)
      t.deepEqual(got, [topic, topic])
      t.is((await busError(t, bus.request(topic, 0))).code, 'ERR_BUS_NO_HANDLER')
    }),
  )
}

test(
  'topics: __proto__ and constructor can be subscribed and handled by name',
  onBus(async (t, { bus }) => {
    for (const topic of ['__proto__', 'constructor', 'prototype']) {
      const subscription = bus.subscribe(topic, () => {})
      const registration = bus.handle(topic, () => topic)
      t.is(bus.publish(topic, 0), 1)
      t.is(await bus.request(topic, 0), topic)
      await subscription.unsubscribe()
      await registration.unregister()
      t.is(bus.publish(topic, 0), 0)
    }
  }),
)

function shown(topic: unknown): string {
  return (typeof topic === 'string' ? JSON.stringify(topic) : inspect(topic)).slice(0, 40)
}

for (const [topic, message] of [
  ['', /empty/],
  ['.', /empty token at byte 0/],
  ['a.', /empty token at byte 2/],
  ['.a', /empty token at byte 0/],
  ['a..b', /empty token at byte 2/],
  ['a.*', /wildcard/],
  ['a.**', /wildcard/],
  ['a?', /wildcard/],
  ['$id.1', /reserved for addresses/],
  ['$..', /reserved for addresses/],
  ['a\0b', /control character U\+0000/],
  ['a\nb', /control character U\+000A/],
  ['a\ud800', /lone surrogate/],
  ['\udc00.a', /lone surrogate/],
  [`${LONGEST}x`, /256 bytes/],
  ['\u00e9'.repeat(128), /256 bytes/],
  ['x'.repeat(1_000_000), /1000000 bytes/],
  [5, /must be a string, got 5 \(number\)/],
  [null, /must be a string, got null/],
  [undefined, /must be a string, got undefined/],
  [{ a: 1 }, /must be a string/],
  [['known'], /must be a string/],
  [Symbol('a'), /must be a string/],
  [{ toString: () => 'known' }, /must be a string/],
] as const) {
  test(
    `topics: ${shown(topic)} (${message.source}) is none: every verb says so`,
    onBus(async (t, { bus }) => {
      bus.subscribe('**', () => t.fail('it must not be delivered'))
      bus.handle('**', () => t.fail('it must not be delivered'))
      bus.publisher('known')
      const wrong = topic as string
      const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_TOPIC', message }
      t.throws(() => bus.publish(wrong, 0), refused)
      t.throws(() => bus.publisher(wrong), refused)
      // One handler may also be addressed by an object.
      const nowhere =
        typeof topic === 'string' ? refused : { instanceOf: BusError, code: 'ERR_BUS_INVALID_ADDRESS' }
      await t.throwsAsync(bus.send(wrong, 0), nowhere)
      await t.throwsAsync(bus.request(wrong, 0), nowhere)
    }),
  )
}

for (const [pattern, message] of [
  ['', /empty/],
  ['a..b', /empty token/],
  ['a.\0', /U\+0000/],
  ['x'.repeat(256), /255/],
  ['a[', /./],
  [/(?=a)b/, /./],
  [/(a)\1/, /./],
  [5, /must be a string or a RegExp, got 5 \(number\)/],
  [null, /must be a string or a RegExp, got null/],
  [{ source: 'a', flags: '' }, /must be a string or a RegExp/],
] as const) {
  test(
    `topics: ${String(pattern).slice(0, 20)} (${message.source}) is no pattern`,
    onBus((t, { bus }) => {
      const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_PATTERN', message }
      t.throws(() => bus.subscribe(pattern as string, () => {}), refused)
      t.throws(() => bus.handle(pattern as string, () => {}), refused)
    }),
  )
}

const SURROGATE = 'a\ud800'

for (const pattern of [SURROGATE, new RegExp(SURROGATE)]) {
  test(
    `topics: a lone surrogate in a ${typeof pattern} is no pattern`,
    onBus((t, { bus }) => {
      const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_PATTERN', message: /lone surrogate/ }
      t.throws(() => bus.subscribe(pattern, () => {}), refused)
    }),
  )
}

test(
  'topics: a change of case is a change of topic',
  onBus((t, { bus }) => {
    bus.subscribe('A', () => t.fail('it is another topic'))
    t.is(bus.publish('a', 0), 0)
  }),
)

test(
  'topics: two spellings of one character are two topics',
  onBus((t, { bus }) => {
    bus.subscribe('\u00e9', () => t.fail('it is another topic'))
    t.is(bus.publish('e\u0301', 0), 0)
  }),
)
