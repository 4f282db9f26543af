import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import { bounds, compile, cores, layout, Table } from '../support/core/cores.js'
import { drain, frame, type Read, submit } from '../support/core/frames.js'
import { HANDLER, SUBSCRIPTION } from '../support/core/receptions.js'
import { seeded, shuffled } from '../support/seed.js'

for (const name of ['native', 'javascript'] as const) {
  const attach = (bus: string, wake: () => void = () => {}): CoreAttachment =>
    cores[name].attach(bus, '{}', bounds(16), false, false, wake)
  const kinds = (frames: readonly Read[]): number[] => frames.map(({ kind }) => kind)

  test(`port (${name}): a bus is there as long as somebody is attached, and so are its options`, (t) => {
    const core = cores[name]
    const first = core.attach(t.title, '{"a":1}', bounds(0), true, false, () => {})
    const second = core.attach(t.title, '{"a":2}', bounds(0), false, false, () => {})
    t.is(second.options, '{"a":1}')
    t.not(second.id, first.id)
    const error = t.throws(() => core.attach(t.title, '{"a":2}', bounds(0), true, false, () => {}), {
      code: 'ERR_BUS_OPTIONS_DIFFER',
    })
    t.true(error.message.includes('{"a":1}') && error.message.includes('{"a":2}'), error.message)
    first.detach()
    t.throws(() => core.attach(t.title, '{"a":2}', bounds(0), true, false, () => {}), {
      code: 'ERR_BUS_OPTIONS_DIFFER',
    })
    second.detach()
    const third = core.attach(t.title, '{"a":2}', bounds(0), true, false, () => {})
    t.is(third.options, '{"a":2}')
    third.detach()
  })

  test(`port (${name}): who has left is refused, or nothing happens`, (t) => {
    const core = attach(t.title)
    const { endpoint } = core.register('a', HANDLER)
    core.detach()
    core.detach()
    for (const act of [
      () => core.register('a', HANDLER),
      () => core.resolve('a'),
      () => core.matched('a'),
      () => core.directory(),
      () => core.nowMs(),
    ]) {
      t.throws(act, { code: 'ERR_BUS_CLOSED' })
    }
    core.unregister(endpoint)
    core.withdraw(endpoint)
    submit(core, frame({ kind: layout.KIND_EVENT, sender: core.id, targets: [core.id] }))
    t.deepEqual([core.withdrawn('a'), core.captures(endpoint, 'a'), core.sync(1)], [[], {}, []])
    t.deepEqual([core.drain(new Uint8Array(8)), core.undeliverable()], [0, 0])
    t.deepEqual(core.cacheLookups(), { hits: 0, misses: 0, evictions: 0 })
  })

  test(`port (${name}): frames reach their targets by lane, and those that are gone are counted`, (t) => {
    const [one, two, three] = [attach(t.title), attach(t.title), attach(t.title)]
    const payload = Buffer.from('payload')
    const send = (lane: number, slot: number, targets: readonly number[]): Buffer =>
      frame({ kind: layout.KIND_EVENT, lane, sender: one.id, targets, slot, payload })
    submit(
      one,
      send(layout.LANE_LOW, 1, [two.id]),
      send(layout.LANE_NORMAL, 2, [two.id, three.id, 4_000]),
      send(layout.LANE_CRITICAL, 3, [two.id]),
      send(layout.LANE_NORMAL, 4, [two.id]),
    )
    t.deepEqual(
      drain(two).map(({ slot }) => slot),
      [3, 2, 4, 1],
    )
    t.deepEqual(
      drain(three).map((read) => [read.slot, read.sender, read.payload.toString()]),
      [[2, one.id, 'payload']],
    )
    t.deepEqual(drain(one), [])
    t.is(one.undeliverable(), 1)
    for (const core of [one, two, three]) core.detach()
  })

  test(`port (${name}): a batch that does not follow the layout is refused as a whole`, (t) => {
    const [one, two] = [attach(t.title), attach(t.title)]
    const good = frame({ kind: layout.KIND_EVENT, sender: one.id, targets: [two.id] })
    const spoilt = (word: number, value: number): Buffer => {
      const bytes = Buffer.from(good)
      bytes.writeUInt32LE(value, word * 4)
      return bytes
    }
    for (const bad of [
      good.subarray(0, 40),
      spoilt(layout.WORD_SIZE, 48),
      spoilt(layout.WORD_SIZE, 57),
      spoilt(layout.WORD_SIZE, 64),
      spoilt(layout.WORD_KIND, 99),
      spoilt(layout.WORD_KIND, layout.KIND_EVENT | (5 << 8)),
      spoilt(layout.WORD_SENDER, one.id + 50),
      spoilt(layout.WORD_PAYLOAD_LENGTH, 8),
      spoilt(layout.WORD_TOPIC, 1 << 16),
    ]) {
      t.throws(() => submit(one, good, bad), { code: 'ERR_BUS_INTERNAL' })
    }
    t.deepEqual(drain(two), [])
    for (const core of [one, two]) core.detach()
  })

  test(`port (${name}): a frame larger than the buffer says how large it has to be`, (t) => {
    const [one, two] = [attach(t.title), attach(t.title)]
    const large = frame({
      kind: layout.KIND_EVENT,
      sender: one.id,
      targets: [two.id],
      payload: Buffer.alloc(1_000, 7),
    })
    submit(one, large, large)
    t.is(two.drain(new Uint8Array(100)), -large.length)
    t.is(two.drain(new Uint8Array(large.length * 2 - 1)), large.length)
    t.is(two.drain(new Uint8Array(large.length)), large.length)
    t.is(two.drain(new Uint8Array(large.length)), layout.STATUS_ASLEEP)
    for (const core of [one, two]) core.detach()
  })

  test.serial(`port (${name}): who sleeps is woken, in a turn of its own; who has left is not`, async (t) => {
    let wakes = 0
    const [one, two] = [attach(t.title), attach(`${t.title} (other)`)]
    const sleeper = attach(t.title, () => wakes++)
    const leaver = attach(t.title, () => t.fail('it has left'))
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))
    const send = (target: CoreAttachment): void =>
      submit(one, frame({ kind: layout.KIND_EVENT, sender: one.id, targets: [target.id] }))
    send(sleeper)
    await turn()
    t.is(wakes, 0, 'it was awake')
    drain(sleeper)
    drain(leaver)
    send(sleeper)
    send(sleeper)
    send(leaver)
    leaver.detach()
    t.is(wakes, 0, 'not in the middle of what its thread does')
    await turn()
    // The native core has one bell for all attachments of a thread, and here two of them were asleep.
    t.true(wakes === 1 || (name === 'native' && wakes === 2), `${wakes} times`)
    t.is(drain(sleeper).filter(({ kind }) => kind === layout.KIND_EVENT).length, 2)
    for (const core of [one, two, sleeper]) core.detach()
  })

  test(`port (${name}): the others are told what changes, and who leaves`, (t) => {
    const [one, two] = [attach(t.title), attach(t.title)]
    const exact = one.register('a.b', SUBSCRIPTION)
    t.deepEqual(
      drain(two).map(({ kind, topic }) => [kind, topic]),
      [[layout.KIND_TOPIC_CHANGED, 'a.b']],
    )
    const named = one.register('é', { ...HANDLER, name: 'clerk', service: 'mail', pool: 'p' })
    t.deepEqual(
      drain(two).map(({ topic }) => topic),
      ['é', `$id.${named.endpoint}`, '$name.clerk', '$service.mail', '$pool.p'],
    )
    one.register('a.*', SUBSCRIPTION)
    t.deepEqual(kinds(drain(two)), [layout.KIND_ROUTES_CHANGED])
    one.unregister(exact.endpoint)
    t.deepEqual(kinds(drain(two)), [layout.KIND_TOPIC_CHANGED])
    const heir = two.register('q.*', { ...HANDLER, name: 'clerk', replace: true })
    t.is(heir.replaced, named.endpoint)
    const told = drain(one)
    t.true(told.some(({ kind, slot }) => kind === layout.KIND_REPLACED && slot === named.endpoint))
    t.deepEqual(two.sync(77), [one.id])
    t.deepEqual(
      drain(one).map(({ kind, sender, slot }) => [kind, sender, slot]),
      [[layout.KIND_SYNC, two.id, 77]],
    )
    one.detach()
    t.deepEqual(
      drain(two).map(({ kind, sender }) => [kind, sender]),
      [[layout.KIND_GONE, one.id]],
    )
    t.deepEqual(
      two.directory().map(({ endpoint }) => endpoint),
      [heir.endpoint],
    )
    two.detach()
  })

  test(`port (${name}): what was registered is what the directory lists, whoever changes its copy`, (t) => {
    const core = attach(t.title)
    const metadata: Record<string, string> = { a: 'b' }
    const given = {
      ...HANDLER,
      name: 'é"',
      service: 's',
      pool: 'p',
      weight: 3,
      priority: -(2 ** 31),
      metadata,
    }
    const { endpoint } = core.register(/^a(?<b>.)/dgi, given)
    metadata['a'] = 'c'
    const { replace: _, ...others } = given
    const expected = { ...others, endpoint, attachment: core.id, pattern: /^a(?<b>.)/i, metadata: { a: 'b' } }
    for (const record of [core.directory()[0], core.directory()[0]]) {
      t.deepEqual(record, expected)
      Object.assign(record?.metadata ?? {}, { a: 'd' })
    }
    const error = t.throws(() => core.register('b', { ...HANDLER, name: 'é"' }), {
      code: 'ERR_BUS_NAME_TAKEN',
    })
    t.is(
      error.message,
      `another handler (endpoint ${endpoint}) has the name "é\\"": take it over with replace: true`,
    )
    core.register('b', { ...SUBSCRIPTION, name: 'é"' })
    t.is(core.directory().length, 2)
    core.detach()
  })

  test(`port (${name}): no glob takes long, however often its wildcards could match`, (t) => {
    const core = attach(t.title)
    const startMs = performance.now()
    core.register(`${'**.a.'.repeat(20)}b`, SUBSCRIPTION)
    core.register(`${'**.a.'.repeat(20)}**`, SUBSCRIPTION)
    core.register(`${'*a'.repeat(60)}*b`, SUBSCRIPTION)
    t.is(core.resolve('a.'.repeat(127).slice(0, -1))[0], 1)
    t.is(core.resolve(`${'a.'.repeat(126)}b`)[0], 2)
    t.is(core.resolve('a'.repeat(255))[0], 0)
    t.is(core.resolve(`${'a'.repeat(254)}b`)[0], 1)
    t.true(performance.now() - startMs < 5_000)
    core.detach()
  })

  test(`port (${name}): an endpoint under many of its own patterns is in a plan once, as the most specific`, (t) => {
    const core = attach(t.title)
    const pattern = '{a.b,a.*,**,a*.b,a.**.b}'
    const { endpoint } = core.register(pattern, HANDLER)
    core.register(pattern, SUBSCRIPTION)
    const exact = core.register('a.b', HANDLER)
    t.deepEqual(
      core.matched('a.b').map((match) => match.endpoint),
      [endpoint + 1, endpoint, exact.endpoint],
    )
    t.deepEqual(
      core.matched('a.b').map(({ specificity }) => specificity),
      [0, 0xffff_ffff, 0xffff_ffff],
    )
    t.true((core.matched('a.c')[1]?.specificity ?? 0) < 0xffff_ffff)
    core.detach()
  })

  test(`port (${name}): an answer may have more receivers than the last one had room for`, (t) => {
    const core = attach(t.title)
    for (let count = 0; count < 3_000; count++)
      core.register(count % 2 === 0 ? 'a' : '**', count % 3 === 0 ? HANDLER : SUBSCRIPTION)
    const [matched, locals, remotes, handlers] = core.resolve('a')
    t.deepEqual([matched, locals, remotes, handlers], [2_000, 2_000, 0, 1_000])
    t.is(core.resolve('b')[0], 1_000)
    core.detach()
  })
}

