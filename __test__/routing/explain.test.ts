import { inspect } from 'node:util'
import test from 'ava'
import type { ExplainedEndpoint } from 'busbar'
import { startActor } from '../support/actor.js'
import { answer, ask } from '../support/labels.js'
import { onBus } from '../support/on-bus.js'
import { below, pick, seeded } from '../support/seed.js'

/** Pattern, reason and exclusion of each. */
function shown(endpoints: readonly ExplainedEndpoint[]): (string | undefined)[][] {
  return endpoints.map(({ endpoint, because, excluded }) => [String(endpoint.pattern), because, excluded])
}

test(
  'explain: subscriptions in the order in which they receive, with the reason',
  onBus((t, { bus }) => {
    bus.subscribe('a.*', () => {})
    bus.subscribe('**', () => {}, { priority: 2 })
    bus.subscribe('a.b', () => {}, { priority: 2 })
    bus.subscribe(/^a/, () => {}, { priority: -1 })
    bus.subscribe('a.c', () => {})
    const { topic, balance, subscriptions, handlers } = bus.explain('a.b')
    t.deepEqual([topic, balance, handlers], ['a.b', 'round-robin', []])
    t.deepEqual(
      subscriptions.map(({ rank }) => rank),
      [1, 2, 3, 4],
    )
    t.deepEqual(shown(subscriptions), [
      ['**', 'highest priority, then oldest', undefined],
      ['a.b', 'same priority, younger', undefined],
      ['a.*', 'lower priority', undefined],
      ['/^a/', 'lower priority', undefined],
    ])
  }),
)

test(
  'explain: handlers in the order in which they are asked, with what excludes the others',
  onBus((t, { bus }) => {
    answer(bus, 'a.b', '', { priority: -5 })
    answer(bus, 'a.*', '')
    answer(bus, '*.b', '')
    answer(bus, '**', '')
    answer(bus, 'x', '')
    const higher = answer(bus, /^a/, '', { priority: 3 })
    t.deepEqual(shown(bus.explain('a.b').handlers), [
      ['/^a/', 'highest priority, most specific pattern', undefined],
      ['a.*', 'priority 0', 'a handler of priority 3 is there'],
      ['*.b', 'priority 0', 'a handler of priority 3 is there'],
      ['**', 'priority 0', 'a handler of priority 3 is there'],
      ['a.b', 'priority -5', 'a handler of priority 3 is there'],
    ])
    void higher.unregister()
    t.deepEqual(shown(bus.explain('a.b').handlers), [
      ['a.*', 'highest priority, most specific pattern', undefined],
      ['*.b', 'same priority, equally specific', undefined],
      ['**', 'priority 0, less specific pattern', "'a.*' is more specific"],
      ['a.b', 'priority -5', 'a handler of priority 0 is there'],
    ])
  }),
)

test(
  'explain: an address, as the topic that it stands for',
  onBus((t, { bus }) => {
    const clerk = answer(bus, 'a.*', '', { name: 'clerk', service: 'mail' })
    answer(bus, 'b', '', { service: 'mail', priority: 1 })
    bus.subscribe('**', () => {})
    const byName = bus.explain({ name: 'clerk' })
    t.is(byName.topic, '$name.clerk')
    t.deepEqual(byName.subscriptions, [])
    t.deepEqual(shown(byName.handlers), [['a.*', 'highest priority, most specific pattern', undefined]])
    t.deepEqual(
      bus.explain({ id: clerk.id }).handlers.map(({ endpoint }) => endpoint.id),
      [clerk.id],
    )
    t.deepEqual(shown(bus.explain({ service: 'mail' }).handlers), [
      ['b', 'highest priority, most specific pattern', undefined],
      ['a.*', 'priority 0', 'a handler of priority 1 is there'],
    ])
    t.deepEqual(bus.explain({ pool: 'nobody' }).handlers, [])
  }),
)

test(
  'explain: gives endpoints as the directory lists them, in whichever thread they are',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const options = { name: 'elsewhere', priority: 1, weight: 2, pool: 'p', metadata: { zone: 'eu' } }
    await actor.act('handle', { pattern: 'q.*', label: 'x', options })
    await actor.act('subscribe', { pattern: 'q.*', label: 'y' })
    answer(bus, 'q.1', '')
    const listed = bus.directory({ topic: 'q.1' }).endpoints
    const { subscriptions, handlers } = bus.explain('q.1')
    const explained = [...subscriptions, ...handlers].map(({ endpoint }) => endpoint)
    t.deepEqual(
      explained.sort((a, b) => a.id - b.id),
      [...listed],
    )
    t.deepEqual(
      handlers.map(({ excluded }) => excluded),
      [undefined, 'a handler of priority 1 is there'],
    )

    const elsewhere = await actor.act('explain', { target: 'q.1' })
    t.is(elsewhere, inspect(bus.explain('q.1')))
    await actor.thread.kill()
    for (let left = false; !left; await new Promise(setImmediate))
      left = bus.explain('q.1').subscriptions.length === 0
    t.deepEqual(shown(bus.explain('q.1').handlers), [
      ['q.1', 'highest priority, most specific pattern', undefined],
    ])
  }),
)

