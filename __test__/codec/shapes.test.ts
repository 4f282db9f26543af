import { deepStrictEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import fc from 'fast-check'
import { decodeMsgpack, encodeMsgpack, msgpackModule, Shapes } from '../support/codec/inside.js'
import { anyText, anyValue, ownObject } from '../support/codec/values.js'
import { heapBytes } from '../support/heap.js'
import { seedOf } from '../support/seed.js'

/** So often a shape comes before it is compiled, and then some. */
const OFTEN = 20

/** What a value is when it has been read. */
function again(value: unknown): unknown {
  return decodeMsgpack(Buffer.from(encodeMsgpack(value)))
}

test('shapes: what comes often is written and read as what comes once, whatever comes in between', (t) => {
  const keys = fc.uniqueArray(
    fc.oneof(fc.constantFrom('id', 'sku', 'a longer key', '__proto__', ''), anyText),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  // Objects of the same keys, of which some lack one, and whose values are others each time.
  const message = fc.record({
    lacks: fc.nat(24),
    values: fc.array(anyValue, { minLength: 12, maxLength: 12 }),
  })
  fc.assert(
    fc.property(keys, fc.array(message, { minLength: 1, maxLength: 4 }), (names, messages) => {
      for (let round = 0; round < OFTEN; round++) {
        for (const { lacks, values } of messages) {
          const entries = names.map((name, index) => [name, values[index]] as const)
          const inner = ownObject(entries.filter((_, index) => index !== lacks))
          const value = round % 5 === 0 ? [inner, { inner }, inner] : inner
          deepStrictEqual(again(value), value)
        }
      }
    }),
    { numRuns: 150, seed: seedOf(t) },
  )
  t.pass()
})

test('shapes: what is written is the same before and after its shape is compiled', (t) => {
  for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 40, 63, 64]) {
    const key = 'k'.repeat(length)
    const value = {
      [key]: 'text',
      [`${key}2`]: { [key]: [1.5, 300, -1, null, true], ['ü'.repeat(length)]: -0 },
    }
    const first = Buffer.from(encodeMsgpack(value))
    for (let times = 0; times < OFTEN; times++) {
      deepStrictEqual(Buffer.from(encodeMsgpack(value)), first)
      deepStrictEqual(decodeMsgpack(first), value)
    }
  }
  t.pass()
})

test('shapes: bytes that end in the midst of what comes often are refused, and disturb nothing', (t) => {
  const value = {
    first: 1,
    second: 'two',
    third: { inner: [{ deep: 'three' }], fourth: -4.5 },
    end: 'the end',
  }
  const bytes = Buffer.from(encodeMsgpack(value))
  for (let times = 0; times < OFTEN; times++) deepStrictEqual(decodeMsgpack(bytes), value)
  for (let length = 0; length < bytes.length; length++) {
    // In memory of their own, and with what was expected behind their end.
    t.throws(() => decodeMsgpack(Uint8Array.from(bytes.subarray(0, length))), undefined, `${length} bytes`)
    t.throws(() => decodeMsgpack(bytes.subarray(0, length)), undefined, `${length} bytes in the midst`)
    deepStrictEqual(decodeMsgpack(bytes), value)
  }
})

test('shapes: a key other than expected costs no second look at what was read', (t) => {
  // Would each level be read twice, 60 of them took longer than the world is old.
  const nested = (depth: number, last: string): unknown =>
    depth === 0 ? last : { a: 1, inner: nested(depth - 1, last), [last]: 2 }
  for (let times = 0; times < OFTEN; times++) deepStrictEqual(again(nested(60, 'x')), nested(60, 'x'))
  for (const last of ['y', 'x', 'zz', 'y']) deepStrictEqual(again(nested(60, last)), nested(60, last))
  t.pass()
})

test('shapes: objects whose keys are objects, without end, are read once', (t) => {
  // Were each key read twice, this took longer than the world is old.
  let value: unknown = null
  for (let depth = 0; depth < 200; depth++) value = new Map([[value, null]])
  deepStrictEqual(decodeMsgpack(Buffer.concat([Buffer.alloc(200, 0x81), Buffer.alloc(201, 0xc0)])), value)
  t.pass()
})

// Alone: what others decode would take its place.
test.serial('shapes: what was read before bytes were refused is let go of', async (t) => {
  const weak: WeakRef<object>[] = []
  const bytes = Buffer.concat([Buffer.from([0x82, 0xa1, 0x61, 0xc4, 1, 7, 0xa1, 0x62, 0xc1])])
  const { from } = Buffer
  try {
    Buffer.from = ((...given: Parameters<typeof from>) => {
      const made = from(...given)
      // Others are the decoder's own.
      if (made.length === 1) weak.push(new WeakRef(made))
      return made
    }) as typeof from
    t.throws(() => decodeMsgpack(bytes))
  } finally {
    Buffer.from = from
  }
  t.is(weak.length, 1)
  again([])
  await heapBytes()
  t.true(weak.every((one) => one.deref() === undefined))
})

