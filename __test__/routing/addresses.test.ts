import test from 'ava'
import type { Address } from 'busbar'
import { startActor } from '../support/actor.js'
import { deferred } from '../support/deferred.js'
import { answer, ask } from '../support/labels.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'

const OPTIONS = { name: 'clerk', service: 'mail', pool: 'workers' }

/** All kinds of addresses of the one handler that has those options. */
function addressesOf(id: number): Address[] {
  return [{ id }, { name: 'clerk' }, { service: 'mail' }, { pool: 'workers' }]
}

test(
  'address: every kind reaches its handler, whatever its pattern',
  onBus(async (t, { bus }) => {
    for (const pattern of ['mail.welcome', 'mail.*', '{a,b.*}', '**', /^mail/]) {
      const topics: string[] = []
      const handler = bus.handle(
        pattern,
        (payload, { topic }) => {
          topics.push(topic)
          return payload
        },
        OPTIONS,
      )
      for (const address of addressesOf(handler.id)) {
        t.is(await bus.request(address, 7), 7)
        t.like(await bus.send(address, 7), { matched: 1, accepted: 1 })
      }
      t.is(handler.stats().processed, 8)
      t.deepEqual(
        [...new Set(topics)],
        [`$id.${handler.id}`, '$name.clerk', '$service.mail', '$pool.workers'],
      )
      await handler.unregister()
      for (const address of addressesOf(handler.id)) {
        t.is((await busError(t, bus.request(address, 0))).code, 'ERR_BUS_NO_HANDLER')
      }
    }
  }),
)

test(
  'address: every kind reaches its handler in another thread, from any thread',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    const id = (await one.act('handle', { pattern: 'mail.**', label: 'one', options: OPTIONS })) as number
    for (const target of addressesOf(id)) {
      t.is(await bus.request(target, 0), 'one')
      t.like(await bus.send(target, 0), { matched: 1, accepted: 1 })
      t.deepEqual(await other.act('ask', { target }), ['one'])
      t.deepEqual(await one.act('ask', { target }), ['one'])
    }
    await one.act('end', 'one')
    for (const target of addressesOf(id)) {
      t.is((await busError(t, bus.request(target, 0))).code, 'ERR_BUS_NO_HANDLER')
      t.deepEqual(await other.act('ask', { target }), ['ERR_BUS_NO_HANDLER'])
    }
  }),
)

test(
  'address: nobody there is ERR_BUS_NO_HANDLER, at once',
  onBus(async (t, { bus }) => {
    answer(bus, '**', 'anybody', { name: 'a', service: 's', pool: 'p' })
    const addresses: [Address, string][] = [
      [{ id: 4_000_000_000 }, '$id.4000000000'],
      [{ id: 0 }, '$id.0'],
      [{ id: -1 }, '$id.-1'],
      [{ name: 'b' }, '$name.b'],
      [{ name: 's' }, '$name.s'],
      [{ service: 'a' }, '$service.a'],
      [{ pool: 's' }, '$pool.s'],
      [{ name: '*' }, '$name.*'],
      [{ name: 'A' }, '$name.A'],
      [{ name: 'a.b' }, '$name.a.b'],
    ]
    for (const [address, topic] of addresses) {
      for (const pending of [bus.request(address, 0), bus.send(address, 0)]) {
        const error = await busError(t, pending)
        t.like(error, { code: 'ERR_BUS_NO_HANDLER', topic, retryable: true })
      }
    }
  }),
)

test(
  'address: what is undefined in it is not there',
  onBus(async (t, { bus }) => {
    const clerk = answer(bus, 'a', 'clerk', { name: 'clerk' })
    const addresses: unknown[] = [
      { id: clerk.id, name: undefined },
      { id: undefined, name: 'clerk', service: undefined, pool: undefined },
      { name: 'clerk', topic: undefined },
    ]
    for (const address of addresses as Address[]) {
      t.is(await bus.request(address, 0), 'clerk')
      t.like(await bus.send(address, 0), { accepted: 1 })
      t.is(bus.explain(address).handlers.length, 1)
    }
  }),
)

