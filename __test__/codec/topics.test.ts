import test from 'ava'
import { event, open } from 'busbar'
import { contract } from '../support/codec/contract.js'
import { point } from '../support/codec/point.js'
import { reversed } from '../support/codec/reversed.js'
import { onBus, type Scene } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const options = { contract: contract as never, codecs: [point, reversed] }

/** The bus, with a thread that has the same contract. */
async function contracted({ bus, thread }: Scene): Promise<Scene['bus']> {
  await thread('contracted')
  return bus
}

const circle: Record<string, unknown> = { name: 'c' }
circle['self'] = circle

test(
  'topics: payloads and replies of a topic go by the codec that its contract says, others by that of the bus',
  onBus(async (t, scene) => {
    const bus = await contracted(scene)
    const map = new Map([['a', 1n]])
    t.deepEqual(await bus.request('plain.echo', { map }), { map })
    t.deepEqual(await bus.request('json.echo', { date: new Date(0) }), { date: '1970-01-01T00:00:00.000Z' })
    const echoed = (await bus.request('clone.echo', circle)) as typeof circle
    t.is(echoed['self'], echoed)
    const value = { x: 2n ** 60n, name: 'p' }
    t.deepEqual(await bus.request('point.echo', value), value)
    const { encoded } = reversed
    t.deepEqual(await bus.request('own.echo', { a: [1] }), { a: [1] })
    // The other tests of this file use it as well.
    t.true(reversed.encoded > encoded)
  }, options),
)

test(
  'topics: what the codec of a topic has no bytes for is refused there, and travels on others',
  onBus(async (t, scene) => {
    const bus = await contracted(scene)
    for (const [topic, payload, message] of [
      ['plain.echo', circle, /payload\.self refers to an object that contains it/],
      ['json.echo', { big: 1n }, /its codec 'json' says: /],
      ['clone.echo', { run: () => 1 }, /its codec 'structured-clone' says: /],
      ['bytes.echo', 'text', /its codec 'bytes' says: it is no bytes/],
      ['point.echo', { x: 1 }, /its codec 'point' says: payload\.x must be i64/],
      ['own.echo', 'unencodable', /its codec 'reversed .' says: not that/],
    ] as const) {
      const error = await busError(t, bus.request(topic, payload))
      t.like(error, { code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE', topic })
      t.regex(error.message, message)
    }
    t.deepEqual(await bus.request('clone.echo', { big: 1n }), { big: 1n })
  }, options),
)

test(
  'topics: an address has no contract, so what goes there has the codec of the bus',
  onBus(async (t, scene) => {
    const bus = await contracted(scene)
    using directory = bus.directory({ topic: 'json.echo' })
    const [endpoint] = directory.endpoints
    t.deepEqual(await bus.request({ id: endpoint?.id ?? 0 }, { big: 1n }), { big: 1n })
  }, options),
)

test(
  'topics: a message that failed for good, and one for later, keep the codec of their topic',
  onBus(async (t, scene) => {
    const bus = await contracted(scene)
    const seen = new Promise((resolve) => bus.subscribe('seen', resolve))
    bus.publish('own.later', { for: 'later' }, { delay: 1 })
    t.deepEqual(await seen, { for: 'later' })

    const { decoded } = reversed
    const receipt = await bus.send('own.failing', { kept: true }, { wait: 'processed' })
    t.is(receipt.failed.length, 1)
    const letters = []
    for await (const letter of bus.deadLetters) letters.push(letter)
    t.deepEqual(
      letters.map(({ topic, payload }) => [topic, payload]),
      [['own.failing', { kept: true }]],
    )
    // Read here: in the worker that wrote it, it was another object that counted.
    t.true(reversed.decoded > decoded)
    t.is(await bus.deadLetters.purge(), 1)
  }, options),
)

for (const codec of ['bincode', '', 5, 'a'.repeat(256), '\ud800']) {
  test(`topics: ${JSON.stringify(codec).slice(0, 20)} is the name of no codec`, (t) => {
    const refused = { code: 'ERR_BUS_INVALID_OPTION', message: /codec must be the name of a codec/ }
    t.throws(() => event({ codec: codec as string }), refused)
    t.throws(() => open(t.title, { codec: codec as string }), refused)
  })
}
