import { inspect } from 'node:util'
import test from 'ava'
import { startActor } from '../support/actor.js'
import { holding } from '../support/holder.js'
import { answer } from '../support/labels.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import type { Watch } from '../support/workers/meeting.js'

test(
  "scope: a subscription of scope 'thread' gets the events of its own thread, and none of another",
  onBus(async (t, { bus, thread }) => {
    await thread('publishing')
    const seen: string[] = []
    for (const pattern of ['a.b', 'a.*', '**', /^a/]) {
      bus.subscribe(pattern, (from) => void seen.push(`own ${from}`), { scope: 'thread' })
    }
    t.is(await bus.request('tell', { topic: 'a.b', payload: 'there' }), 0)
    t.is(bus.publish('a.b', 'here'), 4)
    t.deepEqual(seen.splice(0), Array(4).fill('own here'))

    // Another subscription brings the event to this thread; it is for that one only.
    bus.subscribe('a.b', (from) => void seen.push(`shared ${from}`), { scope: 'process' })
    t.is(await bus.request('tell', { topic: 'a.b', payload: 'there' }), 1)
    t.deepEqual(seen.splice(0), ['shared there'])
    t.is(bus.publisher('a.b').matched, 5)
  }),
)

test(
  "scope: a handler of scope 'thread' is nobody's handler in other threads, by topic or by address",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const options = { scope: 'thread', name: 'cache', service: 'cache', pool: 'cache' } as const
    const { id } = answer(bus, 'cache.get', 'here', options)
    for (const target of ['cache.get', { id }, { name: 'cache' }, { service: 'cache' }, { pool: 'cache' }]) {
      t.deepEqual(await actor.act('ask', { target }), ['ERR_BUS_NO_HANDLER'])
      t.is(await bus.request(target as string, 0), 'here')
    }
    // The same module in each thread: every one has its own.
    const order = { pattern: 'cache.get', label: 'there', options: { ...options, priority: -1 } }
    await actor.act('handle', order)
    for (const target of ['cache.get', { name: 'cache' }, { service: 'cache' }]) {
      t.deepEqual(await actor.act('ask', { target, times: 3 }), ['there', 'there', 'there'])
      t.is(await bus.request(target as string, 0), 'here')
    }
  }),
)

test(
  "scope: a handler of scope 'thread' hides no handler of other threads from them",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    answer(bus, 'a', 'own', { scope: 'thread', priority: 9 })
    answer(bus, 'a', 'shared')
    t.deepEqual(await actor.act('ask', { target: 'a', times: 3 }), ['shared', 'shared', 'shared'])
    t.is(await bus.request('a', 0), 'own')
  }),
)

test(
  "scope: a name of scope 'thread' is refused where another handler that its thread sees has it",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const own = { scope: 'thread', name: 'clerk' } as const
    const first = answer(bus, 'a', 'first', own)
    for (const options of [own, { name: 'clerk' }, { name: 'clerk', replace: true }]) {
      t.like(
        t.throws(() => answer(bus, 'b', '', options)),
        { code: 'ERR_BUS_NAME_TAKEN', endpoint: undefined },
      )
    }
    answer(bus, 'b', 'second', { ...own, replace: true })
    t.is(await bus.request({ name: 'clerk' }, 0), 'second')
    t.is((await busError(t, bus.request({ id: first.id }, 0))).code, 'ERR_BUS_NO_HANDLER')
    // In another thread it is free.
    await actor.act('handle', { pattern: 'c', label: 'there', options: { name: 'clerk' } })
    t.deepEqual(await actor.act('ask', { target: { name: 'clerk' } }), ['there'])
  }),
)

test(
  'scope: the directory lists what only its thread sees, and by topic only what would receive it',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const options = { scope: 'thread' } as const
    const there = await actor.act('handle', { pattern: 'a', label: 'there', options })
    const here = answer(bus, 'a', 'here').id
    const listed = bus.directory({ role: 'handler' }).endpoints.map(({ id, scope }) => [id, scope])
    t.deepEqual(
      listed.filter(([id]) => id === there || id === here),
      [
        [there, 'thread'],
        [here, 'process'],
      ],
    )
    t.deepEqual(
      bus.directory({ topic: 'a' }).endpoints.map(({ id }) => id),
      [here],
    )
  }),
)

test(
  'scope: explain shows what only another thread sees as excluded, behind all others',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const options = { scope: 'thread', priority: 5 } as const
    await actor.act('handle', { pattern: 'a', label: 'there', options })
    await actor.act('subscribe', { pattern: 'a', label: 'there too', options })
    t.regex(inspect(bus.explain('a')), /an event goes to nobody[\s\S]*fails at once: no handler matches/)
    answer(bus, '*', 'here')
    const { handlers, subscriptions } = bus.explain('a')
    t.deepEqual(
      handlers.map(({ rank, because, excluded }) => [rank, because, excluded]),
      [
        [1, 'highest priority, most specific pattern', undefined],
        [2, "scope 'thread'", 'only its own thread sees it'],
      ],
    )
    t.deepEqual(
      subscriptions.map(({ rank, excluded }) => [rank, excluded]),
      [[1, 'only its own thread sees it']],
    )
    t.regex(String(await actor.act('explain', { target: 'a' })), /1\. 'a'.*highest priority/)
  }),
)

