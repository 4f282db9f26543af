import { once } from 'node:events'
import { inspect } from 'node:util'
import test from 'ava'
import type { Directory, DirectoryEndpoint, DirectoryFilter } from 'busbar'
import { startActor } from '../support/actor.js'
import { answer } from '../support/labels.js'
import { onBus } from '../support/on-bus.js'
import { run } from '../support/programs/run.js'

/** What was told of, in order, as `+name` and `-name`. */
function eventsOf(directory: Directory): string[] {
  const events: string[] = []
  directory.on('joined', ({ name }) => void events.push(`+${name}`))
  directory.on('left', ({ name }) => void events.push(`-${name}`))
  return events
}

/** Until the open directories have looked again: they do so once per turn of the event loop. */
async function nextTurn(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate)
}

function namesIn(endpoints: Iterable<DirectoryEndpoint>): (string | undefined)[] {
  return [...endpoints].map(({ name }) => name)
}

test(
  'directory: lists every endpoint with all that it was registered with, oldest first',
  onBus((t, { bus }) => {
    const metadata = { zone: 'eu', ['__proto__']: 'x', '': 'empty', 'é\ud83d\ude00': '"\\\n' }
    const subscription = bus.subscribe('a.*', () => {}, { name: 'audit', priority: -3, metadata })
    const handler = answer(bus, /^a\.(?<id>\d+)$/gi, 'x', {
      name: 'clerk',
      service: 'mail',
      pool: 'p',
      weight: 5,
    })
    const plain = answer(bus, 'a\\[b', 'y')
    const [first, ...others] = bus.directory().endpoints
    const attachment = first?.attachment ?? 0
    t.deepEqual(first, {
      id: subscription.id,
      attachment,
      role: 'subscription',
      pattern: 'a.*',
      priority: -3,
      weight: 1,
      scope: 'process',
      name: 'audit',
      metadata,
    })
    t.deepEqual(others, [
      {
        id: handler.id,
        attachment,
        role: 'handler',
        // Flags without influence on a match are not kept.
        pattern: /^a\.(?<id>\d+)$/i,
        priority: 0,
        weight: 5,
        scope: 'process',
        name: 'clerk',
        service: 'mail',
        pool: 'p',
      },
      {
        id: plain.id,
        attachment,
        role: 'handler',
        pattern: 'a\\[b',
        priority: 0,
        weight: 1,
        scope: 'process',
      },
    ])
    t.true(attachment > 0)
  }),
)

const FILTERS: readonly [filter: DirectoryFilter | undefined, names: string[]][] = [
  [undefined, ['audit', 'clerk', 'post', 'regex']],
  [{}, ['audit', 'clerk', 'post', 'regex']],
  [{ name: undefined, topic: undefined }, ['audit', 'clerk', 'post', 'regex']],
  [{ role: 'handler' }, ['clerk', 'post', 'regex']],
  [{ role: 'subscription' }, ['audit']],
  [{ name: 'clerk' }, ['clerk']],
  [{ name: 'nobody' }, []],
  [{ service: 'mail' }, ['clerk', 'post']],
  [{ pool: 'all' }, ['audit', 'regex']],
  [{ service: 'mail', role: 'subscription' }, []],
  [{ metadata: { zone: 'eu' } }, ['audit', 'clerk']],
  [{ metadata: { zone: 'eu', version: '2' } }, ['clerk']],
  [{ metadata: { toString: 'x' } }, []],
  [{ metadata: {} }, ['audit', 'clerk', 'post', 'regex']],
  [{ topic: 'a.b' }, ['audit', 'clerk', 'regex']],
  [{ topic: 'a.c' }, ['audit', 'regex']],
  [{ topic: 'x' }, ['post']],
  [{ topic: 'y' }, []],
  [{ topic: 'a.b', role: 'handler', service: 'mail', metadata: { version: '2' } }, ['clerk']],
]