for (const [what, address] of [
  ['nothing', {}],
  ['nothing but undefined', { id: undefined, name: undefined }],
  ['nothing known but undefined', { name: undefined, topic: 'b' }],
  ['null', null],
  ['undefined', undefined],
  ['a number', 5],
  ['an array', ['a']],
  ['an unknown kind', { nam: 'a' }],
  ['two kinds', { name: 'a', service: 's' }],
  ['something besides', { name: 'a', topic: 'b' }],
  ['an empty name', { name: '' }],
  ['a name that is a number', { name: 5 }],
  ['a name that is null', { name: null }],
  ['an id that is a text', { id: '1' }],
  ['an id with a fraction', { id: 1.5 }],
  ['an id that is NaN', { id: Number.NaN }],
  ['an id that is infinite', { id: Number.POSITIVE_INFINITY }],
  ['a service that is an object', { service: {} }],
  ['a name that is longer than any', { name: 'x'.repeat(250) }],
  ['a name with a lone surrogate', { name: 'a\ud800' }],
] as const) {
  test(
    `address: ${what} is ERR_BUS_INVALID_ADDRESS`,
    onBus(async (t, { bus }) => {
      answer(bus, '**', 'anybody', { name: 'a', service: 's' })
      const refused = {
        code: 'ERR_BUS_INVALID_ADDRESS',
        message: /^a message goes to a topic, or an object with one of 'id' .* got /,
      }
      await t.throwsAsync(bus.request(address as never, 0), refused)
      await t.throwsAsync(bus.send(address as never, 0), refused)
      t.throws(() => bus.explain(address as never), refused)
    }),
  )
}

test(
  'address: its topics are reserved, users cannot send to them',
  onBus(async (t, { bus }) => {
    answer(bus, 'a', 'a', { name: 'clerk' })
    const refused = { code: 'ERR_BUS_INVALID_TOPIC', message: /a leading '\$' is reserved for addresses/ }
    for (const topic of ['$name.clerk', '$id.1', '$', '$x', '$x.y', '$name.*']) {
      t.throws(() => bus.publish(topic, 0), refused, topic)
      t.throws(() => bus.publisher(topic), refused, topic)
      t.throws(() => bus.explain(topic), refused, topic)
      await t.throwsAsync(bus.request(topic, 0), refused, topic)
      await t.throwsAsync(bus.send(topic, 0), refused, topic)
    }
    t.is(await bus.request({ name: 'clerk' }, 0), 'a', 'also when the address is in use')
    t.throws(() => bus.publish('$name.clerk', 0), refused)
    t.is(bus.publish('a.$x', 0), 0, 'elsewhere than at the beginning it is a character as others')
  }),
)

test(
  'address: its topics are not matched by patterns of users',
  onBus(async (t, { bus }) => {
    const patterns = [
      '**',
      '*',
      '*.*',
      '*.**',
      '**.clerk',
      '?name.*',
      '[!a]name.clerk',
      '{a,*}.clerk',
      '?*.*',
      '*name.clerk',
    ]
    const regexes = [
      /./,
      /name/,
      /clerk$/,
      /^./,
      /\W/,
      /(?:)/,
      /^(?:\$name|x)/,
      /^\W(?<kind>[a-z]+)\.(?<rest>.+)/,
    ]
    for (const pattern of [...patterns, ...regexes]) {
      bus.subscribe(pattern, () => t.fail(`${pattern} got an event`))
      answer(bus, pattern, String(pattern), { priority: 1 })
    }
    t.is((await busError(t, bus.request({ name: 'clerk' }, 0))).code, 'ERR_BUS_NO_HANDLER')
    t.deepEqual(bus.explain({ name: 'clerk' }).handlers, [])
    const clerk = answer(bus, 'a', 'clerk', { name: 'clerk' })
    t.deepEqual(await ask(bus, { name: 'clerk' }, 3), ['clerk', 'clerk', 'clerk'])
    t.deepEqual(await ask(bus, { id: clerk.id }, 1), ['clerk'])
  }),
)

for (const pattern of [
  '$x',
  '$name.clerk',
  '$name.*',
  '$service.**',
  '\\$name.clerk',
  '{a,$name.clerk}',
  '$*',
  '[$]name.*',
  /^\$name\./,
  /^\$name\.clerk$/,
]) {
  test(
    `address: ${pattern} would see what is sent to addresses, and is no pattern`,
    onBus(async (t, { bus }) => {
      answer(bus, 'a', 'clerk', { name: 'clerk' })
      const refused = { code: 'ERR_BUS_INVALID_PATTERN', message: /reserved for addresses/ }
      t.throws(() => bus.subscribe(pattern, () => {}), refused)
      t.throws(() => bus.handle(pattern, never, { priority: 1 }), refused)
      t.deepEqual(await ask(bus, { name: 'clerk' }, 1), ['clerk'])
    }),
  )
}

