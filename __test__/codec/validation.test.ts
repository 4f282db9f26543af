import { type } from 'arktype'
import test from 'ava'
import { BusError } from 'busbar'
import * as v from 'valibot'
import { z } from 'zod'
import type { StandardSchema } from '../../ts/src/contract/standard-schema.js'
import { inside } from '../support/inside.js'
import { busError } from '../support/rejection.js'

const { validate } = await inside<typeof import('../../ts/src/codec/validation.js')>('codec/validation.js')

/** The same schema in each library: texts that become numbers, in a list in an object. */
const libraries: Record<string, StandardSchema> = {
  zod: z.object({ items: z.array(z.object({ price: z.string().regex(/^\d+$/).transform(Number) })) }),
  valibot: v.object({
    items: v.array(v.object({ price: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)) })),
  }),
  arktype: type({ items: type({ price: 'string.integer.parse' }).array() }),
}

/** And one that takes its time. */
const later: Record<string, StandardSchema> = {
  zod: z.object({ user: z.string().refine(async (user) => user === 'ada') }),
  valibot: v.objectAsync({
    user: v.pipeAsync(
      v.string(),
      v.checkAsync(async (user) => user === 'ada'),
    ),
  }),
}

for (const [library, schema] of Object.entries(libraries)) {
  test(`validate: returns what a schema of ${library} makes of a payload, at once`, (t) => {
    const given = { items: [{ price: '3' }, { price: '40' }] }
    t.deepEqual(validate(schema, 'a', 'payload', given), { items: [{ price: 3 }, { price: 40 }] })
    t.deepEqual(given, { items: [{ price: '3' }, { price: '40' }] })
  })

  test(`validate: what a schema of ${library} says no to is refused, and the error says where`, (t) => {
    const payload = { items: [{ price: '3' }, { price: 'x' }] }
    const error = t.throws(() => validate(schema, 'cart.priced', 'payload', payload), {
      instanceOf: BusError,
      code: 'ERR_BUS_INVALID_PAYLOAD',
    })
    t.deepEqual(
      error.issues?.map(({ path }) => path),
      [['items', 1, 'price']],
    )
    t.true(
      error.message.startsWith(
        "the payload of 'cart.priced' is not what its contract says: payload.items[1].price: ",
      ),
    )
    t.is(error.topic, 'cart.priced')
    t.false(error.retryable)
    t.is(error.cause, undefined)

    const wrong = t.throws(() => validate(schema, 'a', 'reply', 5), { code: 'ERR_BUS_INVALID_PAYLOAD' })
    t.true(
      wrong?.message.startsWith("the reply of 'a' is not what its contract says: reply: "),
      wrong?.message,
    )
  })
}

for (const [library, schema] of Object.entries(later)) {
  test(`validate: a schema of ${library} that takes its time gives a promise`, async (t) => {
    const fulfilled = validate(schema, 'a', 'payload', { user: 'ada' })
    t.true(fulfilled instanceof Promise)
    t.deepEqual(await fulfilled, { user: 'ada' })

    const error = await busError(t, validate(schema, 'a', 'payload', { user: 'bob' }) as Promise<unknown>)
    t.is(error.code, 'ERR_BUS_INVALID_PAYLOAD')
    t.deepEqual(
      error.issues?.map(({ path }) => path),
      [['user']],
    )
  })
}

/** A schema of our own, which does what no library should. */
const schema = (validated: (value: unknown) => unknown): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate: validated as StandardSchema['~standard']['validate'] },
})

test('validate: what a schema throws is an issue, and the cause', async (t) => {
  const thrown = new TypeError('I am broken')
  const breaks = schema(() => {
    throw thrown
  })
  const error = t.throws(() => validate(breaks, 'a', 'payload', 5), {
    instanceOf: BusError,
    code: 'ERR_BUS_INVALID_PAYLOAD',
    message: /payload: its schema threw TypeError: I am broken/,
  })
  t.is(error.cause, thrown)

  const rejects = validate(
    schema(() => Promise.reject(thrown)),
    'a',
    'payload',
    5,
  ) as Promise<unknown>
  const rejected = await busError(t, rejects)
  t.is(rejected.code, 'ERR_BUS_INVALID_PAYLOAD')
  t.is(rejected.cause, thrown)
})

test('validate: paths may have any keys, and are shown as they would be written', (t) => {
  const issues = [
    { message: 'A', path: ['a', { key: 0 }, 'b-c', '0', Symbol('s')] },
    { message: 'B' },
    { message: 'C', path: [] },
  ]
  const error = t.throws(
    () =>
      validate(
        schema(() => ({ issues })),
        'a',
        'payload',
        5,
      ),
    { instanceOf: BusError },
  )
  t.deepEqual(error.issues, [
    { message: 'A', path: ['a', 0, 'b-c', '0', 'Symbol(s)'] },
    { message: 'B', path: [] },
    { message: 'C', path: [] },
  ])
  t.true(
    error.message.endsWith('payload.a[0]["b-c"]["0"]["Symbol(s)"]: A; payload: B; payload: C'),
    error.message,
  )
})

test('validate: a message names the first issues, and the error has them all', (t) => {
  const issues = Array.from({ length: 12 }, (_, n) => ({ message: `no ${n}`, path: [n] }))
  const error = t.throws(
    () =>
      validate(
        schema(() => ({ issues })),
        'a',
        'payload',
        5,
      ),
    { instanceOf: BusError },
  )
  t.true(error.message.endsWith('payload[4]: no 4; and 7 more'), error.message)
  t.is(error.issues?.length, 12)
})

test('validate: undefined is a value as any other', (t) => {
  t.is(
    validate(
      schema(() => ({ value: undefined })),
      'a',
      'payload',
      5,
    ),
    undefined,
  )
  t.is(
    validate(
      schema((value) => ({ value })),
      'a',
      'payload',
      undefined,
    ),
    undefined,
  )
})
