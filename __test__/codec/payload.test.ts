import { deepStrictEqual } from 'node:assert/strict'
import { inspect } from 'node:util'
import test from 'ava'
import { BusError } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const MIB = 1_048_576

/** What travels to another thread and back as what it is. */
const travelling: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  'a boolean': false,
  'an integer': 42,
  'a fraction': 0.1,
  'the greatest safe integer': Number.MAX_SAFE_INTEGER,
  'a number beyond 32 bits': -(2 ** 40) - 1,
  NaN: Number.NaN,
  infinity: Number.NEGATIVE_INFINITY,
  'minus zero': -0,
  'minus zero inside': [{ value: -0 }],
  'a BigInt': 5n,
  'a BigInt of 64 bits': -(2n ** 63n),
  'a BigInt beyond 64 bits': 2n ** 200n + 1n,
  'an empty text': '',
  'a text': 'h\u00e9llo \ud83d\ude00 \0 \uffff',
  'a text with a lone surrogate': 'a\ud800b\udc00',
  'texts with lone surrogates inside': ['\ud800', { '\udc00': new Map([['a\ud800b', 1]]) }],
  'a text of one byte for each character': 'caf\u00e9 \u00ff',
  'a long text': '\u00e9'.repeat(100_000),
  'an object': { a: 1, b: { c: [1, 'x', null] }, 'with space': true, 1: 'one', '': 'empty' },
  'an object with a key __proto__': JSON.parse('{ "__proto__": { "isAdmin": true }, "a": 1 }'),
  'an object with keys that objects are born with': { constructor: 1, toString: 'x', hasOwnProperty: null },
  'undefined inside': { a: undefined, b: [undefined, null] },
  'an array': [1, [2, [3, []]], 'x'],
  'a Buffer': Buffer.from('buffer'),
  'an empty Buffer': Buffer.alloc(0),
  'a Uint8Array': new Uint8Array([1, 2, 255]),
  'a part of a Uint8Array': new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4),
  'an ArrayBuffer': new Uint8Array([1, 2, 3]).buffer,
  'an Int8Array': new Int8Array([-1, 1]),
  'a Uint8ClampedArray': new Uint8ClampedArray([255]),
  'an Int16Array': new Int16Array([-1]),
  'a Uint16Array': new Uint16Array([65_535]),
  'an Int32Array': new Int32Array([-1]),
  'a Uint32Array': new Uint32Array([2 ** 32 - 1]),
  'a Float32Array': new Float32Array([0.5]),
  'a BigUint64Array': new BigUint64Array([2n ** 64n - 1n]),
  'a part of a typed array': new Float64Array([1, 2, 3, 4]).subarray(1, 3),
  'a Float64Array': new Float64Array([0.1, -0, Number.NaN]),
  'a BigInt64Array': new BigInt64Array([-1n, 2n ** 62n]),
  'a DataView': new DataView(new Uint8Array([1, 2, 3, 4]).buffer),
  'typed arrays inside': {
    u8: new Uint8Array([1]),
    buffer: Buffer.from('x'),
    bytes: new Uint8Array([7]).buffer,
    i8: new Int8Array([-1]),
    clamped: new Uint8ClampedArray([255]),
    u16: new Uint16Array([65_535]),
    i32: new Int32Array([-1]),
    f32: new Float32Array([0.5]),
    list: [new Float64Array([Math.PI]), new BigUint64Array([2n ** 64n - 1n])],
  },
  'a Map': new Map<unknown, unknown>([
    ['a', 1],
    [2, 'b'],
    [{ key: true }, new Map([[null, undefined]])],
  ]),
  'a Set': new Set([1, 'a', new Set([null])]),
  'a Date': new Date(1_700_000_000_123),
  'a Date before the epoch': new Date(-1),
  'a Date that is none': new Date(Number.NaN),
  'a RegExp': /a+(?<name>b)/giu,
  'an Error inside': { error: new RangeError('boom') },
  'an object without a prototype': Object.assign(Object.create(null), { a: 1 }),
  'many objects of many shapes': Array.from({ length: 2_000 }, (_, index) => ({
    [`key${index}`]: index,
    shared: 'x',
  })),
  'nesting of 500 levels': nested(500),
}

function nested(levels: number): unknown {
  let value: unknown = 'the innermost'
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { value } : [value]
  return value
}

for (const [what, payload] of Object.entries(travelling)) {
  test(
    `payload: ${what} is the same in another thread, and when it comes back`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      const expected =
        payload !== null && typeof payload === 'object' && Object.getPrototypeOf(payload) === null
          ? { ...payload }
          : payload
      if (what !== 'an Error inside') {
        t.is(await bus.request('inspect', payload), inspect(expected, { depth: 10, sorted: true }))
      }
      t.deepEqual(await bus.request('echo', payload), expected)
    }),
  )
}

class Point {
  readonly #norm: number
  readonly x: number

