import test from 'ava'
import { BusError, type FailureEvent } from 'busbar'
import { deferred } from '../support/deferred.js'
import { hostile, raise } from '../support/hostile.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { run } from '../support/programs/run.js'

for (const [what, [handler, told]] of Object.entries(hostile)) {
  test(
    `failures: a receiver that ${what} disturbs neither the publisher nor the others`,
    onBus(async (t, { bus }) => {
      const failures: FailureEvent[] = []
      const first = deferred()
      bus.events.on('failure', (event) => {
        failures.push(event)
        first.resolve()
      })
      const seen: string[] = []
      bus.subscribe('a', () => void seen.push('before'), { priority: 1 })
      const failing = bus.subscribe('a', handler)
      bus.subscribe('a', () => void seen.push('after'), { priority: -1 })

      t.is(bus.publish('a', 0, { id: 'the-message' }), 3)
      t.deepEqual(seen, ['before', 'after'])
      await first.promise
      t.is(failures.length, 1)
      t.like(failures[0], { topic: 'a', id: 'the-message', attempt: 1, endpoint: failing.id })
      if (told !== undefined) t.is(failures[0]?.error, told)
      t.like(failing.stats(), { accepted: 1, failed: 1, processed: 0, running: 0 })

      t.is(bus.publish('a', 0), 3)
      t.is(seen.length, 4, 'the bus works as before')
    }),
  )

  test(
    `failures: a handler that ${what} fails its request`,
    onBus(async (t, { bus }) => {
      const failures: FailureEvent[] = []
      bus.events.on('failure', (event) => failures.push(event))
      const registration = bus.handle('q', handler)
      const error = await t.throwsAsync(bus.request('q', 0), {
        instanceOf: BusError,
        code: 'ERR_BUS_HANDLER_FAILED',
      })
      t.like(error, { topic: 'q', endpoint: registration.id, retryable: false })
      if (told !== undefined) t.is(error.cause, told)
      t.is(failures.length, 1, 'a listener hears of it as well')
      if (told !== undefined) t.is(failures[0]?.error, told)
      t.like(registration.stats(), { accepted: 1, failed: 1 })
    }),
  )
}

test(
  'failures: a receiver that never settles holds up nobody else',
  onBus((t, { bus }) => {
    const stuck = bus.subscribe('a', never, { concurrency: 1 })
    const other = bus.subscribe('a', () => {})
    for (let index = 0; index < 10; index++) bus.publish('a', index)
    t.like(stuck.stats(), { running: 1, queued: 9 })
    t.like(other.stats(), { processed: 10 })
  }),
)

test(
  'failures: a thenable that is no promise is waited for',
  onBus(async (t, { bus }) => {
    const later = deferred<number>()
    // biome-ignore lint/suspicious/noThenProperty: thenables of every kind are what is tested.
    bus.handle('q', () => ({ then: later.promise.then.bind(later.promise) }))
    const reply = bus.request('q', 0)
    later.resolve(5)
    t.is(await reply, 5)
  }),
)

test(
  'failures: where nobody listens, a process warning names the bus, the topic and the error',
  onBus(async (t, { bus }) => {
    const warned = deferred<Error>()
    const listen = (warning: Error): void => {
      if (warning.message.includes(t.title)) warned.resolve(warning)
    }
    process.on('warning', listen)
    bus.subscribe('a', raise)
    bus.publish('a', 0)
    const { name, message } = await warned.promise
    process.off('warning', listen)
    t.is(name, 'BusbarWarning')
    for (const part of [`bus '${t.title}'`, "'a'", 'RangeError: boom'])
      t.true(message.includes(part), message)
  }),
)

test('failures: a flood of them makes one warning, not a flood', async (t) => {
  const { code, stderr, stdout } = await run('failing', 'flood')
  t.is(stdout, 'published\n')
  t.is(code, 0)
  t.is(stderr.split('BusbarWarning').length - 1, 1, stderr)
})

test('failures: of a request makes no warning, because the caller has the error', async (t) => {
  const { code, stderr, stdout } = await run('failing', 'request')
  t.is(stdout, 'ERR_BUS_HANDLER_FAILED\n')
  t.is(stderr, '')
  t.is(code, 0)
})

test('failures: of a notification makes a warning, because its sender is told no more than that it was accepted', async (t) => {
  const { code, stderr, stdout } = await run('failing', 'notification')
  t.is(stdout, 'accepted 1\n')
  t.regex(stderr, /BusbarWarning.*'q'.*Error: boom/)
  t.is(code, 0)
})

test('failures: a listener of failures that throws is an uncaught exception of its own, and the bus goes on', async (t) => {
  const { code, stdout, stderr } = await run('failing', 'listener')
  t.is(stderr, '')
  t.deepEqual(stdout.trim().split('\n'), [
    'other received',
    'published to 2',
    'uncaught: of the listener',
    'closed',
  ])
  t.is(code, 0)
})