for (const [filter, names] of FILTERS) {
  test(
    `directory: ${inspect(filter)} lists ${names.join(', ') || 'nobody'}`,
    onBus((t, { bus }) => {
      bus.subscribe('a.*', () => {}, { name: 'audit', pool: 'all', metadata: { zone: 'eu' } })
      answer(bus, 'a.b', '', { name: 'clerk', service: 'mail', metadata: { zone: 'eu', version: '2' } })
      answer(bus, 'x', '', { name: 'post', service: 'mail', metadata: { zone: 'us' } })
      answer(bus, /^a\./, '', { name: 'regex', pool: 'all' })
      t.deepEqual(namesIn(bus.directory(filter)), names)
    }),
  )
}

for (const [filter, code, message] of [
  [
    { rôle: 'handler' },
    'OPTION',
    /directory\(\) has no option 'rôle'; it has role, name, service, pool, metadata, topic/,
  ],
  [{ role: 'listener' }, 'OPTION', /role must be one of subscription, handler, got "listener" \(string\)/],
  [{ name: 5 }, 'OPTION', /name must be a string that is not empty, got 5/],
  [{ metadata: { a: 1 } }, 'OPTION', /metadata\.a must be a string/],
  [[], 'OPTION', /the options of directory\(\) must be an object/],
  [{ topic: 'a.*' }, 'TOPIC', /a wildcard/],
  [{ topic: 'a..b' }, 'TOPIC', /an empty token/],
  [{ topic: '$name.x' }, 'TOPIC', /reserved for addresses/],
] as const) {
  test(
    `directory: ${inspect(filter)} is no filter`,
    onBus((t, { bus }) => {
      t.throws(() => bus.directory(filter as never), { code: `ERR_BUS_INVALID_${code}`, message })
    }),
  )
}

test(
  'directory: what it was registered with cannot be changed from outside afterwards',
  onBus((t, { bus }) => {
    const metadata = { zone: 'eu' }
    answer(bus, 'a', '', { metadata })
    metadata.zone = 'us'
    const [first] = bus.directory()
    t.deepEqual(first?.metadata, { zone: 'eu' })
    Object.assign(first ?? {}, { name: 'forged' })
    t.deepEqual(namesIn(bus.directory()), [undefined])
  }),
)

test(
  'directory: follows who joins and leaves in its own thread',
  onBus(async (t, { bus }) => {
    const old = answer(bus, 'a', '', { name: 'old' })
    const directory = bus.directory({ role: 'handler' })
    const events = eventsOf(directory)
    const young = answer(bus, 'a', '', { name: 'young' })
    bus.subscribe('a', () => {}, { name: 'not a handler' })
    t.deepEqual(namesIn(directory), ['old'], 'it looks again in the next turn')
    await once(directory, 'joined')
    t.deepEqual(namesIn(directory), ['old', 'young'])
    await old.unregister()
    await young.unregister()
    await nextTurn()
    t.deepEqual(events, ['+young', '-old', '-young'])
    t.deepEqual(directory.endpoints, [])
  }),
)

test(
  'directory: what leaves and joins in one turn is told in that order; what only passes by is not seen',
  onBus(async (t, { bus }) => {
    const first = answer(bus, 'a', '', { name: 'first' })
    const directory = bus.directory()
    const events = eventsOf(directory)
    await answer(bus, 'a', '', { name: 'passes by' }).unregister()
    answer(bus, 'b', '', { name: 'first', replace: true })
    await first.unregister()
    await nextTurn()
    t.deepEqual(events, ['-first', '+first'])
  }),
)

test(
  'directory: a listener gets the endpoint as it was registered',
  onBus(async (t, { bus }) => {
    const directory = bus.directory()
    const joined = once(directory, 'joined')
    const handler = answer(bus, 'a.*', '', { service: 's', metadata: { k: 'v' } })
    const [endpoint] = (await joined) as [DirectoryEndpoint]
    t.like(endpoint, { id: handler.id, pattern: 'a.*', role: 'handler', service: 's', metadata: { k: 'v' } })
    const left = once(directory, 'left')
    await handler.unregister()
    t.deepEqual(await left, [endpoint])
  }),
)

