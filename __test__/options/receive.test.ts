import test from 'ava'
import fc from 'fast-check'
import type { EndpointSettings } from '../../ts/src/options/receive.js'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { handlerSettings, pullSettings, subscriptionSettings } =
  await inside<typeof import('../../ts/src/options/receive.js')>('options/receive.js')
const { defaultSettings } =
  await inside<typeof import('../../ts/src/options/defaults.js')>('options/defaults.js')

const DEFAULTS = defaultSettings(undefined)
/** Of any kind: what is refused. */
type Options = Record<string, unknown>

const subscription = (options?: Options, defaults = DEFAULTS): EndpointSettings =>
  subscriptionSettings(options, defaults)

test('receivers: what is left out has a default', (t) => {
  const complete: EndpointSettings = {
    name: undefined,
    replace: false,
    service: undefined,
    pool: undefined,
    weight: 1,
    priority: 0,
    concurrency: 1_000,
    capacity: 1_024,
    overflow: undefined,
    highWatermark: 820,
    lowWatermark: 512,
    orderBy: undefined,
    guarantee: undefined,
    retry: { attempts: 5, backoff: 'exponential', initialMs: 100, maxMs: 30_000, jitter: 0.2 },
    hasOwnRetry: false,
    ackTimeoutMs: 30_000,
    hasOwnAckTimeout: false,
    dedupe: undefined,
    batch: undefined,
    once: false,
    replay: undefined,
    threadOnly: false,
    metadata: undefined,
    redact: undefined,
    health: undefined,
    circuit: undefined,
    shed: undefined,
  }
  t.deepEqual(subscription(), complete)
  t.deepEqual(subscription({}), complete)
  t.deepEqual(handlerSettings(undefined, DEFAULTS), complete)
  t.deepEqual(pullSettings(undefined, DEFAULTS), {
    endpoint: { ...complete, concurrency: 1 },
    signal: undefined,
  })
})

test('receivers: what is left out is that of the bus', (t) => {
  const defaults = defaultSettings({
    concurrency: 2,
    capacity: 10,
    overflow: 'reject',
    retry: { attempts: 2 },
    ackTimeout: 7,
    guarantee: 'exactly-once',
  })
  t.like(subscription({}, defaults), {
    concurrency: 2,
    capacity: 10,
    overflow: 'reject',
    highWatermark: 8,
    lowWatermark: 5,
    // It is what the sender says, which is the same.
    guarantee: undefined,
    retry: { attempts: 2, initialMs: 100 },
    hasOwnRetry: false,
    ackTimeoutMs: 7,
    dedupe: { windowMs: 120_000, size: 100_000 },
  })
  t.like(subscription({ concurrency: 3, overflow: 'wait', retry: { initial: 5 }, ackTimeout: 8 }, defaults), {
    concurrency: 3,
    overflow: 'wait',
    retry: { attempts: 2, initialMs: 5 },
    hasOwnRetry: true,
    ackTimeoutMs: 8,
    hasOwnAckTimeout: true,
  })
  t.is(subscription({ guarantee: 'at-most-once' }, defaults).dedupe, undefined)
})

test('receivers: watermarks that are left out leave room for those that are given', (t) => {
  const marks = (options: Options): number[] => {
    const { highWatermark, lowWatermark } = subscription(options)
    return [lowWatermark, highWatermark]
  }
  t.deepEqual(marks({ capacity: 1 }), [0, 1])
  t.deepEqual(marks({ capacity: 2 }), [1, 2])
  t.deepEqual(marks({ capacity: 100 }), [50, 80])
  t.deepEqual(marks({ capacity: 100, highWatermark: 20 }), [19, 20])
  t.deepEqual(marks({ capacity: 100, highWatermark: 1 }), [0, 1])
  t.deepEqual(marks({ capacity: 100, lowWatermark: 90 }), [90, 91])
  t.deepEqual(marks({ capacity: 100, lowWatermark: 99 }), [99, 100])
  t.deepEqual(marks({ capacity: 100, lowWatermark: 0, highWatermark: 100 }), [0, 100])
})

test('receivers: whatever is accepted, 0 ≤ low < high ≤ capacity', (t) => {
  const mark = fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined })
  const given = fc.record({
    capacity: fc.integer({ min: 1, max: 30 }),
    highWatermark: mark,
    lowWatermark: mark,
  })
  let refused = 0
  fc.assert(
    fc.property(given, (options) => {
      const { capacity, highWatermark: high, lowWatermark: low } = options
      const fits = (high ?? capacity) >= 1 && (high ?? 0) <= capacity && (low ?? 0) < (high ?? capacity)
      if (!fits) {
        refused++
        t.throws(() => subscription(options), { code: 'ERR_BUS_INVALID_OPTION', message: /Watermark/ })
        return
      }
      const { highWatermark, lowWatermark } = subscription(options)
      t.true(0 <= lowWatermark && lowWatermark < highWatermark && highWatermark <= capacity)
      if (high !== undefined) t.is(highWatermark, high)
      if (low !== undefined) t.is(lowWatermark, low)
    }),
    { numRuns: 500 },
  )
  t.true(refused > 0)
})

test('dedupe: the window is as long as a redelivery can take, and two minutes at least', (t) => {
  const windowMs = (options: Options): number | undefined =>
    subscription({ guarantee: 'exactly-once', ...options }).dedupe?.windowMs
  // 5 × 30 s, and the waits.
  t.is(windowMs({}), 151_800)
  t.is(windowMs({ ackTimeout: 100 }), 120_000)
  t.is(windowMs({ retry: { attempts: 1 }, ackTimeout: 200_000 }), 200_000)
  t.is(windowMs({ dedupe: { window: 151_800 } }), 151_800)
  t.is(windowMs({ dedupe: { window: 3_500 }, ackTimeout: 100, retry: { jitter: 1 } }), 3_500)
})