test('shapes: a getter is asked once for each message, and what it throws is thrown', (t) => {
  let asked = 0
  const value = {
    plain: 1,
    get own() {
      asked++
      if (asked > OFTEN) throw new Error('no more')
      return asked
    },
  }
  for (let times = 1; times <= OFTEN; times++) deepStrictEqual(again(value), { plain: 1, own: times })
  t.throws(() => encodeMsgpack(value), { message: 'no more' })
  t.deepEqual(again({ plain: 1, own: 2 }), { plain: 1, own: 2 })
})

test('shapes: an array that grows while it is written has the members that it had', (t) => {
  const value: unknown[] = []
  value.push(Object.defineProperty({}, 'more', { enumerable: true, get: () => value.push(1) }), 2)
  t.is((again(value) as unknown[]).length, 2)
})

test('shapes: what has other members each time it is looked at is written as one look has it', (t) => {
  for (let times = 0; times < OFTEN; times++) {
    let looks = 0
    const keys = (): string[] => (looks++ % 2 === 0 ? ['a'] : ['a', 'b'])
    const value = new Proxy(
      {},
      {
        ownKeys: keys,
        get: () => 1,
        getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: 1 }),
      },
    )
    const read = Object.keys(again(value) as object).join()
    t.true(read === 'a' || read === 'a,b', read)
  }
})

test('shapes: a key __proto__ is a property like any other, however often it comes', (t) => {
  const hostile: unknown = JSON.parse(
    '{ "__proto__": { "isAdmin": true }, "a": { "constructor": { "prototype": 1 } } }',
  )
  for (let times = 0; times < 100; times++) {
    const read = again(hostile) as object
    t.deepEqual(Object.keys(read), ['__proto__', 'a'])
    t.is(Object.getPrototypeOf(read), Object.prototype)
    t.false('isAdmin' in read)
    deepStrictEqual(read, hostile)
  }
  t.false('isAdmin' in {})
})

test('shapes: objects of one shape, of changing shapes, and dictionaries are read alike', (t) => {
  for (let index = 0; index < 3_000; index++) {
    const shape = index % 7
    const value = {
      same: index,
      [`only${index}`]: {
        [`k${shape}`]: [{ x: shape }, { x: -0.5 }],
        ...(shape > 3 && { [`m${shape}`]: 'more' }),
      },
      many: Object.fromEntries(Array.from({ length: shape * 20 }, (_, at) => [`${index}-${at}`, at])),
      ['long'.repeat(30)]: null,
    }
    deepStrictEqual(again(value), value)
  }
  t.pass()
})

test('shapes: objects that begin in two ways, or in many, are read alike in turn and inside of each other', (t) => {
  const kinds = [
    { id: 1, items: [{ sku: 'a' }, { sku: 'b' }] },
    { sku: 'c', id: 2 },
    { name: 'd' },
    { id: 3 },
  ]
  for (let round = 0; round < 50; round++) {
    for (const kind of kinds.slice(0, 2 + (round % 3))) t.deepEqual(again(kind), kind)
    // Whatever was expected, a key that comes twice is refused.
    t.throws(() => decodeMsgpack(Uint8Array.from([0x82, 0xa2, 0x69, 0x64, 1, 0xa2, 0x69, 0x64, 2])))
  }
})

test('shapes: no more keys are remembered than there is room for, and no long ones', (t) => {
  const shapes = new Shapes()
  const { root } = shapes
  t.is(shapes.place(root, 'long', Buffer.alloc(65)), undefined)
  for (let index = 0; index < 4_096; index++)
    t.truthy(shapes.place(root, `${index}`, Buffer.from(`${index}`)))
  t.is(shapes.root, root)
  t.truthy(shapes.place(root, 'one more', Buffer.from('x')))
  t.not(shapes.root, root, 'all are forgotten')
  t.is(shapes.root.following('1'), undefined)
})

test('shapes: where code may not be made from texts, objects are read nevertheless', async (t) => {
  const program = `
    const { encodeMsgpack, decodeMsgpack } = await import(${JSON.stringify(msgpackModule)})
    for (let index = 0; index < 100; index++) {
      const value = { index, name: 'x', inner: { ['__proto__']: 1, list: [{ a: 1 }, { a: 2 }] } }
      const read = decodeMsgpack(encodeMsgpack(value))
      if (JSON.stringify(read) !== JSON.stringify(value)) throw new Error(JSON.stringify(read))
    }
    try { new Function('') } catch { console.log('forbidden') }
  `
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program])
  t.is(stdout, 'forbidden\n')
})
