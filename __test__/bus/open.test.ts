import test from 'ava'
import { BusError, type OpenOptions, open } from 'busbar'
import { onBus } from '../support/on-bus.js'

test(
  'open: the same name is the same object in one thread',
  onBus((t, { bus }) => {
    t.is(open(t.title), bus)
    t.is(bus.name, t.title)
  }),
)

test('open: without a name it is the bus "default"', async (t) => {
  const bus = open()
  t.is(open('default'), bus)
  await bus.close()
})

test(
  'open: another name is another bus',
  onBus(async (t, { bus }) => {
    const other = open(`${t.title} (other)`)
    bus.subscribe('a', () => t.fail('it was published on another bus'))
    bus.handle('q', () => t.fail('it was asked on another bus'))
    t.is(other.publish('a', 1), 0)
    await t.throwsAsync(other.request('q', 1), { code: 'ERR_BUS_NO_HANDLER' })
    await other.close()
  }),
)

test('open: names that objects are born with are names as any other', async (t) => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const bus = open(name)
    t.is(bus.name, name)
    t.is(open(name), bus)
    await bus.close()
  }
})

test(
  'open: options that differ are refused, and the error shows both by the names they were given under',
  onBus(
    (t) => {
      const error = t.throws(() => open(t.title, { requestTimeout: 60, maxMessageSize: 2_000 }), {
        instanceOf: BusError,
        code: 'ERR_BUS_OPTIONS_DIFFER',
      })
      for (const part of [t.title, '"requestTimeout":50', '"requestTimeout":60', '"maxMessageSize":2000']) {
        t.true(error.message.includes(part), `${part} is missing in: ${error.message}`)
      }
    },
    { requestTimeout: 50 },
  ),
)

test(
  'open: who names no options takes the bus as it is',
  onBus(
    (t, { bus }) => {
      t.is(open(t.title), bus)
      t.is(open(t.title, {}), bus)
      t.is(open(t.title, { requestTimeout: undefined }), bus)
    },
    { requestTimeout: 50 },
  ),
)

test(
  'open: a default that is written out does not differ',
  onBus((t, { bus }) => {
    t.is(open(t.title, { requestTimeout: 30_000, maxMessageSize: 1_048_576, planCacheSize: 32_768 }), bus)
  }),
)

for (const [name, shown] of [
  ['', '""'],
  [5, '5 (number)'],
  [null, 'null'],
  [{}, 'an object'],
  ['a\ud800', 'd800'],
] as const) {
  test(`open: ${JSON.stringify(name)} is no name`, (t) => {
    const error = t.throws(() => open(name as string), {
      instanceOf: BusError,
      code: 'ERR_BUS_INVALID_OPTION',
    })
    t.regex(error.message, /the name of a bus must be/)
    t.true(error.message.includes(shown), error.message)
  })
}

const INTEGER = 'an integer from 1 to 2147483647'

for (const [options, parts] of [
  [{ requestTimeout: '5' }, ['requestTimeout', INTEGER, '"5" (string)']],
  [{ requestTimeout: 0 }, ['requestTimeout', INTEGER, '0 (number)']],
  [{ requestTimeout: 2 ** 31 }, ['requestTimeout', INTEGER, '2147483648 (number)']],
  [{ requestTimeout: Number.POSITIVE_INFINITY }, ['requestTimeout', INTEGER, 'Infinity (number)']],
  [{ requestTimeout: null }, ['requestTimeout', INTEGER, 'null']],
  [{ maxMessageSize: 1.5 }, ['maxMessageSize', INTEGER, '1.5 (number)']],
  [{ maxMessageSize: 5n }, ['maxMessageSize', INTEGER, '5n (bigint)']],
  [{ planCacheSize: Number.NaN }, ['planCacheSize', 'an integer from 1 to 16777216', 'NaN (number)']],
  [{ planCacheSize: 2 ** 24 + 1 }, ['planCacheSize', 'an integer from 1 to 16777216', '16777217 (number)']],
  [{ requestTimeOut: 5 }, ['open()', "'requestTimeOut'", 'maxMessageSize, requestTimeout']],
  [5, ['the options of open()', 'an object', '5 (number)']],
  [null, ['the options of open()', 'an object', 'null']],
  [[], ['the options of open()', 'an object', 'Array']],
] as const) {
  const written = JSON.stringify(options, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
  test(`open: ${written} (${parts[2]}) are no options`, (t) => {
    const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_OPTION' }
    const error = t.throws(() => open(t.title, options as OpenOptions), refused)
    for (const part of parts) t.true(error.message.includes(part), `${part} is missing in: ${error.message}`)
  })
}

test(
  'open: the options of the first thread hold in the others, which may not ask for different ones',
  onBus(async (t, { bus, thread }) => {
    await thread('opening')
    const name = `${t.title} (second)`
    const second = open(name, { requestTimeout: 40, maxMessageSize: 100 })

    const refusal = await bus.request('open', { name, options: { requestTimeout: 41 } })
    t.is(refusal.code, 'ERR_BUS_OPTIONS_DIFFER')
    t.regex(refusal.message, /"requestTimeout":40.*"requestTimeout":41/)

    t.is(await bus.request('open', { name }), 'opened')
    second.subscribe('big', () => t.fail('it is larger than the bus allows'))
    const refused = await bus.request('publish', { name, topic: 'big', payload: 'x'.repeat(101) })
    t.is(refused.code, 'ERR_BUS_MESSAGE_TOO_LARGE')
    t.is(await bus.request('close', { name }), 'closed')
    await second.close()
  }),
)

test('open: after close it is a new attachment', async (t) => {
  const first = open(t.title, { requestTimeout: 5 })
  const numbers: number[] = []
  first.subscribe('a', (_, { sender }) => void numbers.push(sender))
  first.publish('a', 1)
  await first.close()

  // The last to leave takes the options along.
  const second = open(t.title, { requestTimeout: 6 })
  t.not(second, first)
  second.subscribe('a', (_, { sender }) => void numbers.push(sender))
  t.is(second.publish('a', 1), 1)
  t.throws(() => first.publish('a', 1), { code: 'ERR_BUS_CLOSED' })
  t.is(numbers.length, 2)
  await second.close()
})
