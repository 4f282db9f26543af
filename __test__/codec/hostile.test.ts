import test, { type ExecutionContext } from 'ava'
import { type AnyCodec, BusError, bincode } from 'busbar'
import fc from 'fast-check'
import { Codecs, decodePayload, encodePayload, numbers, stretchOf } from '../support/codec/inside.js'
import { anyValue } from '../support/codec/values.js'
import { below, mulberry32, pick, type Random, seeded } from '../support/seed.js'

/** How much of the processor one payload may take to be read or refused; a thousand times what it takes. */
const LIMIT_MS = 3_000
const RUNS = 110_000

/** What this process has had of the processor: how busy the machine is with others does not count. */
function spentMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const record = bincode.struct({
  id: bincode.u64,
  delta: bincode.i128,
  name: bincode.string,
  letter: bincode.char,
  parts: bincode.vec(bincode.option(bincode.tuple(bincode.bool, bincode.f32))),
  units: bincode.vec(bincode.unit),
  shape: bincode.variants({ circle: bincode.f64, nothing: bincode.unit }),
  map: bincode.map(bincode.string, bincode.bytes),
  set: bincode.set(bincode.i16),
})
const value: bincode.Value<typeof record> = {
  id: 2n ** 40n,
  delta: -(2n ** 100n),
  name: 'h\u00e9llo',
  letter: '\u6f22',
  parts: [[true, 0.5], undefined],
  units: [undefined, undefined],
  shape: { kind: 'circle', value: 1 },
  map: new Map([['constructor', new Uint8Array(3)]]),
  set: new Set([1, -300]),
}
type Tree = { children: Tree[] }
const tree: bincode.Type<Tree> = bincode.struct({ children: bincode.vec(bincode.lazy(() => tree)) })

const own: readonly AnyCodec[] = [
  bincode.codec('standard', record),
  bincode.codec('legacy', record, { layout: 'legacy' }),
  bincode.codec('tree', tree),
]

function known(byDefault = 'msgpack'): InstanceType<typeof Codecs> {
  const codecs = new Codecs(byDefault)
  codecs.add('bus', own)
  return codecs
}
const codecs = known()

function encoded(payload: unknown, codec: string): { codec: number; bytes: Uint8Array } {
  const { codec: number, bytes } = encodePayload('topic', payload, known(codec))
  return { codec: number, bytes: new Uint8Array(bytes) }
}

/** What `bytes` are, or the error that says that they are nothing. */
function read(codec: number, bytes: Uint8Array): unknown {
  try {
    return decodePayload('topic', codec, stretchOf(bytes), codecs)
  } catch (error) {
    return error
  }
}

function isRefused(t: ExecutionContext, codec: number, bytes: Uint8Array, message: string): void {
  const started = spentMs()
  const outcome = read(codec, bytes)
  t.true(spentMs() - started < LIMIT_MS, message)
  t.true(outcome instanceof BusError && outcome.code === 'ERR_BUS_PAYLOAD_NOT_DECODABLE', message)
}

const KNOWN_PROTOTYPES: ReadonlySet<unknown> = new Set(
  [Object, Array, Map, Set, Date, RegExp, Buffer, ArrayBuffer, DataView, BusError, AggregateError]
    .concat([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError] as never)
    .concat([
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
    ] as never)
    .concat([
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
      Boolean,
      Number,
      String,
      BigInt,
    ] as never)
    .map((Class) => Class.prototype as unknown),
)

/** Throws where something in `root` has a prototype that came with it. */
function mustBeOfKnownPrototypes(root: unknown): void {
  const seen = new Set<unknown>()
  const left: unknown[] = [root]
  for (let next = left.pop(); next !== undefined || left.length > 0; next = left.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    const prototype: unknown = Object.getPrototypeOf(next)
    const name = (prototype as { constructor?: { name?: unknown } }).constructor?.name
    if (!KNOWN_PROTOTYPES.has(prototype) && name !== 'Float16Array')
      throw new Error(`it has the prototype ${String(name)}`)
    if (ArrayBuffer.isView(next)) continue
    if (next instanceof Map) left.push(...[...next].flat())
    else if (next instanceof Set) left.push(...next)
    else for (const key of Object.keys(next).slice(0, 100)) left.push((next as Record<string, unknown>)[key])
  }
}

