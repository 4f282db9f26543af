import test from 'ava'
import type { SendOptions } from '../../ts/src/contract/options.js'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { deliverDefaults, deliverSettings, publishDefaults, publishSettings, sendDefaults, sendSettings } =
  await inside<typeof import('../../ts/src/options/send.js')>('options/send.js')
const { busSettings } = await inside<typeof import('../../ts/src/options/open.js')>('options/open.js')

const BUS = busSettings(undefined)
const PUBLISH = publishDefaults(BUS)
const DELIVER = deliverDefaults(BUS)
const SEND = sendDefaults(BUS)
const MAX = 2 ** 31 - 1

/** Of any kind: what is refused. */
type Options = Record<string, unknown>

test('senders: what is left out has a default', (t) => {
  const message = { envelope: undefined, key: undefined, priority: 'normal', ttlMs: 0, delayMs: 0 }
  const waiting = { failOn: 'none', timeoutMs: 30_000, signal: undefined }
  const published = { ...message, guarantee: 'at-most-once', retain: false, mandatory: false }
  const sent = {
    ...message,
    guarantee: 'at-most-once',
    balance: 'round-robin',
    prefer: 'any',
    notify: undefined,
  }
  t.deepEqual<unknown, unknown>(publishSettings({}, PUBLISH), published)
  t.deepEqual<unknown, unknown>(deliverSettings({}, DELIVER), { ...published, ...waiting, wait: 'processed' })
  t.deepEqual<unknown, unknown>(sendSettings({}, SEND), { ...sent, ...waiting, wait: 'accepted' })
})

test('senders: who gives no options gets the defaults themselves, which costs nothing', (t) => {
  t.is(publishSettings(undefined, PUBLISH), PUBLISH)
  t.is(deliverSettings(undefined, DELIVER), DELIVER)
  t.is(sendSettings(undefined, SEND), SEND)
})

test('senders: what is left out is that of the bus', (t) => {
  const bus = busSettings({
    balance: 'random',
    prefer: 'any',
    requestTimeout: 7,
    defaults: { guarantee: 'at-least-once', priority: 'low', ttl: 9 },
  })
  const said = { guarantee: 'at-least-once', priority: 'low', ttlMs: 9 } as const
  t.like(publishSettings({}, publishDefaults(bus)), said)
  t.like(deliverSettings({}, deliverDefaults(bus)), { ...said, timeoutMs: 7 })
  t.like(sendSettings({}, sendDefaults(bus)), { ...said, timeoutMs: 7, balance: 'random' })
  t.like(publishSettings({ priority: 'critical', guarantee: 'at-most-once', ttl: 1 }, publishDefaults(bus)), {
    priority: 'critical',
    guarantee: 'at-most-once',
    ttlMs: 1,
  })
})

test('senders: what is given is taken', (t) => {
  const { signal } = new AbortController()
  const message = {
    id: '7',
    headers: { a: 'b' },
    key: 'k',
    priority: 'high',
    ttl: 5,
    guarantee: 'exactly-once',
  } as const
  const complete = {
    envelope: { id: '7', headers: { a: 'b' } },
    key: 'k',
    priority: 'high',
    ttlMs: 5,
    delayMs: 6,
    guarantee: 'exactly-once',
  } as const
  const wait = { wait: 'accepted', failOn: 'any', timeout: 8, signal } as const
  const waited = { wait: 'accepted', failOn: 'any', timeoutMs: 8, signal } as const
  const published = { ...complete, retain: true, mandatory: true }
  t.deepEqual(publishSettings({ ...message, delay: 6, retain: true, mandatory: true }, PUBLISH), published)
  t.deepEqual(deliverSettings({ ...message, ...wait, delay: 6, retain: true, mandatory: true }, DELIVER), {
    ...published,
    ...waited,
  })
  t.deepEqual(sendSettings({ ...message, ...wait, delay: 6, balance: 'hash', notify: 'jobs.42' }, SEND), {
    ...complete,
    ...waited,
    balance: 'hash',
    prefer: 'any',
    notify: 'jobs.42',
  })
})