test(
  'explain: is printed readably',
  onBus((t, { bus }) => {
    bus.subscribe('cart.*.price', () => {}, { name: 'audit' })
    bus.subscribe(/^cart\./, () => {}, { priority: -1 })
    answer(bus, 'cart.*.price', '', { name: 'pricing' })
    answer(bus, 'cart.{7,8}.*', '')
    answer(bus, 'cart.**', '')
    answer(bus, '**', '', { priority: -1 })
    const lines = inspect(bus.explain('cart.7.price')).split('\n')
    const expected = [
      /^'cart\.7\.price'$/,
      /^ {2}an event goes to$/,
      /^ {4}1\. 'cart\.\*\.price' {2}endpoint \d+ 'audit' of attachment \d+ {2}\(highest priority, then oldest\)$/,
      /^ {4}2\. \/\^cart\\\.\/ {2}endpoint \d+ of attachment \d+ {2}\(lower priority\)$/,
      /^ {2}a request or notification goes to one of these, by round-robin$/,
      /^ {4}1\. 'cart\.\*\.price' {2}endpoint \d+ 'pricing' of attachment \d+ {2}\(highest priority, most specific pattern\)$/,
      /^ {4}2\. '\{cart\.7\.\*,cart\.8\.\*\}' {2}endpoint \d+ of attachment \d+ {2}\(same priority, equally specific\)$/,
      /^ {4}3\. 'cart\.\*\*' .*\(priority 0, less specific pattern: gets nothing, because 'cart\.\*\.price' is more specific\)$/,
      /^ {4}4\. '\*\*' .*\(priority -1: gets nothing, because a handler of priority 0 is there\)$/,
    ]
    for (const [index, line] of lines.entries()) t.regex(line, expected[index] ?? /^nothing more$/)
    t.is(lines.length, expected.length)
    t.regex(
      inspect({ nested: bus.explain('cart.7.price') }),
      /nested: 'cart\.7\.price'\n.* an event goes to\n/,
    )
  }),
)

test(
  'explain: of a topic that nobody receives says so',
  onBus((t, { bus }) => {
    answer(bus, 'a', '')
    const { subscriptions, handlers } = bus.explain('b')
    t.deepEqual([subscriptions, handlers], [[], []])
    t.regex(
      inspect(bus.explain('b')),
      /^'b'\n {2}an event goes to nobody: .*\n {2}a request or notification fails at once: .*$/,
    )
  }),
)

for (const [topic, code] of [
  ['a.*', 'ERR_BUS_INVALID_TOPIC'],
  ['', 'ERR_BUS_INVALID_TOPIC'],
  ['$id.1', 'ERR_BUS_INVALID_TOPIC'],
  [/a/, 'ERR_BUS_INVALID_ADDRESS'],
] as const) {
  test(
    `explain: ${topic} is refused`,
    onBus((t, { bus }) => {
      t.throws(() => bus.explain(topic as never), { code })
    }),
  )
}

test(
  'explain: on a closed bus throws ERR_BUS_CLOSED',
  onBus(async (t, { bus }) => {
    answer(bus, 'a', '', { name: 'n' })
    await bus.close()
    t.throws(() => bus.explain('a'), { code: 'ERR_BUS_CLOSED' })
    t.throws(() => bus.explain({ name: 'n' }), { code: 'ERR_BUS_CLOSED' })
  }),
)

test(
  'explain: says what then happens, for random receivers',
  onBus(async (t, { bus }) => {
    const random = seeded(t)
    const tokens = ['a', 'b', '*', '**', '?', '{a,b}', '[ab]', 'a*']
    const patternOf = (): string | RegExp =>
      random() < 0.15
        ? pick(random, [/^a/, /b$/, /^a\.b/, /^(?:a|b)\./, /./])
        : Array.from({ length: 1 + below(random, 3) }, () => pick(random, tokens)).join('.')
    for (let round = 0; round < 200; round++) {
      const got: string[] = []
      const receivers = Array.from({ length: below(random, 8) }, (_, index) => {
        const options = { priority: below(random, 3), name: `${round}-${index}` }
        return random() < 0.5
          ? bus.subscribe(patternOf(), () => void got.push(options.name), options)
          : answer(bus, patternOf(), options.name, options)
      })
      for (const topic of ['a', 'b', 'a.b', 'b.b', 'a.b.a']) {
        const { subscriptions, handlers } = bus.explain(topic)
        got.length = 0
        t.is(bus.publish(topic, 0), subscriptions.length)
        t.deepEqual(
          got,
          subscriptions.map(({ endpoint }) => endpoint.name ?? ''),
        )
        const chosen = handlers
          .filter(({ excluded }) => excluded === undefined)
          .map(({ endpoint }) => endpoint.name)
        const answers = chosen.length === 0 ? [] : await ask(bus, topic, chosen.length)
        t.deepEqual(answers.sort(), chosen.sort() as string[])
      }
      for (const receiver of receivers) await receiver[Symbol.asyncDispose]()
    }
  }),
)