test('port (javascript): what goes leaves nothing behind in the table', (t) => {
  const table = new Table()
  const patterns = ['a', 'a.b', 'a.*', '**', '*.**.b.?c', '{a,b.*}.{c,d*}', '{a,a.b}', /^a/, /^a/i, /b/]
  const entries = patterns.flatMap((pattern, index) =>
    [1, 2].map((copy) => {
      const entry = {
        endpoint: index * 2 + copy,
        attachment: 1,
        isHandler: copy === 1,
        priority: 0,
        weight: 1,
        flags: 0,
        plan: 0,
        specificity: 0,
      }
      const compiled = compile(pattern)
      table.insert(compiled, entry)
      return { compiled, entry }
    }),
  )
  t.false(table.isEmpty)
  for (const { compiled, entry } of shuffled(seeded(t), entries)) table.remove(compiled, entry)
  t.true(table.isEmpty)
})

test('port (javascript): a crowd on one pattern comes and goes at the cost of its own size', async (t) => {
  const core = cores.javascript.attach(t.title, '{}', bounds(0), false, false, () => {})
  // At the cost of the crowd it would be minutes. The time is looked at where the test lets go of the thread.
  t.timeout(60_000)
  for (const pattern of ['a', 'a.*', /^a/]) {
    const endpoints = Array.from({ length: 30_000 }, () => core.register(pattern, SUBSCRIPTION).endpoint)
    const shuffled = endpoints.toSorted((one, other) => ((one * 7_919) % 1_000) - ((other * 7_919) % 1_000))
    for (const [index, endpoint] of shuffled.entries()) {
      if (index % 1_000 === 0) await new Promise(setImmediate)
      core.unregister(endpoint)
    }
  }
  t.is(core.resolve('a')[0], 0)
  core.detach()
})