test('at: is a delay, by the clock that it is meant by', (t) => {
  const nowMs = 1_000_000
  const delayMs = (at: Date | number): number => publishSettings({ at }, PUBLISH, () => nowMs).delayMs
  t.is(delayMs(nowMs + 5), 5)
  t.is(delayMs(new Date(nowMs + 5)), 5)
  t.is(delayMs(nowMs), 0)
  t.is(delayMs(nowMs - 1), 0)
  t.is(delayMs(Number.MIN_SAFE_INTEGER), 0)
  // Never early.
  t.is(delayMs(nowMs + 4.1), 5)
  t.is(delayMs(nowMs + MAX), MAX)
  for (const at of [
    nowMs + MAX + 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '5',
    null,
  ]) {
    const parts = ['at must be a Date or milliseconds', `at most ${MAX} ms ahead`]
    refuses(t, () => delayMs(at as number), parts)
  }
  refuses(t, () => delayMs(new Date('no date')), ['got "Invalid Date"'])
  refuses(t, () => delayMs(new Date(nowMs + MAX + 1_000)), ['1970'])
})

test('at: is by the time of the day unless something else is said', (t) => {
  const { delayMs } = deliverSettings({ at: Date.now() + 60_000 }, DELIVER)
  t.true(delayMs > 50_000 && delayMs <= 60_000)
})

test('signal: one of another realm will do', (t) => {
  const signal = { aborted: false, addEventListener: () => {} }
  t.is<unknown, unknown>(deliverSettings({ signal } as Options, DELIVER).signal, signal)
})

const refusals: [options: Options, parts: string[]][] = [
  [{ priority: 'urgent' }, ['priority', 'one of critical, high, normal, low', '"urgent" (string)']],
  [{ priority: 1 }, ['priority', '1 (number)']],
  [{ guarantee: 'maybe' }, ['guarantee', '"maybe" (string)']],
  [{ key: '' }, ['key', 'a string that is not empty', '""']],
  [{ ttl: 0 }, ['ttl', `an integer from 1 to ${MAX}`, '0 (number)']],
  [{ delay: -1 }, ['delay', `an integer from 0 to ${MAX}`, '-1 (number)']],
  [{ delay: 2 ** 31 }, ['delay', '2147483648 (number)']],
  [{ delay: 0, at: 5 }, ['at must be left out where there is a delay', '5 (number)']],
  [{ wait: 'forever' }, ['wait', 'one of accepted, processed', '"forever" (string)']],
  [{ failOn: 'all' }, ['failOn', 'one of failed, dropped, any, none', '"all" (string)']],
  [{ timeout: 0 }, ['timeout', `an integer from 1 to ${MAX}`, '0 (number)']],
  [{ signal: {} }, ['signal', 'an AbortSignal', 'an object']],
]

for (const [options, parts] of refusals) {
  test(`senders: ${JSON.stringify(options)} are no options`, (t) => {
    refuses(t, () => deliverSettings(options, DELIVER), parts)
    refuses(t, () => sendSettings(options, SEND), parts)
  })
}

test('senders: an option that another verb has is refused', (t) => {
  for (const name of ['wait', 'failOn', 'timeout', 'signal', 'notify', 'balance']) {
    refuses(t, () => publishSettings({ [name]: 1 } as Options, PUBLISH), [
      `publish() has no option '${name}'`,
    ])
  }
  for (const name of ['notify', 'balance']) {
    refuses(t, () => deliverSettings({ [name]: 1 } as Options, DELIVER), [
      `deliver() has no option '${name}'`,
    ])
  }
  for (const name of ['retain', 'mandatory']) {
    refuses(t, () => sendSettings({ [name]: true } as Options, SEND), [`send() has no option '${name}'`])
  }
})

test('notify: is a topic that leaves room for what comes behind it', (t) => {
  const notify = (given: unknown): string | undefined =>
    sendSettings({ notify: given } as SendOptions, SEND).notify
  t.is(notify('a'.repeat(251)), 'a'.repeat(251))
  for (const given of [
    'a'.repeat(252),
    'ü'.repeat(126),
    'a.*',
    '.a',
    'a.',
    'a..b',
    'a\n',
    '$a',
    '\ud800',
    '',
    5,
  ]) {
    refuses(t, () => notify(given), ['notify must be'])
  }
})

test('hash: needs a key, also where it is the policy of the bus', (t) => {
  const bus = sendDefaults(busSettings({ balance: 'hash' }))
  refuses(t, () => sendSettings(undefined, bus), ["key, which the policy 'hash' needs"])
  t.is(sendSettings({ key: 'k' }, bus).balance, 'hash')
  t.is(sendSettings({ balance: 'random' }, bus).balance, 'random')
})
