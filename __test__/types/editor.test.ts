import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import test from 'ava'
import { compile, complaints, suggestions } from './compiler.js'

const SHOP = `
  import type { Bus } from '../../ts/src/contract/ports.js'
  import type { Publisher } from '../../ts/src/contract/publisher.js'
  import type { Contract, Topics } from '../../ts/src/contract/contract.js'
  import type { BatchHandler, Handler, HandlerObject } from '../../ts/src/contract/handlers.js'
  import type { Interceptor } from '../../ts/src/contract/interceptors.js'
  import type { Message } from '../../ts/src/contract/messages.js'
  import type { TopicOf } from '../../ts/src/contract/patterns.js'
  import type { ContractOf, DefinedContract } from '../../ts/src/contract/definitions.js'
  import type { Stream } from '../../ts/src/contract/streams.js'
  import { defineContract, event, notification, request, stream } from '../../ts/src/options/define-contract.js'
  import { open } from '../../ts/src/threads/open.js'
  import type { MoreSpecific } from '../../ts/src/contract/specificity.js'
  type Shop = {
    'cart.*.price': { payload: { items: number }; reply: { total: number } }
    'cart.*.history': { payload: { since: number }; reply: AsyncIterable<{ total: number }> }
    'cart.viewed': { payload: { user: string } }
    'mail.{welcome,bye}': { payload: { to: string } }
    'orders.*.created': { payload: Order }
  }
  type Order = { id: string }
  declare const bus: Bus<Shop>
  declare const mail: { to: string }
  declare const text: string
`

/**
 * What the contract of 200 keys may cost. It took 350,000 when this was written, and 5,150,000 while each topic was
 * compared with all keys: that is what this would notice.
 */
const LARGEST = 500_000

/** A compiler that starts from nothing on a busy machine takes its time. */
const PATIENCE_MS = 120_000

/** An `@example` of a doc comment: the lines to the next tag or to the end. */
const EXAMPLE = /@example\n((?: *\*(?!\/)(?! @).*\n)+)/g

test('a refused topic or pattern says why, and what there is instead', (t) => {
  t.timeout(PATIENCE_MS)
  const cases: [statement: string, reason: string][] = [
    [
      `bus.publish('cart.vewed', { user: '' })`,
      `Refused<"no key of the contract matches 'cart.vewed'", "cart.viewed" | "orders.*.created" | "mail.welcome" | "mail.bye">`,
    ],
    [
      `bus.publish('cart.1.price', { items: 1 })`,
      `Refused<"'cart.1.price' is the topic of a request: use request()"`,
    ],
    [
      `bus.request('cart.viewed', { user: '' })`,
      `Refused<"'cart.viewed' has no reply: use publish() or send(), or give its entry a reply", "cart.*.price">`,
    ],
    [
      `bus.request('cart.1.history', { since: 1 })`,
      `Refused<"'cart.1.history' is answered with a stream: use stream()", "cart.*.price">`,
    ],
    [
      `bus.stream('cart.1.price', { items: 1 })`,
      `Refused<"'cart.1.price' is answered once: use request()", "cart.*.history">`,
    ],
    [`bus.publish(text, mail)`, `Refused<"a string cannot be checked: use a literal or a template"`],
    [`bus.send('mail.*', mail)`, `Refused<"'mail.*' is a pattern, and a message needs one topic"`],
    [
      `bus.subscribe('cart.vewed', () => {})`,
      `Refused<"no key of the contract has topics that 'cart.vewed' matches"`,
    ],
    [
      `bus.subscribe('cart.*.price', () => {})`,
      `Refused<"'cart.*.price' matches topics of requests only: use handle()"`,
    ],
    [
      `bus.handle('cart.*.cost', () => {})`,
      `Refused<"no key of the contract has topics that 'cart.*.cost' matches"`,
    ],
  ]
  const sources = cases.map(([statement], number) => [`${number}.ts`, `${SHOP}\n${statement}`])
  const found = complaints(Object.fromEntries(sources))

  t.is(found.length, cases.length, found.join('\n'))
  for (const [number, [, reason]] of cases.entries()) t.true(found[number]?.includes(reason), found[number])
})

