import { deepStrictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { bincode } from 'busbar'
import fc from 'fast-check'
import { meaning, type Record, record, type Tree, tree } from '../support/bincode/schema.js'
import { findRoot } from '../support/house/tree.js'
import { seedOf } from '../support/seed.js'
import { compiles, type Equal, holds } from '../types/assertions.js'

const file = join(findRoot(), '__test__', 'support', 'bincode', 'vectors.tsv')
const vectors = readFileSync(file, 'utf8').split('\n').slice(0, -1)

const LAYOUTS = ['standard', 'legacy'] as const

test('bincode: what Rust writes is read, and what is written is what Rust writes, in both layouts', (t) => {
  t.true(vectors.length > 150, `${vectors.length} vectors`)
  for (const line of vectors) {
    const [name = '', standard = '', legacy = '', json = ''] = line.split('\t')
    const [type, value] = meaning(name, json)
    for (const [layout, hex] of Object.entries({ standard, legacy } as const)) {
      const codec = bincode.codec('x', type, { layout: layout as bincode.Layout })
      t.is(Buffer.from(codec.encode(value)).toString('hex'), hex, `${name}, ${layout}`)
      deepStrictEqual(codec.decode(Buffer.from(hex, 'hex')), value, `${name}, ${layout}`)
    }
  }
})

const u128 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })
const anyRecord: fc.Arbitrary<Record> = fc.record(
  {
    id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    small: fc.integer({ min: 0, max: 0xffff }),
    delta: fc.integer(),
    wide: u128.map((value) => BigInt.asIntN(128, value)),
    ratio: fc.double(),
    name: fc.string({ unit: 'grapheme' }),
    tags: fc.array(fc.string({ unit: 'grapheme' })),
    color: fc.constantFrom('red', 'green', 'blue'),
    shape: fc.oneof(
      fc.float().map((value) => ({ kind: 'circle' as const, value })),
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
        .map(([width, height]) => ({ kind: 'rectangle' as const, value: { width, height } })),
      fc
        .tuple(fc.integer({ min: 0, max: 0xffff }), fc.string({ unit: 'grapheme' }))
        .map((value) => ({ kind: 'pair' as const, value })),
      fc.constant({ kind: 'nothing' as const }),
    ),
    parent: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
    counts: fc
      .array(fc.tuple(fc.integer({ min: -0x8000, max: 0x7fff }), fc.boolean()))
      .map((entries) => new Map(entries)),
    raw: fc.uint8Array(),
    grid: fc.array(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 2, maxLength: 2 }), {
      minLength: 2,
      maxLength: 2,
    }),
    letter: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  },
  { noNullPrototype: true },
)

for (const layout of LAYOUTS) {
  test(`bincode: any value of its type is the same when it is read (${layout})`, (t) => {
    const codec = bincode.codec('record', record, { layout })
    fc.assert(
      fc.property(anyRecord, (value) => deepStrictEqual(codec.decode(codec.encode(value)), value)),
      { numRuns: 1_000, seed: seedOf(t) },
    )
    t.pass()
  })
}

const { array, bool, bytes, char, enumeration, f64, fixedBytes, i8, i16, i32, map, option, set } = bincode
const { string, struct, tuple, u8, u16, u32, u64, u128: wide, unit, variants, vec } = bincode

/** Values that are none of a type, and the words that say where and why. */
const misfits: { [what: string]: [type: bincode.AnyType, value: unknown, message: string | RegExp] } = {
  'too large': [u8, 256, 'payload must be u8, an integer from 0 to 255, got 256'],
  'too small': [i8, -129, /an integer from -128 to 127, got -129$/],
  'a fraction': [u32, 1.5, /got 1.5$/],
  'minus zero': [i32, -0, /got "-0"$/],
  'a number for a BigInt': [u64, 1, 'payload must be u64, a BigInt from 0 to 18446744073709551615, got 1'],
  'a BigInt for a number': [i16, 1n, /got 1n$/],
  'a BigInt beyond its type': [wide, 2n ** 128n, /must be u128/],
  'a text for a boolean': [bool, 'true', 'payload must be true or false, got "true"'],
  'a text for a number': [f64, '1', 'payload must be a number, got "1"'],
  'a lone surrogate': [string, '\ud800', /a well-formed string/],
  'two characters': [char, 'ab', 'payload must be a string of one code point, got "ab"'],
  'no character': [char, '', /one code point/],
  'half a character': [char, '\ud83d', /one code point/],
  'an array for bytes': [bytes, [1], 'payload must be a Uint8Array, got Array'],
  'bytes of another length': [fixedBytes(2), new Uint8Array(3), /a Uint8Array of 2 bytes/],
  'a value for a unit': [unit, null, 'payload must be undefined, got null'],
  'an array of another length': [array(u8, 2), [1], /an array of 2 elements/],
  'a tuple of another length': [tuple(u8, u8), [1, 2, 3], /an array of 2 elements/],
  'an unknown variant': [variants({ a: u8, b: unit }), { kind: 'c' }, /'kind' is one of a, b, got "c"$/],
  'an unknown name': [enumeration('a', 'b'), 'toString', 'payload must be one of a, b, got "toString"'],
  'an object for a Map': [map(u8, u8), {}, 'payload must be a Map, got Object'],
  'an array for a Set': [set(u8), [], 'payload must be a Set, got Array'],
  'nothing for a struct': [struct({ a: u8 }), undefined, 'payload must be an object, got undefined'],
  'a missing field': [struct({ a: u8 }), {}, /payload\.a must be u8.*got undefined$/],
  'deep inside': [
    struct({ items: vec(struct({ size: option(tuple(u8, map(string, variants({ x: u16 })))) })) }),
    { items: [{ size: undefined }, { size: [1, new Map([['k', { kind: 'x', value: -1 }]])] }] },
    /^payload\.items\[1\]\.size\[1\]\.<value>\.value must be u16.*got -1$/,
  ],
}

