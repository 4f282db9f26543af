import test from 'ava'
import { defineContract, event, notification, request } from 'busbar'
import type { EntrySettings } from '../../ts/src/options/entry.js'
import { compile } from '../support/core/cores.js'
import { globMatcher, type Piece, randomGlob, topicFor, written } from '../support/core/globs.js'
import { repeatable } from '../support/core/repeatable.js'
import { inside } from '../support/inside.js'

const { ContractTable } =
  await inside<typeof import('../../ts/src/bus/contract-table.js')>('bus/contract-table.js')
const { contractEntries } = await inside<typeof import('../../ts/src/options/define-contract.js')>(
  'options/define-contract.js',
)

const { isReserved, isTopic: isAnyTopic } = await inside<
  typeof import('../../ts/src/core/javascript/topic/exact.js')
>('core/javascript/topic/exact.js')

const isTopic = (topic: string): boolean => isAnyTopic(topic) && !isReserved(topic)

function isPattern(glob: readonly Piece[]): boolean {
  try {
    compile(written(glob))
    return true
  } catch {
    return false
  }
}

type Defined = Parameters<typeof defineContract>[0]

/** The table of a contract, which answers with keys. */
function keysOf(definitions: Defined): (topic: string) => string | undefined {
  const entries = contractEntries(defineContract(definitions)) ?? new Map<string, EntrySettings>()
  const table = new ContractTable(entries)
  const keys = new Map([...entries].map(([key, entry]) => [entry, key]))
  return (topic) => {
    const entry = table.entryOf(topic)
    return entry && keys.get(entry)
  }
}

test('contract table: an exact topic counts before the globs that match it, the most specific of which counts', (t) => {
  const keyOf = keysOf({
    '**': event(),
    'cart.**': event(),
    'cart.*.price': request(),
    'cart.v*.price': request(),
    'cart.vip.price': request(),
    'mail.{welcome,bye,system.*}': notification(),
  })
  t.is(keyOf('cart.vip.price'), 'cart.vip.price')
  t.is(keyOf('cart.very.price'), 'cart.v*.price')
  t.is(keyOf('cart.7.price'), 'cart.*.price')
  t.is(keyOf('cart.7.cost'), 'cart.**')
  t.is(keyOf('cart'), 'cart.**')
  t.is(keyOf('orders'), '**')
  t.is(keyOf('mail.bye'), 'mail.{welcome,bye,system.*}')
  t.is(keyOf('mail.system.full'), 'mail.{welcome,bye,system.*}')
  t.is(keyOf('mail.other'), '**')
})

test('contract table: of equally specific keys the first counts', (t) => {
  t.is(keysOf({ 'a.*.c': event(), '*.b.c': event() })('a.b.c'), 'a.*.c')
  t.is(keysOf({ '*.b.c': event(), 'a.*.c': event() })('a.b.c'), '*.b.c')
  t.is(keysOf({ '{a,b}': event(), a: event() })('a'), '{a,b}')
})

test('contract table: a topic that no key matches has no entry, and neither has an address', (t) => {
  const keyOf = keysOf({ 'cart.viewed': event() })
  t.is(keyOf('cart.closed'), undefined)
  t.is(keysOf({})('cart.closed'), undefined)
  t.is(keysOf({ '**': event() })('$name.pricing'), undefined)
})

test('contract table: a key that is no pattern is refused', (t) => {
  for (const key of ['', 'a..b', 'a.{b', '$name.x', 'a\ud800']) {
    t.throws(() => keysOf({ [key]: event() }), { code: 'ERR_BUS_INVALID_PATTERN' }, JSON.stringify(key))
  }
})

test('contract table: a key counts that matches, wherever one does', (t) => {
  let found = 0
  repeatable(
    t,
    (random) => {
      const globs = Array.from({ length: 1 + random.below(8) }, () => randomGlob(random)).filter(isPattern)
      const keys = [...new Set(globs.map((glob) => written(glob)))]
      const matchers = new Map(globs.map((glob) => [written(glob), globMatcher(glob)]))
      const keyOf = keysOf(Object.fromEntries(keys.map((key) => [key, event()])))
      for (const glob of globs) {
        const topic = topicFor(random, glob)
        if (!isTopic(topic)) continue
        const key = keyOf(topic)
        const expected = keys.some((one) => matchers.get(one)?.(topic))
        if (key === undefined ? expected : matchers.get(key)?.(topic) !== true) {
          throw new Error(`${topic} among ${keys.join(' ')}: ${key}`)
        }
        if (key !== undefined) found++
      }
    },
    300,
  )
  t.true(found > 300)
})