const words = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)
const nested = (bytes: readonly number[], times: number): Uint8Array =>
  Uint8Array.from({ length: bytes.length * times }, (_, index) => bytes[index % bytes.length] as number)

const HOSTILE_KEYS = JSON.parse(
  '{ "__proto__": { "polluted": 1 }, "constructor": { "prototype": { "polluted": 1 } } }',
)

/** Payloads of every codec, to be spoilt. */
function corpus(seed: number): { codec: number; bytes: Uint8Array }[] {
  const values = [HOSTILE_KEYS, { error: new BusError('ERR_BUS_TIMEOUT', 'x', { cause: new Error('y') }) }]
  values.push(...fc.sample(anyValue, { numRuns: 150, seed }))
  const payloads = [
    ...values.map((one) => encoded([one], 'msgpack')),
    ...values.map((one) => encoded([one], 'structured-clone')),
    ...fc
      .sample(fc.jsonValue(), { numRuns: 60, seed })
      .map((one) => encoded([one, HOSTILE_KEYS, '\u6f22'], 'json')),
    ...Array.from({ length: 40 }, () => encoded(value, 'standard')),
    ...Array.from({ length: 40 }, () => encoded(value, 'legacy')),
    ...Array.from({ length: 10 }, () => encoded({ children: [{ children: [] }, { children: [] }] }, 'tree')),
    ...[new Float64Array(3), new DataView(new ArrayBuffer(3)), Buffer.alloc(5), 'text', '\u6f22'].map((one) =>
      encoded(one, 'msgpack'),
    ),
  ]
  // What is large takes its time without showing more.
  return payloads.filter(({ bytes }) => bytes.length < 2_000)
}

/** What lengths and tags are made of. */
const ODD_BYTES = [0, 0x01, 0x7f, 0x80, 0xc7, 0xc9, 0xdb, 0xdd, 0xdf, 0xfb, 0xfe, 0xff]

function spoilt(random: Random, bytes: Uint8Array): Uint8Array {
  let list = Buffer.from(bytes)
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    const at = below(random, list.length + 1)
    const byte = random() < 0.5 ? pick(random, ODD_BYTES) : below(random, 256)
    const [before, after] = [list.subarray(0, at), list.subarray(at)]
    const kind = below(random, 7)
    if (kind < 3) list = Buffer.concat([before, Buffer.of(byte), after.subarray(1)])
    else if (kind === 3) list = Buffer.concat([before, Buffer.of(byte), after])
    else if (kind === 4) list = Buffer.concat([before, after.subarray(1)])
    else if (kind === 5) list = Buffer.concat([before, after.subarray(0, 16), after])
    else list = before
  }
  return list
}

test(`hostile: ${RUNS} spoilt payloads of all codecs are read or refused, soon, and pollute nothing`, (t) => {
  const random = seeded(t)
  const payloads = corpus(below(random, 2 ** 31))
  const before = Object.getOwnPropertyNames(Object.prototype).join()
  let refused = 0
  let slowest = 0
  const attempt = (codec: number, bytes: Uint8Array): void => {
    const started = spentMs()
    const outcome = read(codec, bytes)
    slowest = Math.max(slowest, spentMs() - started)
    if (outcome instanceof BusError && outcome.code === 'ERR_BUS_PAYLOAD_NOT_DECODABLE') refused++
    else mustBeOfKnownPrototypes(outcome)
  }
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = mulberry32(seed)
      for (let index = 0; index < 90; index++) {
        const { codec, bytes } = pick(random, payloads)
        attempt(codec, spoilt(random, bytes))
      }
      for (let index = 0; index < 10; index++) {
        attempt(
          below(random, 40),
          Uint8Array.from({ length: below(random, 60) }, () => below(random, 256)),
        )
      }
    }),
    { numRuns: RUNS / 100, seed: below(random, 2 ** 31) },
  )
  t.false('polluted' in {})
  t.is(Object.getOwnPropertyNames(Object.prototype).join(), before)
  t.true(slowest < LIMIT_MS, `the slowest took ${slowest} ms`)
  t.true(refused > RUNS / 10 && refused < RUNS, `${refused} were refused`)
  t.log(`${refused} refused, the slowest took ${slowest.toFixed(1)} ms`)
})

