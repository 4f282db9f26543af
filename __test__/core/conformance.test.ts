import test from 'ava'
import type { Message } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'

for (const core of ['native', 'javascript'] as const) {
  const promise = (what: string): string => `core (${core}): ${what}`

  test(
    promise('an event reaches every subscription that matches, by priority and age'),
    onBus(
      (t, { bus }) => {
        const seen: string[] = []
        const note = (who: string) => (payload: unknown) => void seen.push(`${who} ${payload}`)
        bus.subscribe('orders.*.created', note('glob'))
        bus.subscribe('orders.42.created', note('exact'))
        bus.subscribe(/^orders\.\d+\./, note('regex'), { priority: 1 })
        bus.subscribe('orders.**', note('rest'), { priority: -1 })
        bus.subscribe('orders.4?.{created,closed}', note('partial'))
        bus.subscribe('other', note('other'))
        t.is(bus.publish('orders.42.created', 1), 5)
        t.deepEqual(seen, ['regex 1', 'glob 1', 'exact 1', 'partial 1', 'rest 1'])
      },
      { core },
    ),
  )

  test(
    promise('who comes and goes is heard of at once'),
    onBus(
      async (t, { bus }) => {
        t.is(bus.publish('a.b', 1), 0)
        const exact = bus.subscribe('a.b', () => {})
        const glob = bus.subscribe('a.*', () => {})
        t.is(bus.publish('a.b', 1), 2)
        await glob.unsubscribe()
        t.is(bus.publish('a.b', 1), 1)
        await exact.ready
        await exact.unsubscribe()
        t.is(bus.publish('a.b', 1), 0)
      },
      { core },
    ),
  )

  test(
    promise('a request goes to the most specific handler of the highest priority'),
    onBus(
      async (t, { bus }) => {
        const named = (who: string) => () => who
        bus.handle('**', named('rest'))
        bus.handle(/^price\./, named('regex'))
        t.is(await bus.request('price.eur', 1), 'rest')
        bus.handle('price.e*', named('partial'))
        t.is(await bus.request('price.eur', 1), 'partial')
        bus.handle('price.eur', named('exact'))
        t.is(await bus.request('price.eur', 1), 'exact')
        const urgent = bus.handle(/e/, named('urgent'), { priority: 1 })
        t.is(await bus.request('price.eur', 1), 'urgent')
        await urgent.unregister()
        t.is(await bus.request('price.eur', 1), 'exact')
      },
      { core },
    ),
  )

  test(
    promise('one receiver is reached by its address, and a name is had by one'),
    onBus(
      async (t, { bus }) => {
        const clerk = bus.handle('work.*', () => 'clerk', { name: 'clerk', service: 'mail', pool: 'staff' })
        for (const address of [{ id: clerk.id }, { name: 'clerk' }, { service: 'mail' }, { pool: 'staff' }]) {
          t.is(await bus.request(address, 1), 'clerk')
        }
        t.throws(() => bus.handle('work.*', never, { name: 'clerk' }), { code: 'ERR_BUS_NAME_TAKEN' })
        bus.handle('work.*', () => 'heir', { name: 'clerk', replace: true })
        t.is(await bus.request({ name: 'clerk' }, 1), 'heir')
        t.is(await bus.request('work.a', 1), 'heir')
        t.throws(() => bus.publish('$name.clerk', 1), { code: 'ERR_BUS_INVALID_TOPIC' })
      },
      { core },
    ),
  )

  test(
    promise('a request that nobody answers ends with a time-out, and one that nobody handles at once'),
    onBus(
      async (t, { bus }) => {
        bus.handle('never', never)
        const startMs = performance.now()
        await t.throwsAsync(bus.request('never', 1, { timeout: 30 }), { code: 'ERR_BUS_TIMEOUT' })
        t.true(performance.now() - startMs >= 30)
        await t.throwsAsync(bus.request('nobody', 1), { code: 'ERR_BUS_NO_HANDLER' })
        const many = Array.from({ length: 500 }, () => bus.request('never', 1, { timeout: 20 }))
        for (const ended of await Promise.allSettled(many)) t.is(ended.status, 'rejected')
      },
      { core },
    ),
  )

  test(
    promise('the named groups of an expression are the params of a message'),
    onBus(
      (t, { bus }) => {
        const seen: unknown[] = []
        bus.subscribe(/^(?<tenant>[^.]+)\.(?:(?<id>\d+)\.)?(?<verb>\w+)$/, (_, message: Message) => {
          seen.push(message.params)
        })
        bus.publish('acme.42.created', 1)
        bus.publish('acme.created', 1)
        t.deepEqual(seen, [
          { tenant: 'acme', id: '42', verb: 'created' },
          { tenant: 'acme', verb: 'created' },
        ])
      },
      { core },
    ),
  )

  test(
    promise('explain and directory tell who is there'),
    onBus(
      (t, { bus }) => {
        bus.handle('q.*', never, { name: 'one', metadata: { a: 'b' } })
        bus.handle('q.1', never, { priority: -1, weight: 3 })
        bus.subscribe('{q,r}.[1-3]', () => {})
        t.deepEqual(
          [...bus.directory()].map(({ pattern, role, name, priority, weight }) => [
            pattern,
            role,
            name,
            priority,
            weight,
          ]),
          [
            ['q.*', 'handler', 'one', 0, 1],
            ['q.1', 'handler', undefined, -1, 3],
            ['{q.[1-3],r.[1-3]}', 'subscription', undefined, 0, 1],
          ],
        )
        const { handlers, subscriptions } = bus.explain('q.1')
        t.deepEqual(
          handlers.map(({ endpoint }) => endpoint.pattern),
          ['q.*', 'q.1'],
        )
        t.is(subscriptions.length, 1)
        t.is([...bus.directory({ topic: 'q.2', role: 'handler' })].length, 1)
      },
      { core },
    ),
  )

  test(
    promise('close waits for what runs, and then nothing is there'),
    onBus(
      async (t, { bus }) => {
        const gate = deferred()
        bus.handle('slow', () => gate.promise)
        const pending = bus.request('slow', 1)
        const closing = bus.close({ timeout: 5_000 })
        t.throws(() => bus.subscribe('a', () => {}), { code: 'ERR_BUS_CLOSED' })
        gate.resolve()
        const report = await closing
        t.deepEqual(report.abandoned, [])
        await pending
        t.throws(() => bus.publish('a', 1), { code: 'ERR_BUS_CLOSED' })
      },
      { core },
    ),
  )

  test(
    promise('texts that are neither topics nor patterns are refused'),
    onBus(
      (t, { bus }) => {
        for (const topic of ['', '.', 'a..b', 'a.*', 'a?', 'a\n', '$id.1', 'é'.repeat(128), 'a\ud800', 5]) {
          t.throws(() => bus.publish(topic as string, 1), { code: 'ERR_BUS_INVALID_TOPIC' }, String(topic))
        }
        for (const pattern of ['', 'a..b', 'a[', '{a', /(?=a)/, 'a\ud800', 5]) {
          const subscribe = () => bus.subscribe(pattern as string, () => {})
          t.throws(subscribe, { code: 'ERR_BUS_INVALID_PATTERN' }, String(pattern))
        }
      },
      { core },
    ),
  )
}
