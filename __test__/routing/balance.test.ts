import test from 'ava'
import { type Bus, open } from 'busbar'
import { startActor } from '../support/actor.js'
import { answer, ask, tally } from '../support/labels.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import { below, seeded } from '../support/seed.js'

const KEYS = Array.from({ length: 10_000 }, (_, index) => `user-${index}`)

test(
  'round-robin: is the default, and asks each in turn',
  onBus(async (t, { bus }) => {
    for (const label of ['a', 'b', 'c']) answer(bus, 'q', label, { weight: label === 'a' ? 100 : 1 })
    const answers = await ask(bus, 'q', 300)
    t.deepEqual(
      answers,
      answers.map((_, index) => answers[index % 3]),
    )
    t.is(new Set(answers.slice(0, 3)).size, 3)
    t.deepEqual(tally(await ask(bus, 'q', 300, { balance: 'round-robin' })).get('a'), 100)
  }),
)

test(
  'round-robin: topics that the same handlers share take turns together',
  onBus(async (t, { bus }) => {
    for (const label of ['a', 'b', 'c', 'd']) answer(bus, 'q.*', label)
    const answers: unknown[] = []
    for (let index = 0; index < 4_000; index++) answers.push(await bus.request(`q.${index}`, 0))
    t.deepEqual([...tally(answers as string[]).values()], [1_000, 1_000, 1_000, 1_000])
  }),
)

test(
  'round-robin: of a notification, too',
  onBus(async (t, { bus }) => {
    const handlers = ['a', 'b', 'c'].map((label) => answer(bus, 'q', label))
    for (let index = 0; index < 30; index++) t.is((await bus.send('q', 0)).accepted, 1)
    t.deepEqual(
      handlers.map((handler) => handler.stats().processed),
      [10, 10, 10],
    )
  }),
)

test(
  'weighted: in every window as long as all weights together, each gets exactly its weight',
  onBus(async (t, { bus }) => {
    const random = seeded(t)
    const sets = [
      [3, 1],
      [1, 1, 1],
      [5, 2, 1],
      [100, 1],
      [1, 2, 3, 4, 5],
      [7, 7, 1],
    ]
    for (let more = 0; more < 10; more++)
      sets.push(Array.from({ length: 2 + below(random, 6) }, () => 1 + below(random, 30)))
    for (const [index, weights] of sets.entries()) {
      const topic = `q.${index}`
      for (const [place, weight] of weights.entries()) answer(bus, topic, String(place), { weight })
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const answers = await ask(bus, topic, total * 3, { balance: 'weighted' })
      for (let start = 0; start + total <= answers.length; start++) {
        const counts = tally(answers.slice(start, start + total))
        const given = weights.map((_, place) => counts.get(String(place)) ?? 0)
        if (given.some((count, place) => count !== weights[place]))
          t.fail(`${weights} from ${start}: ${given}`)
      }
    }
    t.pass()
  }),
)

test(
  'weighted: a light one has its turn between those of a heavy one, not after them',
  onBus(async (t, { bus }) => {
    answer(bus, 'q', 'a', { weight: 3 })
    answer(bus, 'q', 'b')
    t.is((await ask(bus, 'q', 12, { balance: 'weighted' })).join(''), 'aabaaabaaaba')
    for (const [label, weight] of [
      ['x', 2 ** 31 - 1],
      ['y', 2 ** 31 - 1],
      ['z', 1],
    ] as const)
      answer(bus, 'huge', label, { weight })
    t.deepEqual(Object.fromEntries(tally(await ask(bus, 'huge', 1_000, { balance: 'weighted' }))), {
      x: 500,
      y: 500,
    })
  }),
)