for (const end of ['unregisters', 'closes', 'exits', 'is terminated'] as const) {
  test(
    `directory: follows another thread that registers and then ${end}`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const directory = bus.directory({ service: 's' })
      const actor = await startActor(scene)
      const joined = once(directory, 'joined')
      const options = { service: 's', name: 'elsewhere', metadata: { zone: 'eu' } }
      const id = await actor.act('handle', { pattern: 'q.*', label: 'x', options })
      const [endpoint] = (await joined) as [DirectoryEndpoint]
      t.like(endpoint, { id: id as number, pattern: 'q.*', role: 'handler', ...options })
      t.not(endpoint.attachment, answer(bus, 'own', '').id)
      t.deepEqual(directory.endpoints, [endpoint])

      const left = once(directory, 'left')
      if (end === 'unregisters') await actor.act('end', 'x')
      else if (end === 'closes') await actor.act('close', null)
      else if (end === 'exits') await actor.act('exit', 1)
      else await actor.thread.kill()
      t.deepEqual(await left, [endpoint])
      t.deepEqual(directory.endpoints, [])
      if (end === 'exits') await actor.thread.exited
    }),
  )
}

test(
  'directory: in every thread it lists the same',
  onBus(async (t, scene) => {
    const { bus } = scene
    const [one, other] = await Promise.all([startActor(scene), startActor(scene)])
    answer(bus, 'a', '', { name: 'here' })
    await one.act('handle', { pattern: 'b', label: 'one', options: { name: 'one' } })
    await other.act('subscribe', { pattern: 'c', label: 'other', options: { name: 'other' } })
    const here = bus.directory().endpoints
    t.deepEqual(namesIn(here).filter(Boolean), ['here', 'one', 'other'])
    t.is(new Set(here.map(({ attachment }) => attachment)).size, 3)
    for (const actor of [one, other]) t.deepEqual(await actor.act('directory', null), here)
  }),
)

test(
  'directory: closed, it stays as it is and tells nothing more',
  onBus(async (t, { bus }) => {
    let kept: Directory
    {
      using directory = bus.directory()
      kept = directory
      answer(bus, 'a', '', { name: 'a' })
      await once(directory, 'joined')
    }
    t.is(kept.listenerCount('joined'), 0)
    kept.on('joined', () => t.fail('it is closed'))
    kept.close()
    answer(bus, 'b', '', { name: 'b' })
    await nextTurn()
    t.deepEqual(namesIn(kept), ['a'])
    t.deepEqual(namesIn(bus.directory()), ['a', 'b'])
  }),
)

test(
  'directory: one that is closed by a listener of another does no harm',
  onBus(async (t, { bus }) => {
    const [first, second] = [bus.directory(), bus.directory()]
    first.on('joined', () => {
      first.close()
      second.close()
    })
    second.on('joined', () => t.fail('it was closed'))
    answer(bus, 'a', '')
    await nextTurn()
    t.is(first.endpoints.length, 1)
  }),
)

test(
  'directory: is closed with its bus, which may tell before that its own endpoints left',
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const handler = answer(bus, 'a', '', { name: 'own' })
    const directory = bus.directory()
    const left: number[] = []
    directory.on('left', ({ id }) => void left.push(id))
    await bus.close()
    t.deepEqual([directory.listenerCount('left'), directory.listenerCount('joined')], [0, 0])
    const { endpoints } = directory
    await actor.thread.kill()
    await nextTurn()
    t.is(directory.endpoints, endpoints, 'it follows nobody any more')
    t.true(left.every((id) => id === handler.id))
    t.throws(() => bus.directory({ topic: 'a' }), { code: 'ERR_BUS_CLOSED' })
  }),
)

test('directory: an open one with listeners does not keep the process alive', async (t) => {
  const outcome = await run('watching')
  t.like(outcome, { code: 0, signal: null, stderr: '' })
  // Whether the last turn is still to come is up to Node.js.
  t.regex(outcome.stdout, /^joined a\nunsubscribed\n(?:left a\n)?$/)
})