  constructor(x: number) {
    this.#norm = Math.abs(x)
    this.x = x
  }

  get norm(): number {
    return this.#norm
  }
}

const shared = { a: 1 }
/** What a receiver in the same thread is given as it is, and one in another thread is not: see docs/payloads.md. */
const differing: Record<string, readonly [payload: unknown, arrived: unknown]> = {
  'an instance of a class': [new Point(-2), { x: -2 }],
  'what says itself what it is as data': [
    { url: new URL('https://example.org/') },
    { url: 'https://example.org/' },
  ],
  'an object without a prototype': [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  'a boxed primitive': [{ text: Object('a') }, { text: 'a' }],
  'what is hidden, or has a symbol': [
    Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 }),
    { a: 1 },
  ],
  'a getter': [Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }), { a: 1 }],
  'an array with a hole': [Object.assign(new Array<number>(3), { 0: 1, 2: 3 }), [1, undefined, 3]],
  'an array with a property': [Object.assign([1], { more: 2 }), [1]],
  'a RegExp on its way': [Object.assign(/a/g, { lastIndex: 2 }), /a/g],
  'a view of shared memory': [new Uint8Array(new SharedArrayBuffer(2)), new Uint8Array(2)],
  'an object that is referred to twice': [
    [shared, shared],
    [{ a: 1 }, { a: 1 }],
  ],
}

for (const [what, [payload, arrived]] of Object.entries(differing)) {
  test(
    `payload: ${what} is itself in this thread, and data in another`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      bus.handle('here', (given) => t.is(given, payload))
      await bus.request('here', payload)
      const echoed = await bus.request('echo', payload)
      deepStrictEqual(echoed, arrived)
      t.not(echoed, payload)
      if (Array.isArray(echoed)) t.true(echoed.length < 2 || echoed[0] !== echoed[1])
    }),
  )
}

test(
  'payload: what another thread gets is a copy, which it may keep and change',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    for (const bytes of [Buffer.from('aaaa'), new Uint8Array([1, 1, 1]), { inside: Buffer.from('aaaa') }]) {
      const before = structuredClone(bytes)
      const first = await bus.request('echo', bytes)
      const again = await bus.request('echo', bytes)
      t.deepEqual(first, again)
      if (first instanceof Uint8Array) first.fill(9)
      t.deepEqual(structuredClone(bytes), before)
      for (let index = 0; index < 100; index++) await bus.request('echo', Buffer.alloc(1_000, index))
      t.deepEqual(structuredClone(again), before, 'what was received is not overwritten by what comes later')
    }
  }),
)

test(
  'payload: what is changed after publish travels as it was',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const payload = { value: 'before' }
    const bytes = Buffer.from('before')
    const echoes = [bus.request('echo', payload), bus.request('echo', bytes)]
    payload.value = 'after'
    bytes.fill('x')
    t.deepEqual(await Promise.all(echoes), [{ value: 'before' }, Buffer.from('before')])
  }),
)

const circular: Record<string, unknown> = { name: 'x' }
circular['list'] = [{ circular }]
const throwing = {
  deep: {
    get value(): never {
      throw new RangeError('boom')
    },
  },
}
const { proxy, revoke } = Proxy.revocable({}, {})
revoke()

/** What cannot travel, and the words that say where it is. */
const refused: Record<string, [payload: unknown, where: RegExp]> = {
  'a function': [() => 1, /: payload is a function/],
  'a function inside': [{ a: [1, { run: () => 1 }] }, /: payload\.a\[1\]\.run is a function/],
  'a symbol': [Symbol('s'), /: payload is a symbol/],
  'a symbol inside': [[{ s: Symbol('s') }], /: payload\[0\]\.s is a symbol/],
  'a promise': [Promise.resolve(1), /: payload is a Promise/],
  'a promise inside': [{ later: Promise.resolve(1) }, /: payload\.later is a Promise/],
  'a WeakMap': [{ cache: new WeakMap() }, /: payload\.cache is a WeakMap/],
  'a WeakSet': [[new WeakSet()], /: payload\[0\] is a WeakSet/],
  'a WeakRef': [{ ref: new WeakRef({}) }, /: payload\.ref is a WeakRef/],
  'a generator': [[(function* (): Generator<number> {})()], /: payload\[0\] is a Generator/],
  'headers of a request': [{ headers: new Headers() }, /: payload\.headers is a Headers/],
  'what says of itself that it is a function': [
    [
      new (class {
        toJSON(): unknown {
          return { f: () => 1 }
        }
      })(),
    ],
    /: payload\[0\]\.toJSON\(\)\.f is a function/,
  ],
  'a SharedArrayBuffer': [{ shared: new SharedArrayBuffer(8) }, /: payload\.shared is a SharedArrayBuffer/],
  'a circle': [circular, /: payload\.list\[0\]\.circular refers to an object that contains it/],
  'a function in a Map': [new Map([['key', () => 1]]), /: payload\.get\(key\) is a function/],
  'a function in a Map, under a key that is no text': [
    new Map([[Object.create(null), () => 1]]),
    /: payload\.get\(.*\) is a function/,
  ],
  'a function in a Set': [new Set([() => 1]), /: payload\.<member> is a function/],
  'nesting without end': [nested(100_000), /nested more than 1,000 levels deep/],
  'a getter that throws': [throwing, /payload\.deep.*boom/],
  'a proxy that was revoked': [{ proxy }, /payload\.proxy.*revoked/],
}