test(
  'weighted: one that joins gets its share from then on',
  onBus(async (t, { bus }) => {
    answer(bus, 'q', 'a', { weight: 2 })
    const b = answer(bus, 'q', 'b')
    await ask(bus, 'q', 4, { balance: 'weighted' })
    answer(bus, 'q', 'c', { weight: 3 })
    t.deepEqual(
      tally(await ask(bus, 'q', 600, { balance: 'weighted' })),
      new Map([
        ['c', 300],
        ['a', 200],
        ['b', 100],
      ]),
    )
    await b.unregister()
    t.deepEqual(
      tally(await ask(bus, 'q', 500, { balance: 'weighted' })),
      new Map([
        ['c', 300],
        ['a', 200],
      ]),
    )
  }),
)

/** Who gets each of the keys. */
async function owners(bus: Bus, keys = KEYS): Promise<string[]> {
  return (await Promise.all(keys.map((key) => bus.request('q', 0, { balance: 'hash', key })))) as string[]
}

test(
  'hash: a key stays where it is, when one leaves only its keys move, and when one joins it only takes',
  onBus(async (t, { bus }) => {
    const handlers = new Map(['a', 'b', 'c', 'd', 'e'].map((label) => [label, answer(bus, 'q', label)]))
    const first = await owners(bus)
    t.deepEqual(await owners(bus), first, 'the same again')

    await handlers.get('c')?.unregister()
    const without = await owners(bus)
    const moved = first.filter((owner, index) => owner !== without[index])
    t.deepEqual([...new Set(moved)], ['c'], 'only its keys')
    t.is(moved.length, tally(first).get('c') ?? 0, 'and all of them')
    const heirs = tally(without.filter((_, index) => first[index] === 'c'))
    t.log('heirs of c', ...heirs.values())
    t.deepEqual([...heirs.keys()].sort(), ['a', 'b', 'd', 'e'], 'shared by all that are left')
    for (const count of heirs.values())
      t.true(count > moved.length / 4 / 1.25 && count < (moved.length / 4) * 1.25)

    answer(bus, 'q', 'f')
    const joined = await owners(bus)
    t.deepEqual([...new Set(joined.filter((owner, index) => owner !== without[index]))], ['f'])
  }),
)

test(
  'hash: keys of every kind are spread evenly',
  onBus(async (t, { bus }) => {
    const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    for (const label of labels) answer(bus, 'q', label)
    const kinds: Record<string, (index: number) => string> = {
      numbers: String,
      'a common beginning': (index) => `tenant.acme.orders.${index}`,
      'a common end': (index) => `${index}.orders.acme.example`,
      'one character': (index) => String.fromCodePoint(0x4e00 + index),
      'the same characters': (index) => index.toString(2).padStart(14, '0'),
      hexadecimal: (index) => (index * 0x1000).toString(16),
    }
    for (const [kind, key] of Object.entries(kinds)) {
      const counts = tally(
        await owners(
          bus,
          KEYS.map((_, index) => key(index)),
        ),
      )
      t.log(`${kind}:`, ...counts.values())
      const even = KEYS.length / labels.length
      for (const label of labels) {
        const count = counts.get(label) ?? 0
        // Six standard deviations of a fair choice.
        const most = 6 * Math.sqrt(even * (1 - 1 / labels.length))
        if (Math.abs(count - even) > most)
          t.fail(`${kind}: ${label} has ${count} keys, ${even} would be even`)
      }
    }
  }),
)

test(
  'hash: every thread sends a key to the same handler, in whichever thread it is',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    for (const label of ['here 1', 'here 2']) answer(bus, 'q', label)
    await one.act('handle', { pattern: 'q', label: 'one 1' })
    await one.act('handle', { pattern: 'q', label: 'one 2' })
    await other.act('handle', { pattern: 'q', label: 'other' })
    const keys = KEYS.slice(0, 1_000)
    const expected = await owners(bus, keys)
    t.is(new Set(expected).size, 5)
    for (const actor of [one, other]) {
      t.deepEqual(await actor.act('ask', { target: 'q', options: { balance: 'hash' }, keys }), expected)
    }

    await one.thread.kill()
    // What is answered GONE on the way is asked again.
    let after: string[] | undefined
    while (after === undefined) after = await owners(bus, keys).catch(() => undefined)
    const moved = new Set(expected.filter((owner, index) => owner !== after[index]))
    t.deepEqual([...moved].sort(), ['one 1', 'one 2'])
  }),
)