for (const codec of ['msgpack', 'structured-clone', 'standard', 'legacy']) {
  test(`hostile: no part of a payload passes for the whole, also where another message follows (${codec})`, (t) => {
    const whole = encoded(
      codec === 'standard' || codec === 'legacy' ? value : [value, new Date(), 'text'],
      codec,
    )
    const { length } = whole.bytes
    const inbox = Buffer.concat([whole.bytes, whole.bytes])
    for (let end = 0; end < length; end++) {
      const part = inbox.subarray(0, end)
      const outcome = read(whole.codec, part)
      t.true(outcome instanceof BusError, `${end} of ${length} bytes`)
    }
    isRefused(t, whole.codec, inbox, 'with more behind it')
    t.false(read(whole.codec, inbox.subarray(0, length)) instanceof BusError)
  })
}

test('hostile: no random payload is read when its end is missing, wherever it is cut', (t) => {
  const payloads = corpus(below(seeded(t), 2 ** 31)).filter(
    ({ codec }) => codec === numbers.CODEC_MSGPACK || codec === numbers.CODEC_OWN,
  )
  let cuts = 0
  for (const { codec, bytes } of payloads) {
    for (let end = 0; end < bytes.length; end++, cuts++) {
      const outcome = read(codec, bytes.subarray(0, end))
      if (!(outcome instanceof BusError) || outcome.code !== 'ERR_BUS_PAYLOAD_NOT_DECODABLE') {
        t.fail(`codec ${codec}, ${end} bytes of ${Buffer.from(bytes).toString('hex')}`)
      }
    }
  }
  t.true(cuts > 5_000, `${cuts} cuts`)
})

test('hostile: no part of a number passes for the whole, though another message follows', (t) => {
  for (const last of [
    1.5,
    300,
    70_000,
    -300,
    -70_000,
    2n ** 40n,
    -1n,
    2n ** 80n,
    new Date(5),
    null,
    { key: 300 },
  ]) {
    const { codec, bytes } = encoded([last], 'msgpack')
    const inbox = Buffer.concat([bytes, bytes])
    for (let end = 0; end < bytes.length; end++) isRefused(t, codec, inbox.subarray(0, end), `${end} bytes`)
  }
})

test('hostile: nesting is refused before the stack overflows', (t) => {
  const message = /nested too deep/
  for (const [bytes, depth] of [
    [[0x91], 2_001],
    [[0x81, 0xa1, 0x61], 2_001],
  ] as const) {
    const outcome = read(numbers.CODEC_MSGPACK, Buffer.concat([nested(bytes, depth), words(1)]))
    t.regex((outcome as Error).message, message)
    t.false(read(numbers.CODEC_MSGPACK, Buffer.concat([nested(bytes, 2_000), words(1)])) instanceof BusError)
  }
})

