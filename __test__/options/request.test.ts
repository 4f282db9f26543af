import test from 'ava'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { requestDefaults, requestManySettings, requestSettings } =
  await inside<typeof import('../../ts/src/options/request.js')>('options/request.js')
const { busSettings } = await inside<typeof import('../../ts/src/options/open.js')>('options/open.js')

const REQUEST = requestDefaults(busSettings(undefined))

test('requests: what is left out has a default', (t) => {
  const complete = {
    envelope: undefined,
    priority: 'normal',
    balance: 'round-robin',
    prefer: 'any',
    key: undefined,
    timeoutMs: 30_000,
    signal: undefined,
    retry: undefined,
    waitForHandlerMs: 0,
    inherit: 'asked',
    handsDown: false,
    circuit: undefined,
    fallback: undefined,
  } as const
  t.deepEqual(requestSettings({}, REQUEST), complete)
  t.is(requestSettings(undefined, REQUEST), REQUEST)
  t.deepEqual(requestManySettings(undefined, REQUEST), {
    envelope: undefined,
    priority: 'normal',
    timeoutMs: 30_000,
    signal: undefined,
    maxReplies: undefined,
  })
})

test('requests: what is given is taken', (t) => {
  const { signal } = new AbortController()
  const given = { id: '7', headers: { a: 'b' }, priority: 'critical', timeout: 5, signal } as const
  const envelope = { id: '7', headers: { a: 'b' } }
  const complete = { envelope, priority: 'critical', timeoutMs: 5, signal } as const
  const more = { balance: 'hash', key: 'k', retry: { attempts: 2 }, waitForHandler: 6 } as const
  t.deepEqual(requestSettings({ ...given, ...more }, REQUEST), {
    ...complete,
    balance: 'hash',
    prefer: 'any',
    key: 'k',
    retry: { attempts: 2, backoff: 'exponential', initialMs: 100, maxMs: 30_000, jitter: 0.2 },
    waitForHandlerMs: 6,
    inherit: 'asked',
    handsDown: true,
    circuit: undefined,
    fallback: undefined,
  })
  t.deepEqual(requestManySettings({ ...given, max: 3 }, REQUEST), { ...complete, maxReplies: 3 })
})

test('requests: what is left out is that of the bus', (t) => {
  const bus = requestDefaults(
    busSettings({ requestTimeout: 9, defaults: { priority: 'low', retry: { attempts: 9 } } }),
  )
  // Receivers try again by default, but whoever asks does not.
  t.like(requestSettings({}, bus), { timeoutMs: 9, priority: 'low', retry: undefined })
  t.like(requestManySettings({}, bus), { timeoutMs: 9, priority: 'low' })
})

for (const [options, parts] of [
  [{ retry: 5 }, ['the options of retry', 'an object', '5 (number)']],
  [{ retry: { attempts: 0 } }, ['retry.attempts', '0 (number)']],
  [{ waitForHandler: -1 }, ['waitForHandler', 'an integer from 0 to 2147483647', '-1 (number)']],
  [{ timeout: 0 }, ['timeout', 'an integer from 1 to 2147483647', '0 (number)']],
  [{ signal: 'stop' }, ['signal', 'an AbortSignal', '"stop" (string)']],
  [{ priority: 5 }, ['priority', 'one of critical, high, normal, low', '5 (number)']],
  [{ balance: 'hash' }, ["key, which the policy 'hash' needs", 'undefined']],
  [{ guarantee: 'at-least-once' }, ["request() has no option 'guarantee'"]],
  [{ max: 3 }, ["request() has no option 'max'"]],
] as const) {
  test(`requests: ${JSON.stringify(options)} are no options`, (t) => {
    refuses(t, () => requestSettings(options as object, REQUEST), parts)
  })
}

for (const [options, parts] of [
  [{ max: 0 }, ['max', 'an integer from 1 to 2147483647', '0 (number)']],
  [{ max: '3' }, ['max', '"3" (string)']],
  [{ retry: {} }, ["requestMany() has no option 'retry'"]],
  [{ key: 'k' }, ["requestMany() has no option 'key'"]],
] as const) {
  test(`requests to many: ${JSON.stringify(options)} are no options`, (t) => {
    refuses(t, () => requestManySettings(options as object, REQUEST), parts)
  })
}