test(
  'name: one handler has it; another is refused, and nothing of it is registered',
  onBus(async (t, scene) => {
    const { bus } = scene
    const first = answer(bus, 'a', 'first', { name: 'clerk' })
    const message = new RegExp(
      `another handler \\(endpoint ${first.id}\\) has the name "clerk": take it over with replace: true`,
    )
    const refused = { code: 'ERR_BUS_NAME_TAKEN', message }
    t.throws(() => answer(bus, 'b', 'second', { name: 'clerk' }), refused)
    t.throws(() => answer(bus, 'b', 'second', { name: 'clerk', replace: false }), refused)
    const actor = await startActor(scene)
    const outcome = await actor.attempt('handle', {
      pattern: 'b',
      label: 'third',
      options: { name: 'clerk' },
    })
    t.like(outcome, { code: 'ERR_BUS_NAME_TAKEN' })
    t.regex('message' in outcome ? outcome.message : '', message)
    t.deepEqual(await ask(bus, { name: 'clerk' }, 2), ['first', 'first'])
    t.is((await busError(t, bus.request('b', 0))).code, 'ERR_BUS_NO_HANDLER')
    answer(bus, 'b', 'other', { name: 'Clerk' })
    t.deepEqual(await ask(bus, { name: 'Clerk' }, 1), ['other'], 'names tell cases apart')
  }),
)

test(
  'name: free again when its handler is unregistered',
  onBus(async (t, { bus }) => {
    for (let round = 0; round < 100; round++) {
      const handler = answer(bus, 'a', String(round), { name: 'clerk' })
      t.is(await bus.request({ name: 'clerk' }, 0), String(round))
      // It is off the bus when the call returns, not when the promise fulfils.
      const ended = handler.unregister()
      t.is((await busError(t, bus.request({ name: 'clerk' }, 0))).code, 'ERR_BUS_NO_HANDLER')
      await ended
    }
  }),
)

for (const [how, end] of [
  ['closes the bus', 'close'],
  ['exits', 'exit'],
  ['is terminated', 'terminate'],
] as const) {
  test(
    `name: free again when the thread of its handler ${how}`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const actor = await startActor(scene)
      await actor.act('handle', { pattern: 'a', label: 'there', options: { name: 'clerk' } })
      t.throws(() => answer(bus, 'a', 'here', { name: 'clerk' }), { code: 'ERR_BUS_NAME_TAKEN' })
      if (end === 'close') await actor.act('close', null)
      else if (end === 'exit') await actor.act('exit', 0)
      else await actor.thread.kill()
      if (end === 'exit') await actor.thread.exited
      // Closing goes on for a moment after it was told to.
      let here: unknown
      for (; here === undefined; await new Promise(setImmediate)) {
        try {
          here = answer(bus, 'a', 'here', { name: 'clerk' })
        } catch (error) {
          t.like(error as Error, { code: 'ERR_BUS_NAME_TAKEN' })
          if (end !== 'close') throw error
        }
      }
      t.deepEqual(await ask(bus, { name: 'clerk' }, 1), ['here'])
    }),
  )
}

test(
  'name: of a subscription it is a label, which several may have and nobody is sent to by',
  onBus(async (t, { bus }) => {
    const handler = answer(bus, 'a', 'handler', { name: 'audit' })
    const labels = [1, 2].map(() => bus.subscribe('a', () => {}, { name: 'audit', service: 's', pool: 'p' }))
    t.is(bus.publish('a', 0), 2)
    t.deepEqual(
      labels.map(({ name }) => name),
      ['audit', 'audit'],
    )
    t.is(await bus.request({ name: 'audit' }, 0), 'handler')
    await handler.unregister()
    const [first] = labels
    for (const address of [{ name: 'audit' }, { service: 's' }, { pool: 'p' }, { id: first?.id ?? 0 }]) {
      t.is((await busError(t, bus.request(address, 0))).code, 'ERR_BUS_NO_HANDLER')
    }
    bus.subscribe('a', () => {}, { name: 'audit', replace: true })
    t.is(bus.publish('a', 0), 3, 'a label replaces nobody')
  }),
)

