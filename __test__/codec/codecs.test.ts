import test from 'ava'
import { type Codec, open } from 'busbar'
import { Codecs, decodePayload, encodePayload, numbers, stretchOf } from '../support/codec/inside.js'
import { point } from '../support/codec/point.js'
import { reversed } from '../support/codec/reversed.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const circle: Record<string, unknown> = { name: 'c' }
circle['self'] = circle

test(
  'codecs: the codec of a bus is that of all its threads, also of those that do not name it',
  onBus(
    async (t, { bus, thread }) => {
      await thread('answering')
      const echoed = await bus.request('echo', circle)
      t.is(echoed.self, echoed)
    },
    { codec: 'structured-clone' },
  ),
)

test(
  'codecs: with json, payloads and replies are what JSON makes of them; texts and bytes stay what they are',
  onBus(
    async (t, { bus, thread }) => {
      await thread('answering')
      const given = { date: new Date(0), none: undefined, list: [undefined, -0], text: '\u6f22' }
      t.deepEqual(await bus.request('echo', given), {
        date: '1970-01-01T00:00:00.000Z',
        list: [null, 0],
        text: '\u6f22',
      })
      t.deepEqual(await bus.request('echo', Buffer.from('x')), Buffer.from('x'))
      t.is(await bus.request('echo', 'a\ud800'), 'a\ud800')
      t.is(await bus.request('echo', undefined), undefined)
      for (const payload of [{ big: 1n }, circle, () => 1, Symbol('s')]) {
        const error = await busError(t, bus.request('echo', payload))
        t.is(error.code, 'ERR_BUS_PAYLOAD_NOT_ENCODABLE')
        t.regex(error.message, /its codec 'json' says: /)
      }
    },
    { codec: 'json' },
  ),
)