test('editors suggest the topics and patterns that fit the verb', (t) => {
  t.timeout(PATIENCE_MS)
  const at = (statement: string) => suggestions(`${SHOP}\n${statement}`).sort()
  const events = ['cart.viewed', 'mail.bye', 'mail.welcome']

  t.deepEqual(at(`bus.publish('|', { user: '' })`), events)
  t.deepEqual(at(`bus.publish('|')`), events)
  t.deepEqual(at(`bus.send('ca|')`), events)
  t.deepEqual(at(`bus.publisher('|')`), events)
  t.deepEqual(at(`bus.subscribe('|', () => {})`), [...events, 'orders.*.created'])
  t.deepEqual(at(`bus.handle('|')`), ['cart.*.history', 'cart.*.price', ...events, 'orders.*.created'])
  t.deepEqual(at(`bus.publish('cart.viewed', { | })`), ['user'])
})

test('every example in the documentation of the contract compiles, of its type and of its value', (t) => {
  t.timeout(PATIENCE_MS)
  const folder = 'ts/src/contract'
  const files = readdirSync(folder).map((file) => `${folder}/${file}`)
  files.push('ts/src/options/define-contract.ts')
  const sources: Record<string, string> = {}
  let announced = 0
  for (const path of files) {
    const file = basename(path)
    const text = readFileSync(path, 'utf8')
    announced += text.split('@example\n').length - 1
    for (const [number, example] of [...text.matchAll(EXAMPLE)].entries()) {
      const code = (example[1] ?? '').replaceAll(/^ *\* ?/gm, '')
      sources[`${file}.${number}.ts`] = `${SHOP}\nexport async function example() {\n${code}}`
    }
  }

  t.is(Object.keys(sources).length, announced)
  t.true(announced > 0)
  t.deepEqual(complaints(sources), [])
})

test('declarations that are merged into Topics become the contract of a bus that is opened without one', (t) => {
  t.timeout(PATIENCE_MS)
  const index = `
    export type { Topics } from '../../ts/src/contract/contract.js'
    export type { Bus } from '../../ts/src/contract/ports.js'
  `
  const cart = `
    import type { Bus } from './index.js'
    declare module './index.js' {
      interface Topics { 'cart.viewed': { payload: { user: string } } }
    }
    declare const bus: Bus
    bus.publish('cart.viewed', { user: 'ada' })
    bus.publish('cart.viewed', { user: 1 })
    bus.publish('cart.closed', 1)
    bus.publish('mail.7', 1)
  `
  const mail = `
    declare module './index.js' {
      interface Topics { 'mail.*': { payload: 1 } }
    }
    export {}
  `

  t.deepEqual(complaints({ 'index.ts': index, 'cart.ts': cart, 'mail.ts': mail }), [
    `cart.ts:8 Type 'number' is not assignable to type 'string'.`,
    `cart.ts:9 Argument of type 'string' is not assignable to parameter of type 'Refused<"no key of the contract matches 'cart.closed'", "cart.viewed" | "mail.*">'.`,
  ])
})

test('a contract of 200 keys, each used, is no burden to the compiler', (t) => {
  t.timeout(PATIENCE_MS)
  const words = ['created', 'paid', 'shipped', 'returned', 'price']
  const key = (n: number) => `area${n % 20}.*.${words[n % 5]}${n}`
  const keys = Array.from({ length: 200 }, (_, n) => n)
  const source = `
    import type { Bus } from '../../ts/src/contract/ports.js'
    type Large = {
      ${keys.map((n) => `'${key(n)}': { payload: { field${n}: number }${n % 5 === 4 ? '; reply: string' : ''} }`).join('\n')}
    }
    declare const bus: Bus<Large>
    ${keys.map((n) => `bus.${n % 5 === 4 ? 'request' : 'publish'}('${key(n).replace('*', '7')}', { field${n}: 1 })`).join('\n')}
    ${keys.map((n) => `bus.handle('${key(n)}', ({ field${n} }) => String(field${n}))`).join('\n')}
    bus.subscribe('**', (payload) => payload)
  `
  const program = compile({ 'large.ts': source })

  t.deepEqual(
    program.getSemanticDiagnostics().map(({ messageText }) => messageText),
    [],
  )
  const instantiations = program.getInstantiationCount()
  t.log(`${instantiations} instantiations`)
  t.true(instantiations < LARGEST)
})
