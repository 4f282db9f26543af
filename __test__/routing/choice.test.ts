import test from 'ava'
import { startActor } from '../support/actor.js'
import { answer, ask, tally } from '../support/labels.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import { seeded, shuffled } from '../support/seed.js'

test(
  'event: a subscription gets it once, however many alternatives of its pattern match',
  onBus((t, { bus }) => {
    const got: string[] = []
    const patterns = ['{a.b,a.*,*.b,**}', '{a,x}.{b,*,**}', '{a.b,a.b}', '**.{b,*}', /a|b|^a\.b$/]
    for (const pattern of patterns) bus.subscribe(pattern, () => void got.push(String(pattern)))
    t.is(bus.publish('a.b', 0), patterns.length)
    t.deepEqual(got, patterns.map(String))
  }),
)

test(
  'event: a handler of a pattern with overlapping alternatives is one handler, not several',
  onBus(async (t, { bus }) => {
    answer(bus, '{a.b,a.*,*.b}', 'many')
    answer(bus, 'a.b', 'one')
    const same = answer(bus, '{a.b,**,a.*}', 'many again')
    // All three are exact by their best alternative or their only one, so they share; and each counts once.
    t.is(bus.explain('a.b').handlers.length, 3)
    await same.unregister()
    t.is(bus.explain('a.b').handlers.length, 2)
  }),
)

test(
  'event: priority sorts the receivers and leaves out none, and the oldest of equals comes first',
  onBus((t, { bus }) => {
    const got: string[] = []
    for (const [label, pattern, priority] of [
      ['c', '**', 1],
      ['e', 'a.b', 0],
      ['a', /^a/, 9],
      ['d', 'a.b', 1],
      ['f', 'a.*', -1],
      ['b', 'a.b', 9],
    ] as const) {
      bus.subscribe(pattern, () => void got.push(label), { priority })
    }
    t.is(bus.publish('a.b', 0), 6)
    t.deepEqual(got, ['a', 'b', 'c', 'd', 'e', 'f'])
  }),
)

/** From the most specific to the least. */
const RANKING: readonly (string | RegExp)[] = [
  'cart.7.price',
  'cart.7.pr*',
  'cart.7.*',
  'cart.7.**',
  'cart.[0-9].p*',
  'cart.?.*',
  'cart.?.**',
  'cart.*.*',
  'cart.*.**',
  'cart.**',
  'c*.?.*',
  'c*.*.*',
  '*.*.*',
  '*.*.**',
  '*.**',
  '**',
  /^cart\.7\.price$/,
  /^cart\.7/,
  /^cart/,
  /price$/,
]

test(
  'handler: the most specific pattern wins, and when it leaves the next one does, in whatever order they came',
  onBus(async (t, { bus }) => {
    const random = seeded(t)
    for (let round = 0; round < 50; round++) {
      const registrations = new Map(
        shuffled(random, RANKING).map((pattern) => [pattern, answer(bus, pattern, String(pattern))]),
      )
      const order = bus.explain('cart.7.price').handlers.map(({ endpoint }) => String(endpoint.pattern))
      if (round === 0) t.deepEqual(order, RANKING.map(String))
      for (const pattern of RANKING) {
        const winners = tally(await ask(bus, 'cart.7.price', 3))
        if (winners.get(String(pattern)) !== 3) t.fail(`${pattern} should win, not ${[...winners.keys()]}`)
        await registrations.get(pattern)?.unregister()
      }
    }
    t.is((await busError(t, bus.request('cart.7.price', 0))).code, 'ERR_BUS_NO_HANDLER')
  }),
)

test(
  'handler: an alternative is as specific as it is alone',
  onBus(async (t, { bus }) => {
    answer(bus, 'a.*', 'one token')
    const either = answer(bus, '{a.b,**}', 'either')
    t.deepEqual(await ask(bus, 'a.b', 2), ['either', 'either'])
    t.deepEqual(await ask(bus, 'a.c', 2), ['one token', 'one token'])
    t.deepEqual(await ask(bus, 'x', 1), ['either'])
    await either.unregister()
    t.deepEqual(await ask(bus, 'a.b', 1), ['one token'])
  }),
)

test(
  'handler: the highest priority wins, whatever the pattern',
  onBus(async (t, { bus }) => {
    const tiers = [
      answer(bus, /./, 'regex 2147483647', { priority: 2_147_483_647 }),
      answer(bus, '**', 'rest 3', { priority: 3 }),
      answer(bus, 'a.*', 'glob 2', { priority: 2 }),
      answer(bus, 'a.b', 'exact 1', { priority: 1 }),
      answer(bus, 'a.b', 'exact 0'),
      answer(bus, 'a.*', 'glob 0'),
      answer(bus, '**', 'rest -1', { priority: -1 }),
      answer(bus, 'a.b', 'exact -2147483648', { priority: -2_147_483_648 }),
    ]
    const winners: string[] = []
    for (const tier of tiers) {
      winners.push(...new Set(await ask(bus, 'a.b', 4)))
      await tier.unregister()
    }
    t.deepEqual(winners, [
      'regex 2147483647',
      'rest 3',
      'glob 2',
      'exact 1',
      'exact 0',
      'glob 0',
      'rest -1',
      'exact -2147483648',
    ])
  }),
)