test(
  'least-pending: one that does not answer gets one message, the others all the rest',
  onBus(async (t, { bus }) => {
    const stuck = bus.handle('q', never)
    const others = ['a', 'b', 'c'].map((label) => answer(bus, 'q', label))
    // Not awaited: one of them is never answered.
    for (let index = 0; index < 3_000; index++)
      bus.request('q', 0, { balance: 'least-pending' }).catch(() => {})
    t.is(stuck.stats().accepted, 1)
    const each = others.map((one) => one.stats().accepted)
    t.log(...each)
    for (const count of each) t.true(count > 800, 'and they share it about equally')
  }),
)

test(
  'least-pending: of handlers in other threads, those that answer do the work',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    await one.act('handle', { pattern: 'q', label: 'stuck', how: 'gated' })
    await other.act('handle', { pattern: 'q', label: 'prompt' })
    const first: Promise<unknown>[] = []
    for (let index = 0; index < 50; index++) first.push(bus.request('q', 0, { balance: 'least-pending' }))
    // From here on "prompt" owes nothing, however often it is asked; "stuck" owes about 25.
    while ((await Promise.race([...first, undefined])) === undefined) await new Promise(setImmediate)
    await bus.request('q', 0, { balance: 'least-pending' })
    const answers = new Set<unknown>()
    for (let index = 0; index < 500; index++)
      answers.add(await bus.request('q', 0, { balance: 'least-pending' }))
    t.deepEqual([...answers], ['prompt'])
    await one.act('openGate', null)
    t.deepEqual([...tally((await Promise.all(first)) as string[]).keys()].sort(), ['prompt', 'stuck'])
  }),
)

test(
  'random: uses all, about equally, in no order',
  onBus(async (t, { bus }) => {
    for (const label of ['a', 'b', 'c', 'd']) answer(bus, 'q', label)
    const answers = await ask(bus, 'q', 8_000, { balance: 'random' })
    const counts = tally(answers)
    t.log(...counts.values())
    t.is(counts.size, 4)
    // Seven standard deviations.
    for (const count of counts.values()) t.true(Math.abs(count - 2_000) < 7 * Math.sqrt(2_000 * 0.75))
    const repeated = answers.filter((label, index) => label === answers[index + 1]).length
    t.true(Math.abs(repeated - 2_000) < 7 * Math.sqrt(2_000 * 0.75), `${repeated} times twice in a row`)
  }),
)

test(
  'services and pools: their handlers in all threads share what is addressed to them',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    answer(bus, 'mail.a', 'here', { service: 'mail', pool: 'all', weight: 2 })
    await one.act('handle', { pattern: 'mail.b', label: 'one', options: { service: 'mail', pool: 'all' } })
    await other.act('handle', {
      pattern: 'other.**',
      label: 'other',
      options: { service: 'mail', pool: 'all' },
    })
    await other.act('handle', { pattern: 'mail.a', label: 'not a member', options: { service: 'post' } })
    for (const target of [{ service: 'mail' }, { pool: 'all' }]) {
      t.deepEqual(
        tally(await ask(bus, target, 300)),
        new Map([
          ['here', 100],
          ['one', 100],
          ['other', 100],
        ]),
      )
      const byWeight = tally(await ask(bus, target, 400, { balance: 'weighted' }))
      t.deepEqual([byWeight.get('here'), byWeight.get('one'), byWeight.get('other')], [200, 100, 100])
      const elsewhere = (await one.act('ask', { target, times: 300 })) as string[]
      t.deepEqual(Object.fromEntries(tally(elsewhere)), { here: 100, one: 100, other: 100 })
    }
    await other.thread.kill()
    let left: string[] | undefined
    while (left === undefined) left = await ask(bus, { service: 'mail' }, 10).catch(() => undefined)
    t.deepEqual(Object.fromEntries(tally(left)), { here: 5, one: 5 })
  }),
)

