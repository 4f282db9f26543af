import test, { type ExecutionContext } from 'ava'
import { type BusError, open, type StreamOptions } from 'busbar'

const refused = (t: ExecutionContext, options: unknown): string => {
  const bus = open(t.title)
  const error = t.throws<BusError>(() => bus.stream('a', 0, options as StreamOptions))
  t.is(error?.code, 'ERR_BUS_INVALID_OPTION')
  return error?.message ?? ''
}

test('options of stream(): each is checked, and named where it is wrong', async (t) => {
  for (const value of [0, -1, 1.5, 2 ** 31, '5', null, Number.NaN]) {
    for (const name of ['prefetch', 'idleTimeout', 'timeout']) {
      const shown = refused(t, { [name]: value })
      t.true(shown.startsWith(`${name} must be an integer from 1 to 2147483647`), shown)
    }
  }
  t.true(refused(t, { signal: 5 }).startsWith('signal must be an AbortSignal'))
  t.true(refused(t, { retry: 5 }).includes('retry'))
  t.true(refused(t, 5).startsWith('the options of stream() must be an object'))
  await open(t.title).close()
})

test('options of stream(): one that does not exist is refused, with those that do', async (t) => {
  t.regex(refused(t, { fallback: 5 }), /^stream\(\) has no option 'fallback'/)
  const message = refused(t, { highWaterMark: 5 })
  t.regex(message, /^stream\(\) has no option 'highWaterMark'; it has id, headers, .*prefetch, idleTimeout$/)
  await open(t.title).close()
})