test(
  'replace: takes over the name and everything else; what the old one has begun or has waiting it finishes',
  onBus(async (t, { bus }) => {
    const gate = deferred()
    const old = bus.handle(
      'q.*',
      async (payload) => {
        await gate.promise
        return `old ${payload}`
      },
      { name: 'clerk', concurrency: 1, service: 's' },
    )
    const before = [1, 2, 3].map((payload) =>
      bus.request((payload === 2 ? { name: 'clerk' } : 'q.1') as Address, payload),
    )
    t.like(old.stats(), { running: 1, queued: 2 })

    const young = bus.handle('other', (payload) => `young ${payload}`, { name: 'clerk', replace: true })
    t.is(await bus.request({ name: 'clerk' }, 4), 'young 4')
    for (const target of ['q.1', { service: 's' }, { id: old.id }]) {
      t.is(
        (await busError(t, bus.request(target as Address, 0))).code,
        'ERR_BUS_NO_HANDLER',
        'it gets nothing more',
      )
    }
    t.like(old.stats(), { running: 1, queued: 2 })
    gate.resolve()
    t.deepEqual(await Promise.all(before), ['old 1', 'old 2', 'old 3'])

    await old.unregister()
    await old.unregister()
    t.is(await bus.request({ name: 'clerk' }, 5), 'young 5', 'that the old one is unregistered is harmless')
    await young.unregister()
    t.is((await busError(t, bus.request({ name: 'clerk' }, 0))).code, 'ERR_BUS_NO_HANDLER')
  }),
)

test(
  'replace: without a holder it registers, and only handlers of that name are concerned',
  onBus(async (t, { bus }) => {
    answer(bus, 'a', 'other', { name: 'other' })
    answer(bus, 'a', 'nameless')
    answer(bus, 'a', 'clerk', { name: 'clerk', replace: true })
    answer(bus, 'a', 'without a name', { replace: true })
    t.is(bus.explain('a').handlers.length, 4)
    t.throws(() => answer(bus, 'a', 'x', { name: 'x', replace: 1 as never }), {
      code: 'ERR_BUS_INVALID_OPTION',
      message: /replace must be true or false, got 1 \(number\)/,
    })
  }),
)

test(
  'replace: an invalid pattern takes nothing over',
  onBus(async (t, { bus }) => {
    answer(bus, 'a', 'old', { name: 'clerk' })
    t.throws(() => answer(bus, 'a..b', 'young', { name: 'clerk', replace: true }), {
      code: 'ERR_BUS_INVALID_PATTERN',
    })
    t.throws(() => answer(bus, /(?=a)/, 'young', { name: 'clerk', replace: true }), {
      code: 'ERR_BUS_INVALID_PATTERN',
    })
    t.deepEqual(await ask(bus, { name: 'clerk' }, 1), ['old'])
  }),
)

test(
  'replace: from another thread, and back',
  onBus(async (t, scene) => {
    const { bus } = scene
    const gate = deferred()
    const old = bus.handle(
      'q',
      async () => {
        await gate.promise
        return 'old'
      },
      { name: 'clerk' },
    )
    const before = bus.request({ name: 'clerk' }, 0)
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    const options = { name: 'clerk', replace: true }
    await one.act('handle', { pattern: 'q', label: 'one', options })
    t.deepEqual(await ask(bus, { name: 'clerk' }, 2), ['one', 'one'])
    t.deepEqual(await ask(bus, 'q', 2), ['one', 'one'])
    t.deepEqual(await other.act('ask', { target: { name: 'clerk' } }), ['one'])
    gate.resolve()
    t.is(await before, 'old')
    await old.unregister()
    t.deepEqual(await ask(bus, { name: 'clerk' }, 1), ['one'])

    await other.act('handle', { pattern: 'q', label: 'other', options })
    await one.act('end', 'one')
    t.deepEqual(await ask(bus, { name: 'clerk' }, 1), ['other'])
    answer(bus, 'q', 'here', options)
    for (const actor of [one, other])
      t.deepEqual(await actor.act('ask', { target: { name: 'clerk' } }), ['here'])
    t.is(bus.explain('q').handlers.length, 1)
  }),
)

test(
  'replace: a name that goes from thread to thread under fire loses no request',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actors = await Promise.all([startActor(scene), startActor(scene)])
    const take = async (turn: number): Promise<void> => {
      const options = { name: 'clerk', replace: true }
      await actors[turn % 2]?.act('handle', { pattern: 'q', label: String(turn % 2), options })
    }
    await take(0)
    const outcomes = new Map<unknown, number>()
    let goesOn = true
    const fire = async (): Promise<void> => {
      while (goesOn) {
        const some = Array.from({ length: 20 }, () =>
          bus.request({ name: 'clerk' }, 0).catch(({ code }) => code),
        )
        for (const outcome of await Promise.all(some)) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }
    const firing = [fire(), fire(), fire()]
    for (let turn = 1; turn <= 300; turn++) await take(turn)
    goesOn = false
    await Promise.all(firing)
    t.log(...outcomes)
    t.deepEqual([...outcomes.keys()].sort(), ['0', '1'])
    t.is(bus.directory({ name: 'clerk' }).endpoints.length, 1)
  }),
)