test('hostile: lengths that are claimed, nesting without end, and what begins nothing: msgpack refuses them', (t) => {
  const refused = (what: string, bytes: Uint8Array): void => isRefused(t, numbers.CODEC_MSGPACK, bytes, what)
  for (const tag of [0xc6, 0xc9, 0xdb, 0xdd, 0xdf]) {
    refused(`0x${tag.toString(16)} of 4 GiB`, words(tag, 0xff, 0xff, 0xff, 0xff, 0, 0, 0))
    refused(`0x${tag.toString(16)} of 4 GiB, cut off`, words(tag, 0xff))
  }
  refused('arrays that each claim all that follows', nested([0xdd, 0, 0x0f, 0, 0], 1 << 18))
  refused('a million arrays in each other', nested([0x91], 1 << 20))
  refused('a million objects in each other', nested([0x81, 0xa1, 0x61], 1 << 20))
  refused('a million Maps in each other', nested([0xc9, 0, 0x0f, 0xff, 0xff, 0x4d], 1 << 18))
  refused('keys in keys', nested([0x81], 1 << 20))
  refused('a million objects that are keys of 17 members', nested([0xde, 0, 17], 1 << 20))
  refused('what begins nothing', words(0xc1))
  refused('an extension that nobody knows', words(0xd4, 0x01, 0))
  refused('a date of one byte', words(0xd4, 0xff, 0))
  refused('a date beyond all dates', words(0xc7, 12, 0xff, 0, 0, 0, 0, 0x7f, 0, 0, 0, 0, 0, 0, 0))
  refused('a date of too many nanoseconds', words(0xd7, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0))
  refused('bytes of no kind', words(0xc7, 0, 0x56))
  refused('bytes of a kind that nobody knows', words(0xc7, 2, 0x56, 99, 0))
  refused('half a number in a typed array', words(0xc7, 4, 0x56, 10, 1, 2, 3))
  refused('half a UTF-16', words(0xd4, 0x55, 0))
  refused('a BigInt of nothing', words(0xc7, 1, 0x42, 0))
  refused('a RegExp that is none', words(0xc7, 3, 0x52, 0xa1, 0x28, 0xa0))
  refused('a RegExp of a number', words(0xc7, 2, 0x52, 1, 0xa0))
  refused('an error of nothing', words(0xc7, 0, 0x45))
  refused('an extension that is shorter than what is in it', words(0xc7, 1, 0x53, 0x92, 1, 2))
  for (const bytes of [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xe2, 0x82],
    [0x80],
    [0xf0, 0x80, 0x80, 0x80],
  ]) {
    refused(`${bytes} is no UTF-8`, words(0xa0 | bytes.length, ...bytes))
  }
})

test('hostile: keys and members that come twice are refused, however many there are', (t) => {
  const again = (count: number): number[][] => Array.from({ length: count }, (_, at) => [0xa2, 0x61, at])
  const objects = {
    'two of one key': [0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2],
    'one key, another, and the first': [0x83, 0xa1, 0x61, 1, 0xa1, 0x62, 2, 0xa1, 0x61, 3],
    'two of __proto__': [0x82, ...[1, 2].flatMap(() => [0xa9, ...Buffer.from('__proto__'), 0x80])],
    'a dictionary': [0xde, 0, 101, ...[...again(100), [0xa2, 0x61, 50]].flatMap((key) => [...key, 0])],
    'two keys that are numbers': [0x82, 7, 1, 7, 2],
    'a text, then two numbers': [0x83, 0xa1, 0x61, 1, 7, 1, 7, 2],
    'two texts, then a number': [0x83, 0xa1, 0x61, 1, 0xa1, 0x61, 1, 7, 2],
    'a Map': [0xc7, 4, 0x4d, 1, 2, 1, 3],
    'a Set': [0xc7, 2, 0x53, 1, 1],
  }
  // Twice, because what was seen once is read in another way.
  for (let times = 0; times < 40; times++) {
    for (const [what, bytes] of Object.entries(objects)) {
      isRefused(t, numbers.CODEC_MSGPACK, words(...bytes), what)
      t.regex((read(numbers.CODEC_MSGPACK, words(...bytes)) as Error).message, /comes twice in it/, what)
    }
    t.deepEqual(read(numbers.CODEC_MSGPACK, words(0x82, 0xa1, 0x61, 1, 0xa1, 0x62, 2)), { a: 1, b: 2 })
  }
  for (const layout of ['standard', 'legacy'] as const) {
    const [list, twice] = [bincode.vec(bincode.u8), [7, 7]]
    const written = bincode.codec('list', list, { layout }).encode(twice)
    t.throws(() => bincode.codec('set', bincode.set(bincode.u8), { layout }).decode(written), {
      message: /a member of a Set comes twice/,
    })
    const pairs = bincode.vec(bincode.tuple(bincode.u8, bincode.u8))
    const entries = bincode.codec('pairs', pairs, { layout }).encode([twice, twice] as [number, number][])
    t.throws(() => bincode.codec('map', bincode.map(bincode.u8, bincode.u8), { layout }).decode(entries), {
      message: /a key of a Map comes twice/,
    })
  }
})