for (const [what, [payload, where]] of Object.entries(refused)) {
  test(
    `payload: ${what} is refused for another thread, and nobody receives anything`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      bus.subscribe('event.seen', () => t.fail('the other thread received it'))
      const local = bus.subscribe('event', () => t.fail('this thread received it'))
      const publisher = bus.publisher('event')
      const expected = { instanceOf: BusError, code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE', message: where }
      const error = t.throws(() => bus.publish('event', payload), expected)
      t.like(error, { topic: 'event', retryable: false })
      t.true(error.message.length < 500, `a message of ${error.message.length} characters`)
      t.throws(() => publisher.publish(payload), expected)
      await t.throwsAsync(bus.send('echo', payload), expected)
      await t.throwsAsync(bus.request('echo', payload), expected)
      t.is(await bus.request('echo', 'works as before'), 'works as before')
      t.is(local.stats().accepted, 0)
    }),
  )
}

test(
  'payload: what cannot travel is no matter within a thread',
  onBus(async (t, { bus }) => {
    const got: unknown[] = []
    bus.subscribe('a', (payload) => void got.push(payload))
    bus.handle('a', (payload) => payload)
    const payloads = Object.values(refused)
      .map(([payload]) => payload)
      .filter((one) => !(one instanceof Promise))
    for (const payload of payloads) {
      bus.publish('a', payload)
      t.is(await bus.request('a', payload), payload)
    }
    t.true(got.every((payload, index) => payload === payloads[index]))
  }),
)

test(
  'payload: 1 MiB is as much as may travel, and one byte more is refused before anything is sent',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    for (const make of [
      (bytes: number) => Buffer.alloc(bytes, 7),
      (bytes: number) => new Uint8Array(bytes).fill(7),
      (bytes: number) => new Uint8Array(bytes).fill(7).buffer,
      (bytes: number) => 'x'.repeat(bytes),
      (bytes: number) => `\u00e9${'x'.repeat(bytes - 1)}`,
    ]) {
      t.deepEqual(await bus.request('echo', make(MIB)), make(MIB))
      const error = await busError(t, bus.request('echo', make(MIB + 1)))
      t.like(error, { code: 'ERR_BUS_MESSAGE_TOO_LARGE', topic: 'echo', retryable: false })
      t.regex(error.message, /1048577 bytes, more than maxMessageSize \(1048576\)/)
    }
    const local = bus.subscribe('event', () => t.fail('this thread received it'))
    bus.subscribe('event.seen', () => t.fail('the other thread received it'))
    const tooLarge = { instanceOf: BusError, code: 'ERR_BUS_MESSAGE_TOO_LARGE' }
    t.throws(() => bus.publish('event', Buffer.alloc(MIB + 1)), tooLarge)
    t.throws(() => bus.publish('event', { list: Array(MIB).fill(1) }), tooLarge)
    await t.throwsAsync(bus.send('echo', 'x'.repeat(MIB + 1)), tooLarge)
    t.is(await bus.request('echo', 1), 1)
    t.is(local.stats().accepted, 0)
  }),
)

test(
  'payload: of any size may be handed over within a thread',
  onBus((t, { bus }) => {
    const large = Buffer.alloc(MIB * 2)
    const subscription = bus.subscribe('a', (payload) => t.is(payload, large))
    bus.publish('a', large)
    t.is(subscription.stats().processed, 1)
  }),
)

test(
  'payload: many large ones follow one another whole',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const echoes = Array.from({ length: 12 }, (_, index) =>
      bus.request('echo', Buffer.alloc(MIB - index * 1_000, index)),
    )
    for (const [index, echo] of (await Promise.all(echoes)).entries()) {
      t.true(echo.equals(Buffer.alloc(MIB - index * 1_000, index)), `number ${index}`)
    }
  }),
)

test(
  'payload: a reply that cannot travel is an error of its request, and the handler has done its work',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    t.like(await busError(t, bus.request('unencodable', 0)), {
      code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE',
      topic: 'unencodable',
    })
    t.regex((await busError(t, bus.request('unencodable', 0))).message, /payload\.list\[1\] is a function/)
  }),
)

test(
  'payload: a reply may have 1 MiB, and with one byte more it is an error of its request',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    t.is((await bus.request('large', MIB)).length, MIB)
    t.like(await busError(t, bus.request('large', MIB + 1)), {
      code: 'ERR_BUS_MESSAGE_TOO_LARGE',
      topic: 'large',
    })
  }),
)