for (const [what, [type, value, message]] of Object.entries(misfits)) {
  test(`bincode: ${what} is refused, with its place`, (t) => {
    t.throws(() => bincode.codec('x', type).encode(value), { instanceOf: TypeError, message })
  })
}

test('bincode: schemas that have no meaning are refused where they are made', (t) => {
  const expected = { code: 'ERR_BUS_INVALID_OPTION' }
  t.throws(() => option(option(u8)), expected)
  t.throws(() => option(unit), expected)
  t.throws(() => enumeration('a', 'a'), expected)
  t.throws(() => struct({ '1': u8 }), { ...expected, message: /no integer, and not __proto__, got "1"/ })
  t.throws(() => variants({ ['__proto__']: u8 }), expected)
  t.throws(() => bincode.codec('x', u8, { layout: 'big' as bincode.Layout }), expected)
})

test('bincode: null goes into an option as none; a Buffer goes in as bytes, and a Uint8Array comes out', (t) => {
  const codec = bincode.codec('x', struct({ a: option(u8), b: bytes }))
  const given = { a: null as unknown as undefined, b: Buffer.from([1]) }
  deepStrictEqual(codec.decode(codec.encode(given)), { a: undefined, b: Uint8Array.of(1) })
  t.pass()
})

test('bincode: names that objects are born with are names of fields', (t) => {
  const codec = bincode.codec('x', struct({ constructor: u8, toString: string, hasOwnProperty: bool }))
  const value = { constructor: 1, toString: 'x', hasOwnProperty: true }
  deepStrictEqual(codec.decode(codec.encode(value as never)), value)
  t.pass()
})

test('bincode: what holds itself may be nested 500 levels deep, and a circle is refused', (t) => {
  const codec = bincode.codec('tree', tree)
  const nested = (levels: number): Tree => {
    let value: Tree = { value: 0, children: [], first: undefined }
    for (let level = 0; level < levels; level++) value = { value: level, children: [value], first: undefined }
    return value
  }
  deepStrictEqual(codec.decode(codec.encode(nested(500))), nested(500))
  t.throws(() => codec.encode(nested(501)), { message: /more than 500 levels/ })
  const circle = nested(1)
  circle.first = circle
  t.throws(() => codec.encode(circle), { message: /more than 500 levels/ })
})

test('bincode: the types of values are inferred', (t) => {
  const order = bincode.codec('order', struct({ id: u64, note: option(string), at: tuple(u8, f64) }))
  t.true(
    holds<
      [
        Equal<bincode.Value<typeof order>, { id: bigint; note: string | undefined; at: [number, number] }>,
        Equal<bincode.Value<typeof tree>, Tree>,
        Equal<bincode.Value<typeof record>, Record>,
        Equal<
          bincode.Value<ReturnType<typeof shapes>>,
          { kind: 'a'; value: number } | { kind: 'b'; value?: undefined }
        >,
        Equal<bincode.Value<ReturnType<typeof colors>>, 'red' | 'green'>,
      ]
    >(),
  )
  t.true(
    compiles(() => {
      // @ts-expect-error: an integer of 64 bits is a BigInt
      order.encode({ id: 1, note: 'x', at: [1, 2] })
      // @ts-expect-error: the tuple has another length
      order.encode({ id: 1n, note: 'x', at: [1] })
    }),
  )
})

const shapes = () => variants({ a: u8, b: unit })
const colors = () => enumeration('red', 'green')