test(
  'codecs: with bytes, nothing but bytes travels',
  onBus(
    async (t, { bus, thread }) => {
      await thread('answering')
      t.deepEqual(await bus.request('echo', new Float32Array([1.5])), new Float32Array([1.5]))
      t.is(await bus.request('echo', undefined), undefined)
      for (const payload of ['text', { a: 1 }, null, 1]) {
        const error = await busError(t, bus.request('echo', payload))
        t.like(error, { code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE', topic: 'echo' })
        t.regex(error.message, /its codec 'bytes' says: it is no bytes/)
      }
    },
    { codec: 'bytes' },
  ),
)

test(
  'codecs: one of the own is asked for every payload and reply that is not undefined, in each thread that was given it',
  onBus(
    async (t, { bus, thread }) => {
      await thread('coding')
      for (const payload of [{ a: [1] }, 'text', null, 0])
        t.deepEqual(await bus.request('echo', payload), payload)
      t.deepEqual(await bus.request('asked', undefined), [4, 4])
      t.is(await bus.request('echo', undefined), undefined)

      const seen = new Promise((resolve) => bus.subscribe('event.seen', resolve))
      bus.publish('event', { by: 'event' })
      t.deepEqual(await seen, { by: 'event' })
    },
    { codec: reversed.name, codecs: [reversed] },
  ),
)

test(
  'codecs: what one of the own throws refuses the payload, as does what is no bytes',
  onBus(
    async (t, { bus, thread }) => {
      await thread('coding')
      const refused = async (payload: unknown, message: RegExp): Promise<unknown> => {
        const error = await busError(t, bus.request('echo', payload))
        t.like(error, { code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE', topic: 'echo' })
        t.regex(error.message, message)
        return error.cause
      }
      t.like(await refused('unencodable', /its codec 'reversed .' says: not that/), { message: 'not that' })
      await refused('no bytes', /what it returned is no Uint8Array/)
      t.throws(() => bus.publish('event', 'unencodable'), { code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE' })

      const undecodable = await busError(t, bus.request('echo', 'undecodable'))
      t.like(undecodable, { code: 'ERR_BUS_PAYLOAD_NOT_DECODABLE', topic: 'echo', retryable: false })
      t.regex(undecodable.message, /the payload of 'echo' cannot be decoded: not this/)

      t.is((await busError(t, bus.request('unencodable', 1))).code, 'ERR_BUS_PAYLOAD_NOT_ENCODABLE')
      t.is(await bus.request('echo', 'works as before'), 'works as before')
    },
    { codec: reversed.name, codecs: [reversed] },
  ),
)

test(
  'codecs: a thread that was not given the codec says so, and which it is',
  onBus(
    async (t, { bus, thread }) => {
      await thread('answering')
      const there = await busError(t, bus.request('echo', { a: 1 }))
      t.is(there.code, 'ERR_BUS_PAYLOAD_NOT_DECODABLE')
      t.regex(there.message, /this thread has no codec "reversed ."/)
    },
    { codec: reversed.name, codecs: [reversed] },
  ),
)

test(
  'codecs: a thread that sends without its codec says so, and nothing is sent',
  onBus(
    async (t, { bus, thread }) => {
      await thread('answering')
      const error = await busError(t, bus.request('echo', { a: 1 }))
      t.is(error.code, 'ERR_BUS_PAYLOAD_NOT_ENCODABLE')
      t.regex(error.message, /this thread has no codec "mine": give it to open\(\) in 'codecs'/)
      t.is(await bus.request('echo', undefined), undefined)
    },
    { codec: 'mine' },
  ),
)

test('codecs: within a thread no codec is asked', async (t) => {
  await using bus = open(t.title, { codec: 'not there' })
  bus.handle('a', (payload: unknown) => payload)
  t.is(await bus.request('a', circle), circle)
})

test('codecs: those that are given later are known from then on; another one of the same name is refused', async (t) => {
  await using bus = open(t.title)
  const mine: Codec = { name: 'mine', encode: () => Buffer.alloc(0), decode: () => 1 }
  const other: Codec = { ...mine }
  t.is(open(t.title, { codecs: [mine] }), bus)
  t.is(open(t.title, { codecs: [mine, reversed] }), bus)
  t.throws(() => open(t.title, { codecs: [other] }), {
    code: 'ERR_BUS_OPTIONS_DIFFER',
    message: /one codec "mine"/,
  })
  t.throws(() => open(t.title, { codec: 'json' }), { code: 'ERR_BUS_OPTIONS_DIFFER' })
  t.is(open(t.title), bus)
})

const functions = { encode: () => Buffer.alloc(0), decode: () => undefined }
const refused: { [what: string]: [options: object, message: string | RegExp] } = {
  'a name that is none': [{ codec: 1 }, 'codec must be the name of a codec, got 1 (number)'],
  'the name of a family': [{ codec: 'bincode' }, /codec must be the name of a codec, got "bincode"/],
  'no list': [{ codecs: functions }, /codecs must be an array of codecs/],
  'no codec': [{ codecs: [null] }, 'codecs[0] must be a codec, got null'],
  'no name': [{ codecs: [functions] }, /codecs\[0\]\.name must be a string of 1 to 255 bytes.*got undefined/],
  'an empty name': [{ codecs: [{ ...functions, name: '' }] }, /codecs\[0\]\.name must be/],
  'a name of 256 bytes': [
    { codecs: [{ ...functions, name: '\u00e9'.repeat(128) }] },
    /codecs\[0\]\.name must be/,
  ],
  'a name with a lone surrogate': [
    { codecs: [{ ...functions, name: '\ud800' }] },
    /codecs\[0\]\.name must be/,
  ],
  'a name that is built in': [{ codecs: [{ ...functions, name: 'json' }] }, /none of msgpack, json,/],
  'a name twice': [
    {
      codecs: [
        { ...functions, name: 'a' },
        { ...functions, name: 'a' },
      ],
    },
    'codecs[1].name must be that of no other codec, got "a" (string)',
  ],
  'no encode': [
    { codecs: [{ ...functions, name: 'a', encode: 1 }] },
    /codecs\[0\]\.encode must be a function/,
  ],
  'no decode': [
    { codecs: [{ name: 'a', encode: functions.encode }] },
    /codecs\[0\]\.decode must be a function/,
  ],
}

for (const [what, [options, message]] of Object.entries(refused)) {
  test(`codecs: ${what} is refused by open()`, (t) => {
    t.throws(() => open(t.title, options), { code: 'ERR_BUS_INVALID_OPTION', message })
  })
}

test('codecs: a topic has the codec that its contract says, others that of the bus', (t) => {
  const codecs = new Codecs('json', (topic) => (topic === 'own' ? reversed.name : undefined))
  codecs.add('bus', [reversed])
  t.is(encodePayload('own', { a: 1 }, codecs).codec, numbers.CODEC_OWN)
  t.is(encodePayload('other', { a: 1 }, codecs).codec, numbers.CODEC_JSON)
  t.is(encodePayload('other', { a: 1 }).codec, numbers.CODEC_MSGPACK)
})

test('codecs: the bytes that one of the own is given are its to keep', (t) => {
  const kept: Uint8Array[] = []
  const codecs = new Codecs('keeping')
  const encode = (): Uint8Array => Uint8Array.of(1, 2, 3)
  codecs.add('bus', [{ name: 'keeping', encode, decode: (bytes) => kept.push(bytes) }])
  const { codec, bytes } = encodePayload('a', 1, codecs)
  const memory = Buffer.from(bytes)
  decodePayload('a', codec, stretchOf(memory), codecs)
  memory.fill(9)
  t.deepEqual(kept, [Uint8Array.of(1, 2, 3)])
})

test(
  'codecs: bincode takes values of its type to another thread, and refuses others',
  onBus(
    async (t, { bus, thread }) => {
      await thread('coding')
      const value = { x: -(2n ** 60n), name: undefined }
      t.deepEqual(await bus.request('echo', value), value)
      const error = await busError(t, bus.request('echo', { x: 1 }))
      t.is(error.code, 'ERR_BUS_PAYLOAD_NOT_ENCODABLE')
      t.regex(error.message, /its codec 'point' says: payload\.x must be i64, a BigInt from/)
    },
    { codec: 'point', codecs: [point] },
  ),
)

test('codecs: bytes of any size are taken as they lie there, and copied once when they arrive', (t) => {
  for (const size of [0, 1, 63, 64, 1_000, 65_536, 1 << 20, 10_000_001]) {
    const memory = new ArrayBuffer(size + 16)
    for (const payload of [new Uint8Array(memory, 8, size), Buffer.from(memory, 8, size), memory]) {
      for (const name of ['msgpack', 'json', 'structured-clone', 'bytes']) {
        const { codec, bytes } = encodePayload('a', payload, new Codecs(name))
        t.is(bytes.buffer, memory)
        t.is(bytes.length, payload.byteLength)
        const arrived = decodePayload('a', codec, stretchOf(bytes)) as typeof payload
        t.is(Object.getPrototypeOf(arrived), Object.getPrototypeOf(payload))
        t.is(arrived.byteLength, payload.byteLength)
        t.not(ArrayBuffer.isView(arrived) ? arrived.buffer : arrived, memory)
      }
    }
  }
})