test('hostile: what a payload claims is not allocated before it is there', (t) => {
  const claims = [0xc6, 0xc9, 0xdb, 0xdd, 0xdf].map((tag) => words(tag, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0))
  claims.push(nested([0xdd, 0, 1, 0, 0], 40_000), nested([0x9f], 2_000), nested([0xdc, 0, 64], 2_000))
  const memory = (): number => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  for (const bytes of claims) {
    const before = memory()
    isRefused(t, numbers.CODEC_MSGPACK, bytes, bytes.subarray(0, 5).join())
    t.true(memory() - before < 32 << 20, `${bytes.subarray(0, 5).join()}: ${memory() - before} bytes`)
  }
  const tree = words(4, ...Buffer.from('tree'), 253, 0, 0, 0, 0, 0, 0, 0, 64)
  const before = memory()
  isRefused(t, numbers.CODEC_OWN, tree, 'a tree')
  t.true(memory() - before < 32 << 20)
})

test('hostile: lengths that are claimed, nesting without end, and what begins nothing: others refuse them', (t) => {
  const named = (name: string, ...bytes: number[]): Uint8Array =>
    words(name.length, ...Buffer.from(name), ...bytes)
  const refused = (codec: number, what: string, bytes: Uint8Array): void => isRefused(t, codec, bytes, what)
  refused(
    numbers.CODEC_OWN,
    'a tree of as many children as there may be',
    named('tree', 253, 0, 0, 0, 0, 0, 0, 0, 64),
  )
  refused(numbers.CODEC_OWN, 'trees in each other', Buffer.concat([named('tree'), nested([1], 100_000)]))
  refused(numbers.CODEC_OWN, 'units without end', named('standard', 0, 0, 0, 97, 0, 252, 255, 255, 255, 255))
  refused(numbers.CODEC_OWN, 'no name', words(0))
  refused(numbers.CODEC_OWN, 'nothing', words())
  refused(numbers.CODEC_OWN, 'a name that is cut off', words(9, 97))
  refused(numbers.CODEC_OWN, 'a name that nobody knows', named('nobody'))
  refused(numbers.CODEC_JSON, 'nothing', words())
  refused(numbers.CODEC_JSON, 'an open array', Buffer.from('[1'))
  refused(numbers.CODEC_JSON_UTF16, 'half a UTF-16', words(0x31, 0, 0x32))
  refused(numbers.CODEC_TEXT_UTF16, 'half a UTF-16', words(0x31))
  refused(numbers.CODEC_STRUCTURED_CLONE, 'nothing', words())
  refused(
    numbers.CODEC_STRUCTURED_CLONE,
    'a dense array of 4 billion',
    words(0xff, 0x0f, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f),
  )
  refused(
    numbers.CODEC_STRUCTURED_CLONE,
    'objects in each other',
    Buffer.concat([words(0xff, 0x0f), nested([0x6f, 0x22, 1, 97], 200_000)]),
  )
  refused(numbers.CODEC_VIEWS + 10, 'half a number', words(1, 2, 3))
  for (const codec of [22, 31, 33, 77, 255]) refused(codec, `codec number ${codec}`, words(1))
})
