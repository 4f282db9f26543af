import test from 'ava'
import { BusError } from 'busbar'
import { inside } from '../support/inside.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const { decodeFailure, encodeFailure } =
  await inside<typeof import('../../ts/src/codec/failure.js')>('codec/failure.js')
const { invalidPayload } = await inside<typeof import('../../ts/src/errors.js')>('errors.js')

/** The cause that a request for `what` fails with, thrown in another thread. */
async function thrown(
  t: Parameters<Parameters<typeof onBus>[0]>[0],
  bus: Parameters<Parameters<typeof onBus>[0]>[1]['bus'],
  what: string,
): Promise<unknown> {
  const error = await busError(t, bus.request('fail', what))
  t.like(error, { code: 'ERR_BUS_HANDLER_FAILED', topic: 'fail', retryable: false })
  t.is(typeof error.endpoint, 'number')
  return error.cause
}

test(
  'failure: name, message and stack of an error come from the other thread',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    const error = await busError(t, bus.request('fail', 'range'))
    t.regex(error.message, /'fail' failed: RangeError: out of range/)
    const { cause } = error
    t.true(cause instanceof Error)
    t.like(cause, { name: 'RangeError', message: 'out of range' })
    t.regex((cause as Error).stack ?? '', /^RangeError: out of range\n.*workers[\\/]failing\.[jt]s/s)
    t.deepEqual(Object.keys(cause as Error), [], 'nothing has become enumerable')
  }),
)

test(
  'failure: the chain of causes comes along',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    const outer = (await thrown(t, bus, 'chain')) as Error
    const middle = outer.cause as Error
    t.like(outer, { name: 'Error', message: 'outer' })
    t.like(middle, { name: 'TypeError', message: 'middle' })
    t.is(middle.cause, 'innermost')
  }),
)

test(
  'failure: a chain of causes without end ends',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    let error = await thrown(t, bus, 'circle')
    let depth = 0
    for (; error instanceof Error && depth < 100; error = error.cause) depth++
    t.true(depth > 1 && depth < 20, `${depth}`)
  }),
)

test(
  'failure: own properties come along, those that cannot travel are left behind',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    const error = (await thrown(t, bus, 'properties')) as Error & Record<string, unknown>
    t.like(error, { message: 'with properties', code: 'E_MINE', status: 404 })
    t.deepEqual(error['details'], { list: [1, new Map([['a', 1n]])] })
    t.false('run' in error)
  }),
)

test(
  'failure: an own property that throws when it is read costs no more than itself',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    const error = (await thrown(t, bus, 'getter')) as Error & Record<string, unknown>
    t.like(error, { name: 'Error', message: 'with a getter', code: 'E_MINE' })
  }),
)

test(
  'failure: an error of Node.js keeps its code',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    t.like(await thrown(t, bus, 'node'), { code: 'ENOENT', syscall: 'open', path: '/does/not/exist' })
  }),
)

test(
  'failure: an error of a class keeps the name that the class gives',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    t.like(await thrown(t, bus, 'class'), { name: 'ShopError', message: 'closed today', shop: 7 })
  }),
)

test(
  'failure: the errors of an AggregateError come along',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    const error = (await thrown(t, bus, 'aggregate')) as AggregateError
    t.like(error, { name: 'AggregateError', message: 'several' })
    t.deepEqual(
      error.errors.map((one: Error) => `${one.name}: ${one.message}`),
      ['RangeError: one', 'Error: two'],
    )
  }),
)

test(
  'failure: an error of the bus is one in this thread too',
  onBus(async (t, { bus, thread }) => {
    await thread('failing')
    const cause = await thrown(t, bus, 'bus')
    t.true(cause instanceof BusError)
    t.like(cause, { name: 'BusError', code: 'ERR_BUS_NO_HANDLER', topic: 'nobody.is.here', retryable: true })
  }),
)

for (const [what, value] of [
  ['undefined', undefined],
  ['null', null],
  ['text', 'just a text'],
  ['object', { message: 'no error', list: [1] }],
  ['zero', 0],
] as const) {
  test(
    `failure: what is no error (${what}) comes as what it is`,
    onBus(async (t, { bus, thread }) => {
      await thread('failing')
      t.deepEqual(await thrown(t, bus, what), value)
    }),
  )
}

for (const what of [
  'function',
  'bare',
  'name is a symbol',
  'message throws',
  'stack is an object',
  'everything throws',
]) {
  test(
    `failure: however odd what was thrown is (${what}), its request fails`,
    onBus(async (t, { bus, thread }) => {
      await thread('failing')
      t.is((await busError(t, bus.request('fail', what))).code, 'ERR_BUS_HANDLER_FAILED')
      t.like(await thrown(t, bus, 'range'), { message: 'out of range' })
    }),
  )
}

test('failure: what a schema says is wrong with a payload comes along', (t) => {
  const issues = [{ message: 'no', path: ['items', 0] }]
  const error = decodeFailure(encodeFailure(invalidPayload('a', 'payload', issues), []))
  t.true(error instanceof BusError)
  t.like(error, { code: 'ERR_BUS_INVALID_PAYLOAD', topic: 'a', issues })
})
