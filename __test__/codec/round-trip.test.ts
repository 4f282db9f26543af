import { deepStrictEqual } from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { travelled } from '../support/codec/inside.js'
import { anyText, anyValue } from '../support/codec/values.js'
import { seedOf } from '../support/seed.js'

const bytes = fc.oneof(
  fc.uint8Array(),
  fc.uint8Array().map((one) => Buffer.from(one)),
  fc.uint8Array().map((one) => new Uint8Array([0, ...one, 0]).subarray(1, one.length + 1)),
  fc.uint8Array().map((one) => one.slice().buffer),
  fc.uint8Array().map((one) => new DataView(one.slice().buffer)),
  fc.int16Array(),
  fc.float64Array(),
  fc.bigUint64Array(),
  fc.uint8ClampedArray(),
)

for (const codec of ['msgpack', 'structured-clone']) {
  test(`${codec}: any value arrives as what it was, and keeps nothing of the memory that it came in`, (t) => {
    fc.assert(
      fc.property(anyValue, (value) => deepStrictEqual(travelled(value, codec), value)),
      { numRuns: 1_500, seed: seedOf(t) },
    )
    t.pass()
  })
}

test('json: what JSON has arrives as what it was; what it has not, as JSON makes it', (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const expected: unknown =
        value === null || typeof value !== 'string' ? JSON.parse(JSON.stringify(value)) : value
      deepStrictEqual(travelled(value, 'json'), expected)
    }),
    { numRuns: 1_500, seed: seedOf(t) },
  )
  const odd = {
    u: undefined,
    d: new Date(0),
    n: Number.NaN,
    m: new Map([[1, 2]]),
    z: -0,
    f: () => 1,
    s: '\ud800',
  }
  deepStrictEqual(travelled(odd, 'json'), {
    d: '1970-01-01T00:00:00.000Z',
    n: null,
    m: {},
    z: 0,
    s: '\ud800',
  })
  const proto = travelled(JSON.parse('{ "__proto__": { "a": 1 } }'), 'json') as object
  t.deepEqual(Object.keys(proto), ['__proto__'])
})

test('structured-clone: circles and what is referred to twice arrive as such', (t) => {
  const shared = { a: 1 }
  const circle: Record<string, unknown> = { one: shared, two: shared }
  circle['self'] = circle
  const read = travelled(circle, 'structured-clone') as typeof circle
  t.is(read['self'], read)
  t.is(read['one'], read['two'])
  t.deepEqual(read['one'], shared)
})

for (const codec of ['msgpack', 'json', 'structured-clone', 'bytes']) {
  test(`${codec}: bytes arrive as the kind of bytes that they were, in memory of their own`, (t) => {
    fc.assert(
      fc.property(bytes, (value) => deepStrictEqual(travelled(value, codec), value)),
      { numRuns: 500, seed: seedOf(t) },
    )
    t.is(travelled(undefined, codec), undefined)
  })
}

for (const codec of ['msgpack', 'json', 'structured-clone']) {
  test(`${codec}: any text arrives as it was`, (t) => {
    fc.assert(
      fc.property(anyText, (text) => travelled(text, codec) === text),
      { numRuns: 500, seed: seedOf(t) },
    )
    t.pass()
  })
}

test('bytes: Node.js of version 24 has another kind, which arrives as well', (t) => {
  const Float16Array = (globalThis as { Float16Array?: new (values: number[]) => ArrayBufferView })
    .Float16Array
  const value = Float16Array === undefined ? new Uint16Array([1, 2]) : new Float16Array([1.5, -0])
  deepStrictEqual(travelled(value, 'bytes'), value)
  deepStrictEqual(travelled({ value }, 'msgpack'), { value })
  t.pass()
})

test('bytes: a view of shared memory arrives as a copy of what it is now', (t) => {
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7)
  deepStrictEqual(travelled(shared, 'msgpack'), new Uint8Array(4).fill(7))
  deepStrictEqual(travelled({ shared }, 'msgpack'), { shared: new Uint8Array(4).fill(7) })
  t.pass()
})