test(
  "scope: what another thread had published when the bus was closed is not for a subscription of scope 'thread'",
  onBus(async (t, { bus, thread }) => {
    const { worker } = await thread('meeting')
    const seen: string[] = []
    bus.subscribe('late', () => void seen.push('own'), { scope: 'thread' })
    bus.subscribe('late', () => void seen.push('shared'))
    const cells = new Int32Array(new SharedArrayBuffer(12))
    worker.postMessage({ act: 'watch', cells, topic: 'late' } satisfies Watch)
    Atomics.store(cells, 0, 1)
    Atomics.notify(cells, 0)
    t.not(Atomics.wait(cells, 2, 0, 10_000), 'timed-out')
    await bus.close()
    Atomics.store(cells, 0, -1)
    t.deepEqual(seen, ['shared'])
  }),
)

test(
  "scope: what the core holds or keeps reaches a receiver of scope 'thread' from its own thread alone",
  onBus(async (t, scene) => {
    const { bus } = scene
    const got: string[] = []
    const receive = (from: string): void => void got.push(from)
    const own = { scope: 'thread', guarantee: 'at-least-once' } as const
    bus.subscribe('held.event', receive, own)
    bus.handle('held.note', receive, own)
    const other = await holding(scene)
    const held = { guarantee: 'at-least-once' } as const
    t.is(await other.send('held.note', 'theirs').catch(({ message }) => /nobody handles/.test(message)), true)
    t.like(await other.deliver('held.event', 'theirs'), { matched: 0, accepted: 0 })
    t.like(await bus.deliver('held.event', 'ours 1', held), { matched: 1, processed: 1 })
    t.like(await bus.send('held.note', 'ours 2', { ...held, wait: 'processed' }), { processed: 1 })

    bus.publish('kept.ours', 'ours 3', { retain: true })
    await other.deliver('kept.theirs', 'theirs', { retain: true })
    const replayed = bus.subscribe('kept.*', receive, { scope: 'thread', replay: 'last' })
    const shared = bus.subscribe('kept.*', (from: string) => void got.push(`shared ${from}`), {
      replay: 'last',
    })
    while (shared.stats().processed < 2) await new Promise(setImmediate)
    t.is(replayed.stats().accepted, 1)
    t.deepEqual(got.toSorted(), ['ours 1', 'ours 2', 'ours 3', 'shared ours 3', 'shared theirs'])
  }),
)

test(
  "scope: what a dead thread had does not go to a receiver of scope 'thread' that its sender does not see",
  onBus(async (t, scene) => {
    const { bus } = scene
    const got: string[] = []
    bus.handle('w', () => void got.push('hidden'), { scope: 'thread', guarantee: 'at-least-once' })
    const [sender, doomed] = [await holding(scene), await holding(scene)]
    await doomed.hold({ role: 'handle', pattern: 'w', how: 'never' })
    t.like(await sender.send('w', 'theirs'), { accepted: 1 })
    await doomed.thread.kill()
    while (bus.stats().holdings.parked === 0) await new Promise(setImmediate)
    const handled = new Promise<void>((resolve) => {
      bus.handle('w', (from: string) => {
        got.push(from)
        resolve()
      })
    })
    await handled
    t.deepEqual(got, ['theirs'])
  }),
)

test(
  "scope: a dead letter that is replayed does not go to a receiver of scope 'thread' of another thread",
  onBus(async (t, scene) => {
    const { bus } = scene
    bus.events.on('failure', () => {})
    const given = bus.handle('w', (_, message) => message.term('not mine'))
    await bus.send('w', 'letter', { guarantee: 'at-least-once' })
    while (bus.deadLetters.count === 0) await new Promise(setImmediate)
    await given.unregister()
    const other = await holding(scene)
    await other.hold({ role: 'handle', pattern: 'w', how: 'tell', options: { scope: 'thread' } })
    t.is(await bus.deadLetters.replay(), 0)
    t.is(bus.deadLetters.count, 1)
    bus.handle('w', () => {}, { scope: 'thread' })
    t.is(await bus.deadLetters.replay(), 1)
    t.is(bus.deadLetters.count, 0)
  }),
)

test(
  "scope: requestMany() asks the handlers that its thread sees, and messages() of scope 'thread' pulls what it publishes",
  onBus(async (t, scene) => {
    const { bus } = scene
    const other = await startActor(scene)
    await other.act('handle', { pattern: 'many', label: 'theirs', options: { scope: 'thread' } })
    await other.act('handle', { pattern: 'many', label: 'shared' })
    answer(bus, 'many', 'ours', { scope: 'thread' })
    const replies: unknown[] = []
    for await (const reply of bus.requestMany('many', 0)) replies.push(reply.value)
    t.deepEqual(replies.toSorted(), ['ours', 'shared'])

    const publisher = await holding(scene)
    const pulled = bus.messages('pulled', { scope: 'thread' })
    t.like(await publisher.deliver('pulled', 'theirs'), { matched: 0 })
    bus.publish('pulled', 'ours')
    for await (const { payload } of pulled) {
      t.is(payload, 'ours')
      break
    }
  }),
)

test(
  'scope: any other word is refused',
  onBus((t, { bus }) => {
    t.throws(() => bus.subscribe('a', () => {}, { scope: 'worker' as never }), {
      code: 'ERR_BUS_INVALID_OPTION',
      message: 'scope must be one of process, thread, got "worker" (string)',
    })
  }),
)
