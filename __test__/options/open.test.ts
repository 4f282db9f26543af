import test from 'ava'
import { defineContract, event, type OpenOptions } from 'busbar'
import fc from 'fast-check'
import { reversed } from '../support/codec/reversed.js'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { busSettings, canonical, fromCanonical, namesAny, threadSettings } =
  await inside<typeof import('../../ts/src/options/open.js')>('options/open.js')

const clock = { now: () => 0, advance: () => {} }
const contract = defineContract({ a: event() })

test('defaults: what is left out has a default', (t) => {
  t.deepEqual(busSettings({}).defaults, {
    concurrency: 1_000,
    capacity: 1_024,
    overflow: undefined,
    retry: { attempts: 5, backoff: 'exponential', initialMs: 100, maxMs: 30_000, jitter: 0.2 },
    ackTimeoutMs: 30_000,
    guarantee: 'at-most-once',
    priority: 'normal',
    ttlMs: 0,
  })
})

test('canonical: is the same for the same settings, however they were written', (t) => {
  const same = (a: OpenOptions, b: OpenOptions): boolean =>
    canonical(busSettings(a)) === canonical(busSettings(b))
  t.true(same({}, { defaults: {} }))
  t.true(
    same({}, { defaults: { concurrency: 1_000, priority: 'normal', retry: { jitter: 0.2, attempts: 5 } } }),
  )
  t.true(same({ defaults: { ttl: 5, capacity: 3 } }, { defaults: { capacity: 3, ttl: 5 } }))
  t.false(same({}, { defaults: { ttl: 5 } }))
  t.false(same({}, { defaults: { overflow: 'wait' } }))
  t.false(same({}, { defaults: { retry: { initial: 101 } } }))
})

test('canonical: says nothing of what is a matter of each thread', (t) => {
  const ofThread: OpenOptions<unknown> = { clock, contract, codecs: [reversed], freeze: true, core: 'native' }
  t.is(canonical(busSettings(ofThread)), canonical(busSettings(undefined)))
  t.false(namesAny(ofThread))
  t.true(namesAny({ ...ofThread, defaults: { ttl: 5 } }))
  t.false(namesAny(undefined))
})

test('canonical: the settings come back as they were', (t) => {
  const positive = fc.integer({ min: 1, max: 2 ** 31 - 1 })
  const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
    fc.option(value, { nil: undefined })
  const options = fc.record({
    requestTimeout: optional(positive),
    codec: optional(fc.constantFrom('json', 'a codec of ours')),
    balance: optional(fc.constantFrom('random' as const, 'hash' as const)),
    defaults: optional(
      fc.record({
        concurrency: optional(positive),
        capacity: optional(positive),
        overflow: optional(fc.constantFrom('wait' as const, 'latest' as const)),
        guarantee: optional(fc.constantFrom('at-least-once' as const, 'exactly-once' as const)),
        priority: optional(fc.constantFrom('critical' as const, 'low' as const)),
        ackTimeout: optional(positive),
        ttl: optional(positive),
        retry: optional(
          fc.record({
            attempts: optional(positive),
            initial: optional(fc.integer({ min: 0, max: 100 })),
            max: optional(fc.integer({ min: 100, max: 2 ** 31 - 1 })),
            jitter: optional(fc.double({ min: 0, max: 1, noNaN: true })),
            backoff: optional(fc.constantFrom('fixed' as const, 'exponential' as const)),
          }),
        ),
      }),
    ),
  })
  fc.assert(
    fc.property(options, (given) => {
      const settings = busSettings(given)
      const text = canonical(settings)
      // JSON has no negative zero.
      t.deepEqual(JSON.stringify(fromCanonical(text)), JSON.stringify(settings))
      t.is(canonical(fromCanonical(text)), text)
    }),
  )
})

test('threads: what is left out has a default, what is given is taken', (t) => {
  const unnamed = { core: undefined, contract: undefined, codecs: [], clock: undefined }
  const nothing = { ...unnamed, freeze: false, asyncContext: false }
  t.deepEqual(threadSettings(undefined), nothing)
  t.deepEqual(threadSettings({ requestTimeout: 5 }), nothing)
  const asked = { clock, contract, codecs: [reversed], freeze: true, asyncContext: true }
  const given = threadSettings({ ...asked, core: 'javascript' })
  t.is(given.clock, clock)
  t.deepEqual(given.codecs, [reversed])
  t.like(given, { freeze: true, asyncContext: true, core: 'javascript' })
  t.deepEqual([...(given.contract?.keys() ?? [])], ['a'])
})

for (const [options, parts] of [
  [{ defaults: 5 }, ['the options of defaults', 'an object', '5 (number)']],
  [{ defaults: { concurency: 5 } }, ["defaults has no option 'concurency'", 'concurrency, capacity']],
  [{ defaults: { concurrency: 0 } }, ['concurrency', '0 (number)']],
  [{ defaults: { overflow: 'drop' } }, ['overflow', '"drop" (string)']],
  [{ defaults: { retry: { max: -1 } } }, ['retry.max', '-1 (number)']],
  [{ defaults: { guarantee: 'none' } }, ['guarantee', '"none" (string)']],
  [{ defaults: { priority: 0 } }, ['priority', '0 (number)']],
  [{ defaults: { ttl: 0 } }, ['ttl', 'an integer from 1', '0 (number)']],
] as const) {
  test(`open: ${JSON.stringify(options)} are no options`, (t) => {
    refuses(t, () => busSettings(options as object), parts)
  })
}

for (const [options, parts] of [
  [{ freeze: 'deep' }, ['freeze', 'true or false', '"deep" (string)']],
  [{ clock: { now: () => 0 } }, ['clock', 'a virtual clock', 'an object']],
  [{ clock: 5 }, ['clock', '5 (number)']],
  [{ clock: null }, ['clock', 'null']],
  [{ contract: { keys: ['a'] } }, ['contract', 'what defineContract() returned', 'an object']],
  [{ contract: { a: event() } }, ['contract', 'what defineContract() returned']],
  [{ core: 'wasm' }, ['core', 'one of native, javascript', '"wasm" (string)']],
] as const) {
  test(`open: ${Object.keys(options)[0]} that is ${parts.at(-1)} is refused`, (t) => {
    refuses(t, () => threadSettings(options as object), parts)
  })
}
