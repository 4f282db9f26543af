import { deepStrictEqual } from 'node:assert/strict'
import { createContext, runInContext } from 'node:vm'
import test from 'ava'
import { BusError } from 'busbar'
import fc from 'fast-check'
import { Packr, Unpackr } from 'msgpackr'
import { decodeMsgpack, encodeMsgpack } from '../support/codec/inside.js'
import { anyValue, plainValue } from '../support/codec/values.js'
import { SoldOut, SoldOutToday } from '../support/errors.js'
import { seedOf } from '../support/seed.js'

/** What a value is when it has been read. */
function again(value: unknown): unknown {
  return decodeMsgpack(Buffer.from(encodeMsgpack(value)))
}

test('msgpack: any value is the same when it is read, and has the same order', (t) => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const read = again(value)
      deepStrictEqual(read, value)
      deepStrictEqual(Buffer.from(encodeMsgpack(read)), Buffer.from(encodeMsgpack(value)))
    }),
    { numRuns: 3_000, seed: seedOf(t) },
  )
  t.pass()
})

test('msgpack: what it has of its own, another implementation reads and writes', (t) => {
  const other = { useRecords: false, mapsAsObjects: true, moreTypes: false } as const
  const packr = new Packr(other)
  const unpackr = new Unpackr(other)
  fc.assert(
    fc.property(plainValue, (value) => {
      deepStrictEqual(unpackr.unpack(Buffer.from(encodeMsgpack(value))), value)
      deepStrictEqual(decodeMsgpack(Buffer.from(packr.pack(value))), value)
    }),
    { numRuns: 2_000, seed: seedOf(t) },
  )
  t.pass()
})

test('msgpack: what others write in ways of their own is read', (t) => {
  const read = (...bytes: number[]): unknown => decodeMsgpack(Uint8Array.from(bytes))
  t.is(read(0xca, 0x3f, 0xc0, 0, 0), 1.5, 'a number of 32 bits')
  t.is(read(0xcf, 0, 0, 0, 0, 0, 0, 0, 5), 5n, 'an integer of 64 bits is a BigInt')
  t.deepEqual(
    read(0x82, 0x01, 0xa1, 0x61, 0xa1, 0x62, 0x02),
    new Map<unknown, unknown>([
      [1, 'a'],
      ['b', 2],
    ]),
  )
  t.deepEqual(
    read(0x82, 0xa1, 0x62, 0x02, 0x01, 0x03),
    new Map<unknown, unknown>([
      ['b', 2],
      [1, 3],
    ]),
  )
  t.deepEqual(read(0xd6, 0xff, 0, 0, 0, 1), new Date(1_000), 'a date of 32 bits')
  const nanoseconds = [0xd7, 0xff, 0xee, 0x6b, 0x27, 0xfc, 0, 0, 0, 0]
  t.deepEqual(read(...nanoseconds), new Date(999), 'a date is as exact as a Date is')
})

test('msgpack: minus zero, lone surrogates and undefined survive wherever they are', (t) => {
  const value = {
    a: [-0, 0],
    'k\ud800': 'x\udc00y',
    list: [undefined],
    u: undefined,
    m: new Map([['\ud800', -0]]),
  }
  const read = again(value) as typeof value
  deepStrictEqual(read, value)
  t.true(Object.is(read.a[0], -0) && 'u' in read)
})

test('msgpack: values of another realm are what they are in ours', (t) => {
  const context = createContext({})
  const foreign = runInContext(
    `({ map: new Map([['a', [1]]]), set: new Set([{ b: 2 }]), date: new Date(5), regexp: /x/g, error: new RangeError('r'),
       floats: new Float32Array([0.5]), bytes: new Uint8Array([1]).buffer, nothing: Object.create(null) })`,
    context,
  ) as Record<string, unknown>
  const { error, ...rest } = again(foreign) as { error: unknown }
  deepStrictEqual(rest, {
    map: new Map([['a', [1]]]),
    set: new Set([{ b: 2 }]),
    date: new Date(5),
    regexp: /x/g,
    floats: new Float32Array([0.5]),
    bytes: new Uint8Array([1]).buffer,
    nothing: {},
  })
  t.true(error instanceof RangeError && error.message === 'r')
})

test('msgpack: an instance of a class is a plain object, or what it says itself', (t) => {
  class Point {
    x = 1
    readonly #hidden = 2
    get sum(): number {
      return this.x + this.#hidden
    }
  }
  function Old(this: { own: number }): void {
    this.own = 1
  }
  Old.prototype.inherited = 2
  deepStrictEqual(again([new Point(), Reflect.construct(Old, [])]), [{ x: 1 }, { own: 1 }])
  t.is(again(new URL('http://a.b/c')), 'http://a.b/c')
  deepStrictEqual(again([Object(1), Object('x'), Object(2n), Object(false)]), [1, 'x', 2n, false])
  const holed = [1, 2, 3]
  delete holed[1]
  deepStrictEqual(again(holed), [1, undefined, 3])
})

