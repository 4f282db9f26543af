import { isNativeError } from 'node:util/types'
import test, { type ExecutionContext } from 'ava'
import { type Bus, BusError, registerError } from 'busbar'
import { Private, SoldOut } from '../support/errors.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

async function thrown(t: ExecutionContext, bus: Bus, what: string, topic = 'throw'): Promise<Error> {
  return (await busError(t, bus.request(topic, what))).cause as Error
}

// Not beside the others, which make such errors themselves: it counts them.
test.serial(
  'classes: an error of a registered class is an instance of it in the other thread',
  onBus(async (t, { bus, thread }) => {
    await thread('throwing')
    const made = SoldOut.made
    const error = await thrown(t, bus, 'registered')
    t.true(error instanceof SoldOut && isNativeError(error))
    t.like(error, { name: 'SoldOut', message: 'tea is sold out', item: 'tea' })
    t.true((error as SoldOut).concerns('tea'))
    t.deepEqual(Object.keys(error), ['item'])
    t.regex(error.stack ?? '', /throwing\.[jt]s/)
    t.is(SoldOut.made, made, 'its constructor is not called')
  }),
)

test(
  'classes: one of a subclass is an instance of the nearest registered class, by its own name',
  onBus(async (t, { bus, thread }) => {
    await thread('throwing')
    const error = await thrown(t, bus, 'subclass')
    t.is(Object.getPrototypeOf(error), SoldOut.prototype)
    t.is(error.name, 'SoldOutToday')
  }),
)

test(
  'classes: those of JavaScript are known, in causes and in the errors of an AggregateError, too',
  onBus(async (t, { bus, thread }) => {
    await thread('throwing')
    const { cause } = await thrown(t, bus, 'nested')
    t.true(cause instanceof AggregateError)
    const [first, second] = (cause as AggregateError).errors
    t.true(first instanceof SoldOut)
    t.true(second instanceof URIError)
  }),
)

test(
  'classes: a class whose name cannot be told without its constructor is no obstacle',
  onBus(async (t, { bus, thread }) => {
    await thread('throwing')
    const error = await thrown(t, bus, 'private')
    t.true(error instanceof Private && error instanceof RangeError)
    t.like(error, { name: 'Private(4)', message: 'with a secret', own: 'its own' })
  }),
)

for (const [what, given, message] of [
  ['no class', {}, /^Class must be a subclass of Error, got an object/],
  ['another class', Map, /^Class must be a subclass of Error, got the function Map/],
  ['a class without a name', class extends Error {}, /^name must be a string that is not empty/],
  [
    'another class of the same name',
    { SoldOut: class SoldOut extends Error {} }.SoldOut,
    /^name must be that of no other class, got "SoldOut"/,
  ],
] as const) {
  test(`classes: ${what} is refused`, (t) => {
    const refused = { instanceOf: BusError, code: 'ERR_BUS_INVALID_OPTION', message }
    t.throws(() => registerError(given as unknown as typeof Error), refused)
  })
}

test('classes: the same class may be registered again', (t) => {
  t.notThrows(() => registerError(SoldOut))
})

const redact = ['password', 'authorization']

test(
  'redact: what is named is left out at any depth, in causes too',
  onBus(
    async (t, { bus, thread }) => {
      await thread('throwing')
      const left = { kept: 1, request: { headers: new Map([['accept', '*']]), list: [{ kept: 2 }] } }
      const error = await thrown(t, bus, 'secret')
      t.is(error.message, 'with a secret')
      t.deepEqual({ ...error }, left)
      t.deepEqual({ ...(error.cause as Error) }, left)
      t.deepEqual((await thrown(t, bus, 'no error')) as unknown, left)
    },
    { redact },
  ),
)

test(
  'redact: stack, cause and errors are such names; name and message always travel',
  onBus(
    async (t, { bus, thread }) => {
      await thread('throwing')
      const error = await thrown(t, bus, 'nested')
      t.like(error, { name: 'Error', message: 'outer', stack: 'Error: outer' })
      t.false('cause' in error)
    },
    { redact: ['stack', 'cause', 'message', 'name'] },
  ),
)

test(
  'redact: an error that stays in its thread is what it was',
  onBus(
    async (t, { bus }) => {
      const error = Object.assign(new Error('with a secret'), { password: 'hunter2' })
      bus.handle('q', () => Promise.reject(error))
      t.is((await busError(t, bus.request('q', 0))).cause, error)
    },
    { redact },
  ),
)

for (const place of ['this thread', 'another thread'] as const) {
  test(
    `redact: a handler in ${place} may say what its callers are told; the bus itself tells the error as it is`,
    onBus(async (t, { bus, thread }) => {
      const topic = place === 'this thread' ? 'here' : 'throw.redacted'
      await thread('throwing')
      const failure = new SoldOut('tea')
      const told: unknown[] = []
      bus.events.on('failure', ({ error }) => told.push(error))
      const fail = (): never => {
        throw failure
      }
      bus.handle('here', fail, { redact: (error) => new Error(`redacted: ${(error as Error).message}`) })
      const error = await busError(t, bus.request(topic, 'registered'))
      t.is((error.cause as Error).message, 'redacted: tea is sold out')
      t.notRegex(error.message, /SoldOut/)
      if (place === 'this thread') t.deepEqual(told, [failure])
    }),
  )
}

test(
  'redact: where that fails nothing is told',
  onBus(async (t, { bus, thread }) => {
    await thread('throwing')
    const error = await busError(t, bus.request('throw.broken', 0))
    t.is((error.cause as Error).message, 'an error that could not be redacted')
    t.notRegex(`${error.message} ${error.stack} ${(error.cause as Error).stack}`, /a secret/)
  }),
)

test('redact: is part of the options of a bus, in whatever order it is written', async (t) => {
  const { open } = await import('busbar')
  await using bus = open(t.title, { redact: ['b', 'a', 'b'] })
  t.is(open(t.title, { redact: ['a', 'b'] }), bus)
  t.throws(() => open(t.title, { redact: ['a'] }), { code: 'ERR_BUS_OPTIONS_DIFFER' })
  t.throws(() => open('another', { redact: [1] as unknown as string[] }), { code: 'ERR_BUS_INVALID_OPTION' })
})
