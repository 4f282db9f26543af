import { inspect } from 'node:util'
import test from 'ava'
import { open } from 'busbar'
import { startActor } from '../support/actor.js'
import { answer, ask, tally } from '../support/labels.js'
import { onBus } from '../support/on-bus.js'

test(
  "prefer: 'local' takes a handler of this thread, 'any' takes turns with all threads",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    await actor.act('handle', { pattern: 'q', label: 'there' })
    answer(bus, 'q', 'here')
    t.deepEqual(
      tally(await ask(bus, 'q', 8)),
      new Map([
        ['there', 4],
        ['here', 4],
      ]),
    )
    t.deepEqual(
      tally(await ask(bus, 'q', 8, { prefer: 'any' })),
      new Map([
        ['there', 4],
        ['here', 4],
      ]),
    )
    t.deepEqual(tally(await ask(bus, 'q', 8, { prefer: 'local' })), new Map([['here', 8]]))
    const local = { prefer: 'local' } as const
    t.deepEqual(
      tally((await actor.act('ask', { target: 'q', times: 8, options: local })) as string[]),
      new Map([['there', 8]]),
    )
  }),
)

test(
  "prefer: 'local' balances among several handlers of this thread",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    await actor.act('handle', { pattern: 'q', label: 'there' })
    answer(bus, 'q', 'one', { weight: 3 })
    answer(bus, 'q', 'two')
    const local = { prefer: 'local' } as const
    t.deepEqual(await ask(bus, 'q', 4, local), ['one', 'two', 'one', 'two'])
    const weighted = await ask(bus, 'q', 8, { ...local, balance: 'weighted' })
    t.deepEqual(
      tally(weighted),
      new Map([
        ['one', 6],
        ['two', 2],
      ]),
    )
    const keyed = await Promise.all(
      Array.from({ length: 40 }, (_, n) => ask(bus, 'q', 2, { ...local, balance: 'hash', key: `k${n}` })),
    )
    for (const [first, second] of keyed) t.is(first, second)
    t.deepEqual([...new Set(keyed.flat())].sort(), ['one', 'two'])
  }),
)

test(
  "prefer: 'local' decides within the best tier only, and takes any of it where none is local",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    const local = { prefer: 'local' } as const
    await actor.act('handle', { pattern: 'q', label: 'there' })
    t.deepEqual(await ask(bus, 'q', 2, local), ['there', 'there'])
    answer(bus, '*', 'less specific')
    answer(bus, 'q', 'lower', { priority: -1 })
    t.deepEqual(await ask(bus, 'q', 2, local), ['there', 'there'])
    const here = answer(bus, 'q', 'here')
    t.deepEqual(await ask(bus, 'q', 2, local), ['here', 'here'])
    await here.unregister()
    t.deepEqual(await ask(bus, 'q', 2, local), ['there', 'there'])
    await actor.act('end', 'there')
    t.deepEqual(await ask(bus, 'q', 2, local), ['less specific', 'less specific'])
  }),
)

test(
  'prefer: what the bus was opened with holds for requests and notifications that say nothing, in every thread',
  onBus(
    async (t, scene) => {
      const { bus } = scene
      const actor = await startActor(scene)
      await actor.act('handle', { pattern: 'q', label: 'there', options: { service: 's' } })
      const here = answer(bus, 'q', 'here', { service: 's' })
      t.deepEqual(await ask(bus, 'q', 4), Array(4).fill('here'))
      t.deepEqual(await ask(bus, { service: 's' }, 4), Array(4).fill('here'))
      t.deepEqual(await actor.act('ask', { target: 'q', times: 4 }), Array(4).fill('there'))
      t.is(tally(await ask(bus, 'q', 4, { prefer: 'any' })).get('there'), 2)
      const before = here.stats().accepted
      for (let n = 0; n < 4; n++) await bus.send('q', 0)
      t.is(here.stats().accepted, before + 4)

      const { prefer, handlers } = bus.explain('q')
      t.is(prefer, 'local')
      t.deepEqual(
        handlers.map(({ excluded }) => excluded),
        ['a handler of this thread is there, which is preferred', undefined],
      )
      t.regex(inspect(bus.explain('q')), /gets nothing, because a handler of this thread is there/)
      t.throws(() => open(t.title, { prefer: 'any' }), { code: 'ERR_BUS_OPTIONS_DIFFER' })
    },
    { prefer: 'local' },
  ),
)

test(
  'prefer: any other word is refused',
  onBus(async (t, { bus }) => {
    const message = 'prefer must be one of any, local, got "near" (string)'
    const refused = { code: 'ERR_BUS_INVALID_OPTION', message }
    await t.throwsAsync(bus.request('a', 0, { prefer: 'near' as never }), refused)
    await t.throwsAsync(bus.send('a', 0, { prefer: 'near' as never }), refused)
    t.throws(() => open('prefers', { prefer: 'near' as never }), refused)
  }),
)

test(
  "prefer: 'local' asks another handler of this thread again, and one of another thread where there is none",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    await actor.act('handle', { pattern: 'q', label: 'there' })
    let failures = 0
    const fail = (): never => {
      failures++
      throw Object.assign(new Error('not now'), { retryable: true })
    }
    const first = bus.handle('q', fail)
    const options = { prefer: 'local', retry: { attempts: 2, initial: 1 } } as const
    t.deepEqual(tally(await ask(bus, 'q', 8, options)), new Map([['there', 8]]))
    t.is(failures, 8)
    answer(bus, 'q', 'here')
    t.deepEqual(tally(await ask(bus, 'q', 8, options)), new Map([['here', 8]]))
    await first.unregister()
  }),
)

test(
  "prefer: 'local' holds for notifications, held by the bus or not",
  onBus(async (t, scene) => {
    const { bus } = scene
    const actor = await startActor(scene)
    await actor.act('handle', { pattern: 'n', label: 'there' })
    const here = bus.handle('n', () => {})
    for (const guarantee of ['at-most-once', 'at-least-once'] as const) {
      const before = here.stats().accepted
      for (let index = 0; index < 4; index++) await bus.send('n', index, { guarantee, prefer: 'local' })
      t.is(here.stats().accepted - before, 4)
      for (let index = 0; index < 4; index++) await bus.send('n', index, { guarantee })
      t.is(here.stats().accepted - before, 6)
    }
    await here.unregister()
    t.like(await bus.send('n', 0, { prefer: 'local' }), { accepted: 1 })
  }),
)
