import { readFile } from 'node:fs/promises'
import test from 'ava'
import { DeliveryError, type Receipt } from 'busbar'
import { inside } from './support/inside.js'

const errors = await inside<typeof import('../ts/src/errors.js')>('errors.js')
const root = new URL('../../', import.meta.url)

const RECEIPT: Receipt = {
  matched: 3,
  accepted: 2,
  processed: 1,
  dropped: [{ endpoint: 2, code: 'ERR_BUS_OVERLOADED' }],
  failed: [{ endpoint: 1, error: new Error('no') }],
  deadLettered: 0,
}

test('errors: the documentation has a line for each code, in their order, and for no other', async (t) => {
  const source = await readFile(new URL('ts/src/errors.ts', root), 'utf8')
  const page = await readFile(new URL('docs/errors.md', root), 'utf8')
  const [union = ''] = /export type BusErrorCode =\n(?: {2}\| '\w+'\n)+/.exec(source) ?? []
  const codes = [...union.matchAll(/'(ERR_BUS_\w+)'/g)].map(([, code]) => code)
  const documented = [...page.matchAll(/^\| `(ERR_BUS_\w+)` \|/gm)].map(([, code]) => code)
  t.true(codes.length > 20)
  t.deepEqual(documented, codes)
  t.deepEqual(codes, [...codes].sort())
})

test('errors: a delivery that failed has what failed in it, and what became of the message', (t) => {
  const failed = errors.handlerFailed('a', 1, new Error('no'))
  const dropped = errors.overloaded('a', 2, 5)
  const error = new errors.DeliveryError('a', RECEIPT, [failed, dropped])
  t.true(error instanceof DeliveryError && error instanceof AggregateError)
  t.is(error.name, 'DeliveryError')
  t.is(error.code, 'ERR_BUS_DELIVERY_FAILED')
  t.is(error.topic, 'a')
  t.is(error.receipt, RECEIPT)
  t.deepEqual(error.errors, [failed, dropped])
  t.is(error.message, "'a' was not delivered as asked for: of 3 receivers 1 failed, 1 did not take it")
})

test('errors: a delivery may be tried again when all that went wrong may be over soon', (t) => {
  const gone = errors.handlerGone('a', 1)
  const full = errors.overloaded('a', 2, 5)
  t.true(new errors.DeliveryError('a', RECEIPT, [gone, full]).retryable)
  t.false(new errors.DeliveryError('a', RECEIPT, [gone, errors.handlerFailed('a', 3, 5)]).retryable)
  t.false(new errors.DeliveryError('a', RECEIPT, [new Error('no')]).retryable)
  t.false(new errors.DeliveryError('a', RECEIPT, []).retryable)
})

test('errors: who gave up says why', (t) => {
  const reason = new Error('the user left')
  t.like(errors.aborted('a', reason), {
    code: 'ERR_BUS_ABORTED',
    topic: 'a',
    cause: reason,
    retryable: false,
  })
})

test('errors: a duplicate and one that expired say which message, and where', (t) => {
  t.like(errors.duplicate('a', 'x"y', 7), {
    code: 'ERR_BUS_DUPLICATE',
    topic: 'a',
    endpoint: 7,
    message: `'a' has a message with the id "x\\"y" already`,
    retryable: false,
  })
  t.is(errors.duplicate('a', 'x').endpoint, undefined)
  t.like(errors.expired('a', 'event', 7), {
    code: 'ERR_BUS_EXPIRED',
    topic: 'a',
    endpoint: 7,
    retryable: false,
  })
  t.is(errors.expired('a', 'event').endpoint, undefined)
  t.regex(errors.expired('a', 'event').message, /the event for 'a' was not started in time/)
})