test(
  'services: the highest priority of their handlers wins there, too',
  onBus(async (t, { bus }) => {
    answer(bus, 'a.b', 'low', { service: 's' })
    const high = answer(bus, '**', 'high', { service: 's', priority: 1 })
    t.deepEqual(await ask(bus, { service: 's' }, 3), ['high', 'high', 'high'])
    await high.unregister()
    t.deepEqual(await ask(bus, { service: 's' }, 1), ['low'])
  }),
)

test(
  'policy: that of the message, else that of the bus',
  onBus(
    async (t, { bus }) => {
      answer(bus, 'q', 'a', { weight: 3 })
      answer(bus, 'q', 'b')
      t.is((await ask(bus, 'q', 8)).join(''), 'aabaaaba')
      t.deepEqual(
        tally(await ask(bus, 'q', 8, { balance: 'round-robin' })),
        new Map([
          ['a', 4],
          ['b', 4],
        ]),
      )
      t.is(new Set(await ask(bus, 'q', 8, { balance: 'hash', key: 'k' })).size, 1)
      t.is(bus.explain('q').balance, 'weighted')
    },
    { balance: 'weighted' },
  ),
)

test(
  'policy: a bus that goes by hash needs a key with every message',
  onBus(
    async (t, { bus }) => {
      answer(bus, 'q', 'a')
      answer(bus, 'q', 'b')
      t.is(new Set(await ask(bus, 'q', 8, { key: 'k' })).size, 1)
      const refused = {
        code: 'ERR_BUS_INVALID_OPTION',
        message: /key, which the policy 'hash' needs, must be a string, got undefined/,
      }
      t.like(await busError(t, bus.request('q', 0)), { code: refused.code })
      await t.throwsAsync(bus.request('q', 0, { timeout: 5 }), refused)
      await t.throwsAsync(bus.send({ service: 's' }, 0), refused)
      t.is((await ask(bus, 'q', 1, { balance: 'random' })).length, 1)
    },
    { balance: 'hash' },
  ),
)

for (const [options, message] of [
  [
    { balance: 'fair' },
    /balance must be one of round-robin, random, least-pending, weighted, hash, got "fair" \(string\)/,
  ],
  [{ balance: null }, /balance must be one of round-robin, .*got null/],
  [{ balance: 'toString' }, /balance must be one of round-robin/],
  [{ balance: 'hash' }, /key, which the policy 'hash' needs, must be a string, got undefined/],
  [{ balance: 'hash', key: '' }, /key must be a string that is not empty, got "" \(string\)/],
  [{ key: 5 }, /key must be a string that is not empty, got 5 \(number\)/],
  [{ weight: 5 }, /\(\) has no option 'weight'; it has id, headers, .*timeout, .*balance, prefer/],
] as const) {
  test(
    `policy: ${JSON.stringify(options)} is refused`,
    onBus(async (t, { bus }) => {
      const handler = answer(bus, 'q', 'a')
      const refused = { code: 'ERR_BUS_INVALID_OPTION', message }
      await t.throwsAsync(bus.request('q', 0, options as never), refused)
      await t.throwsAsync(bus.send('q', 0, options as never), refused)
      if ('balance' in options && !('key' in options) && options.balance !== 'hash') {
        t.throws(() => open(`${t.title} 2`, options as never), refused)
      }
      t.is(handler.stats().accepted, 0)
    }),
  )
}

for (const weight of [0, -1, 1.5, 2 ** 31, '3', Number.NaN, null]) {
  test(
    `policy: a weight of ${JSON.stringify(weight)} (${typeof weight}) is refused`,
    onBus((t, { bus }) => {
      const refused = {
        code: 'ERR_BUS_INVALID_OPTION',
        message: /weight must be an integer from 1 to 2147483647, got /,
      }
      t.throws(() => bus.handle('q', never, { weight: weight as never }), refused)
      t.deepEqual(bus.explain('q').handlers, [])
    }),
  )
}