test('msgpack: an error keeps class, name, message, stack, causes, own properties and its errors', (t) => {
  const inner = Object.assign(new TypeError('inner', { cause: 'text' }), {
    code: 'E_INNER',
    details: new Map([[1, 2n]]),
  })
  const [read] = again([new RangeError('outer', { cause: inner })]) as [RangeError]
  t.true(read instanceof RangeError)
  t.regex(read.stack ?? '', /^RangeError: outer\n.*msgpack\.test/s)
  t.deepEqual(Object.keys(read), [])
  const cause = read.cause as typeof inner
  t.true(cause instanceof TypeError)
  t.like(cause, { name: 'TypeError', message: 'inner', code: 'E_INNER', cause: 'text' })
  deepStrictEqual(cause.details, new Map([[1, 2n]]))

  const several = again(new AggregateError([new Error('one'), 2], 'both')) as AggregateError
  t.true(several instanceof AggregateError)
  t.deepEqual([several.message, several.errors[0].message, several.errors[1]], ['both', 'one', 2])

  const named = Object.assign(new Error('m'), { name: 'Mine' })
  Object.defineProperty(named, '__proto__', { value: { name: 'theirs' }, enumerable: true })
  const readNamed = again(named) as Error
  t.true(readNamed instanceof Error && Object.hasOwn(readNamed, '__proto__'))
  t.like(readNamed, { name: 'Mine', message: 'm' })

  const ofBus = new BusError('ERR_BUS_TIMEOUT', 'late', { topic: 'a', endpoint: 3, cause: 1 })
  const late = again({ ofBus }) as { ofBus: BusError }
  t.true(late.ofBus instanceof BusError)
  t.like(late.ofBus, {
    code: 'ERR_BUS_TIMEOUT',
    topic: 'a',
    endpoint: 3,
    cause: 1,
    retryable: true,
    message: 'late',
  })
  const issues = [{ message: 'no', path: ['a', 0] }]
  t.deepEqual((again(new BusError('ERR_BUS_INVALID_PAYLOAD', 'm', { issues })) as BusError).issues, issues)
})

test('msgpack: an error of a class that is registered is one of it, without its constructor', (t) => {
  const { made } = SoldOut
  const error = new SoldOutToday('tea')
  const read = again({ error }) as { error: SoldOut }
  t.is(SoldOut.made, made + 1)
  t.true(read.error instanceof SoldOut && read.error.concerns('tea'))
  t.is(read.error.name, 'SoldOutToday')
  t.deepEqual(Object.keys(read.error), ['item', 'name'].slice(0, 1))
})

test('msgpack: an error that leads to itself, or has what cannot travel, comes without that', (t) => {
  const error = Object.assign(new Error('odd'), { run: () => 1, kept: [1], self: {} })
  error.self = { error }
  error.cause = error
  Object.defineProperty(error, 'boom', {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })
  const read = again({ error }) as { error: Error }
  t.deepEqual(Object.keys(read.error), ['kept'])
  t.is(read.error.cause, 'Error: odd')

  let chain = new Error('0')
  for (let depth = 1; depth < 100; depth++) chain = new Error(`${depth}`, { cause: chain })
  let depth = 0
  for (let at: unknown = again(chain); at instanceof Error; at = at.cause) depth++
  t.true(depth > 4 && depth < 20, `${depth} causes of 100`)
})

test('msgpack: nesting of 1,000 levels is written and read, one more is refused', (t) => {
  const nested = (levels: number): unknown => {
    let value: unknown = 1
    for (let level = 0; level < levels; level++)
      value = [{ a: value }, [value], new Map([[1, value]])][level % 3 === 2 ? 1 : 0]
    return value
  }
  deepStrictEqual(again(nested(1_000)), nested(1_000))
  t.throws(() => encodeMsgpack(nested(1_001)), { message: /more than 1,000 levels/ })
  t.is(again('as before'), 'as before')
})

test('msgpack: a getter that encodes something while its object is encoded spoils neither', (t) => {
  const inner = { deep: [1, 2, 3] }
  const seen: unknown[] = []
  const outer = {
    before: 'b',
    get during() {
      seen.push(again(inner))
      t.throws(() => encodeMsgpack(() => 1))
      return 'd'
    },
    after: inner,
  }
  deepStrictEqual(again(outer), { before: 'b', during: 'd', after: inner })
  deepStrictEqual(seen, [inner])
})

test('msgpack: a large value leaves no large memory behind in what is written next', (t) => {
  t.is((again({ large: Buffer.alloc(3 << 20, 1) }) as { large: Buffer }).large.length, 3 << 20)
  const small = encodeMsgpack({ small: 1 })
  t.true(small.buffer.byteLength <= 1 << 20, `${small.buffer.byteLength} bytes`)
})