test('dedupe: a window shorter than a redelivery is refused, and the error says how long both are', (t) => {
  const options = { guarantee: 'exactly-once', dedupe: { window: 151_799 } }
  const parts = [
    'dedupe.window',
    'at least 151800',
    '5 attempts',
    'ackTimeout of 30000 ms',
    '1800 ms',
    '151799 (number)',
  ]
  refuses(t, () => subscription(options), parts)
  // So is one that becomes too short by the defaults of the bus.
  refuses(t, () => subscription(options, defaultSettings({ ackTimeout: 30_001 })), ['at least 151805'])
})

test('dedupe: with retries for which no window is long enough there is no exactly-once', (t) => {
  const endless = { retry: { attempts: 2 ** 31 - 1 }, ackTimeout: 30_000 }
  t.notThrows(() => subscription({ ...endless, guarantee: 'at-least-once' }))
  refuses(t, () => subscription({ ...endless, guarantee: 'exactly-once' }), [
    'retry',
    'at most 2147483647 ms',
  ])
})

test('pull: has no handler, so it takes none of the options that are about one', (t) => {
  const { signal } = new AbortController()
  t.is(pullSettings({ signal }, DEFAULTS).signal, signal)
  t.like(pullSettings({ replay: 'last', capacity: 5, name: 'n' }, DEFAULTS).endpoint, {
    replay: 'last',
    capacity: 5,
    name: 'n',
    concurrency: 1,
  })
  for (const options of [{ batch: {} }, { once: true }, { concurrency: 1 }]) {
    refuses(t, () => pullSettings(options as object, DEFAULTS), ['messages() has no option'])
  }
  refuses(t, () => pullSettings({ signal: 5 } as object, DEFAULTS), [
    'signal must be an AbortSignal',
    '5 (number)',
  ])
})

test('subscriptions have options that handlers have not', (t) => {
  t.deepEqual(subscription({ batch: {} }).batch, { size: 100, withinMs: 10 })
  t.deepEqual(subscription({ batch: { size: 1, within: 0 } }).batch, { size: 1, withinMs: 0 })
  t.is(subscription({ replay: 'last' }).replay, 'last')
  for (const options of [{ batch: {} }, { replay: 'last' }]) {
    refuses(t, () => handlerSettings(options as object, DEFAULTS), [
      'handle() has no option',
      'concurrency, once',
    ])
  }
  t.true(handlerSettings({ once: true }, DEFAULTS).once)
})

const orderBy = (): string => 'a'

test('receivers: a function says what is handled in order', (t) => {
  t.is(subscription({ orderBy }).orderBy, orderBy)
})

const refusals: [options: Options, parts: string[]][] = [
  [
    { overflow: 'drop' },
    ['overflow', 'one of wait, drop-newest, drop-oldest, reject, latest', '"drop" (string)'],
  ],
  [{ highWatermark: 0 }, ['highWatermark', 'an integer from 1 to 1024', '0 (number)']],
  [{ highWatermark: 1_025 }, ['highWatermark', 'an integer from 1 to 1024', '1025 (number)']],
  [{ lowWatermark: -1 }, ['lowWatermark', 'an integer from 0 to 1023', '-1 (number)']],
  [{ capacity: 5, lowWatermark: 5 }, ['lowWatermark', 'an integer from 0 to 4', '5 (number)']],
  [{ lowWatermark: 9, highWatermark: 9 }, ['lowWatermark', 'an integer from 0 to 8', '9 (number)']],
  [{ orderBy: 'key' }, ['orderBy', 'a function', '"key" (string)']],
  [
    { guarantee: 'once' },
    ['guarantee', 'one of at-most-once, at-least-once, exactly-once', '"once" (string)'],
  ],
  [{ retry: { attempts: 0 } }, ['retry.attempts', '0 (number)']],
  [{ ackTimeout: 0 }, ['ackTimeout', 'an integer from 1 to 2147483647', '0 (number)']],
  [{ ackTimeout: 2 ** 31 }, ['ackTimeout', '2147483648 (number)']],
  [{ dedupe: {} }, ['dedupe must be left out', "guarantee is 'at-most-once'", 'an object']],
  [{ dedupe: {}, guarantee: 'at-least-once' }, ["guarantee is 'at-least-once' and not 'exactly-once'"]],
  [{ dedupe: 5, guarantee: 'exactly-once' }, ['the options of dedupe', 'an object', '5 (number)']],
  [{ dedupe: { size: 0 }, guarantee: 'exactly-once' }, ['dedupe.size', 'an integer from 1 to 16777216']],
  [{ dedupe: { ttl: 5 }, guarantee: 'exactly-once' }, ["dedupe has no option 'ttl'", 'window, size']],
  [{ batch: 5 }, ['the options of batch', 'an object', '5 (number)']],
  [{ batch: { size: 0 } }, ['batch.size', 'an integer from 1 to 2147483647', '0 (number)']],
  [{ batch: { within: -1 } }, ['batch.within', 'an integer from 0 to 2147483647', '-1 (number)']],
  [{ batch: { linger: 5 } }, ["batch has no option 'linger'", 'size, within']],
  [{ batch: {}, once: true }, ['once must be left out where there is a batch']],
  [{ once: 1 }, ['once', 'true or false', '1 (number)']],
  [{ replay: 'all' }, ['replay', 'one of last', '"all" (string)']],
  [{ replay: true }, ['replay', 'one of last', 'true (boolean)']],
]

for (const [options, parts] of refusals) {
  test(`receivers: ${JSON.stringify(options)} are no options`, (t) => {
    refuses(t, () => subscription(options), parts)
  })
}