test(
  'handler: a subscription never gets requests, and a handler never gets events',
  onBus(async (t, { bus }) => {
    const subscription = bus.subscribe('**', () => 'no answer', { priority: 9 })
    t.is((await busError(t, bus.request('a', 0))).code, 'ERR_BUS_NO_HANDLER')
    t.is((await busError(t, bus.send('a', 0))).code, 'ERR_BUS_NO_HANDLER')
    const handler = answer(bus, 'a', 'handler')
    t.is(bus.publish('a', 0), 1)
    t.is(await bus.request('a', 0), 'handler')
    t.is(subscription.stats().accepted, 1)
    t.is(handler.stats().accepted, 1)
  }),
)

test(
  'handler: equals of one exact topic share the messages, those that come and go included',
  onBus(async (t, { bus }) => {
    const labels = ['a', 'b', 'c', 'd']
    const [, b] = labels.map((label) => answer(bus, 'q.1', label))
    answer(bus, 'q.*', 'less specific')
    t.deepEqual(tally(await ask(bus, 'q.1', 400)), new Map(labels.map((label) => [label, 100])))
    await b?.unregister()
    t.deepEqual(tally(await ask(bus, 'q.1', 300)), new Map(['a', 'c', 'd'].map((label) => [label, 100])))
    answer(bus, 'q.1', 'e')
    t.deepEqual(tally(await ask(bus, 'q.1', 400)), new Map(['a', 'c', 'd', 'e'].map((label) => [label, 100])))
  }),
)

test(
  'handler: equally specific patterns share the messages',
  onBus(async (t, { bus }) => {
    for (const pattern of ['a.*', '*.b', '{x,a.*}']) answer(bus, pattern, pattern)
    t.deepEqual(
      tally(await ask(bus, 'a.b', 30)),
      new Map([
        ['a.*', 10],
        ['*.b', 10],
        ['{x,a.*}', 10],
      ]),
    )
  }),
)

test(
  'failover: to the next tier when the last of a tier is unregistered, closed, exits or is terminated',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actors = await Promise.all([1, 2, 3, 4].map(() => startActor(scene)))
    const [terminated, exiting, closing, leaving] = actors
    if (!terminated || !exiting || !closing || !leaving) throw new Error('four were started')
    // From the highest tier to the lowest; some less specific than those below.
    await terminated.act('handle', { pattern: 'q.**', label: 'terminated', options: { priority: 40 } })
    await exiting.act('handle', { pattern: 'q.*', label: 'exiting', options: { priority: 30 } })
    await closing.act('handle', { pattern: 'q.1', label: 'closing', options: { priority: 20 } })
    await leaving.act('handle', { pattern: 'q.1', label: 'leaving 1', options: { priority: 10 } })
    await leaving.act('handle', { pattern: 'q.1', label: 'leaving 2', options: { priority: 10 } })
    const here = answer(bus, 'q.1', 'here')
    const winners = async (): Promise<string[]> => [...new Set(await ask(bus, 'q.1', 6))].sort()

    t.deepEqual(await winners(), ['terminated'])
    await terminated.thread.kill()
    t.deepEqual(await gone(winners), ['exiting'])
    await exiting.act('exit', 0)
    await exiting.thread.exited
    t.deepEqual(await gone(winners), ['closing'])
    await closing.act('close', null)
    t.deepEqual(await gone(winners, ['closing']), ['leaving 1', 'leaving 2'])
    await leaving.act('end', 'leaving 1')
    t.deepEqual(await winners(), ['leaving 2'])
    await leaving.act('end', 'leaving 2')
    t.deepEqual(await winners(), ['here'])
    await here.unregister()
    t.is((await busError(t, bus.request('q.1', 0))).code, 'ERR_BUS_NO_HANDLER')
  }),
)

/** What `winners` says as soon as this thread has heard of the end of another; until then they may be its own. */
async function gone(winners: () => Promise<string[]>, before: readonly string[] = []): Promise<string[]> {
  for (;;) {
    try {
      const now = await winners()
      if (now.every((winner) => !before.includes(winner))) return now
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_BUS_HANDLER_GONE') throw error
    }
  }
}

test(
  'failover: what waits for a handler in a thread that dies fails, what comes after that finds the next',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    await actor.act('handle', { pattern: 'q', label: 'stuck', how: 'stuck', options: { priority: 1 } })
    answer(bus, 'q', 'next')
    const waiting = Array.from({ length: 100 }, () => busError(t, bus.request('q', 0)))
    await actor.act('directory', null)
    await actor.thread.kill()
    const codes = new Set((await Promise.all(waiting)).map(({ code }) => code))
    t.deepEqual([...codes], ['ERR_BUS_HANDLER_GONE'])
    t.deepEqual(await ask(bus, 'q', 2), ['next', 'next'])
  }),
)

test(
  'choice: every thread makes the same one',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    await one.act('handle', { pattern: 'q.**', label: 'first', options: { priority: 1 } })
    await other.act('handle', { pattern: 'q.1', label: 'second' })
    answer(bus, 'q.*', 'third')
    for (const expected of ['first', 'second', 'third']) {
      t.deepEqual(await ask(bus, 'q.1', 2), [expected, expected])
      for (const actor of [one, other])
        t.deepEqual(await actor.act('ask', { target: 'q.1', times: 2 }), [expected, expected])
      if (expected === 'first') await one.act('end', 'first')
      if (expected === 'second') await other.act('end', 'second')
    }
  }),
)
