import { inspect } from 'node:util'
import { threadId } from 'node:worker_threads'
import test from 'ava'
import { open, type Trace, type TraceStep } from 'busbar'
import { onBus } from '../support/on-bus.js'
import { onEachCore } from '../support/on-each-core.js'

const events = ({ steps }: Trace): string[] => steps.map(({ event }) => event)
const of = ({ steps }: Trace, event: string): TraceStep | undefined =>
  steps.find((step) => step.event === event)

test(
  'trace: an event is followed into every thread, by one clock and in order',
  onBus(async (t, { bus, thread }) => {
    const one = await thread('journeys')
    const other = await thread('journeys')
    bus.subscribe('way.*', () => {}, { name: 'here' })

    const trace = await bus.trace('way.1', { any: 'thing' })

    t.true(trace.isComplete)
    t.deepEqual([trace.topic, trace.kind, trace.plan.subscriptions.length], ['way.1', 'event', 3])
    const here = trace.steps.filter((step) => step.threadId === threadId)
    t.deepEqual(
      here.map(({ event }) => event),
      ['sent', 'started', 'processed'],
    )
    t.is(here[0]?.to?.length, 2)
    t.regex(here[0]?.detail ?? '', /^batch \d+, frame 1$/)
    t.like(here[1], { name: 'here', pattern: 'way.*' })
    for (const { worker } of [one, other]) {
      const there = trace.steps.filter((step) => step.threadId === worker.threadId)
      t.deepEqual(
        there.map(({ event }) => event),
        ['arrived', 'started', 'processed'],
      )
      t.like(there[2], { name: 'there', pattern: 'way.*' })
      t.true(here[0]?.to?.includes(there[0]?.attachment ?? 0))
      t.true((there[0]?.at ?? 0) > (here[0]?.at ?? 0))
    }
    const times = trace.steps.map(({ at }) => at)
    t.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    t.true((times[0] ?? -1) >= 0)
  }),
)

test(
  'trace: a request ends with its reply or its error, and tells where it was',
  onBus(async (t, { bus, thread }) => {
    const { worker } = await thread('journeys')
    const asked = await bus.trace('ask.1', 42, { kind: 'request' })
    t.deepEqual([asked.isComplete, asked.reply, 'error' in asked], [true, 42, false])
    t.deepEqual(events(asked).toSorted(), ['answered', 'arrived', 'processed', 'sent', 'started'])
    t.is(of(asked, 'started')?.threadId, worker.threadId)
    t.is(of(asked, 'sent')?.endpoint, of(asked, 'processed')?.endpoint)

    const failed = await bus.trace('fail.1', 42, { kind: 'request' })
    t.true(failed.isComplete)
    t.like(failed.error, { code: 'ERR_BUS_HANDLER_FAILED' })
    t.is(of(failed, 'failed')?.detail, 'TypeError: no')
    t.true(of(failed, 'answered')?.detail?.includes('fail.1'))

    const sent = await bus.trace('ask.2', 42, { kind: 'notification' })
    t.true(sent.isComplete && events(sent).includes('processed'))
  }),
)

test(
  'trace: what hangs is incomplete, and its last step says where',
  onBus(async (t, { bus, thread }) => {
    await thread('journeys')
    const trace = await bus.trace('hang.1', 1, { kind: 'request', timeout: 3_000 })
    t.false(trace.isComplete)
    t.like(trace.error, { code: 'ERR_BUS_TIMEOUT' })
    t.true(events(trace).includes('started'))
    t.false(events(trace).includes('processed'))
  }),
)

test(
  'trace: a message that is held is followed through its tries in another thread',
  onBus(async (t, { bus, thread }) => {
    await thread('journeys')
    const trace = await bus.trace('held.1', 1)
    t.true(trace.isComplete)
    t.deepEqual(events(trace), ['sent', 'arrived', 'started', 'retried', 'started', 'processed'])
    t.is(of(trace, 'retried')?.detail, 'Error: not yet')
    t.is(trace.steps[4]?.detail, 'attempt 2')
  }),
)

test(
  'trace: what is sent on with the headers is reported by whichever thread it reaches',
  onBus(async (t, { bus, thread }) => {
    await thread('journeys')
    const trace = await bus.trace('on.1', 7, { kind: 'request' })
    t.is(trace.reply, 7)
    t.is(trace.steps.filter(({ event }) => event === 'started').length, 2)
    t.deepEqual(
      trace.steps.filter(({ event }) => event === 'started').map(({ pattern }) => pattern),
      ['on.*', 'ask.*'],
    )
  }),
)

onEachCore('trace: what becomes of it at each receiver is told, whatever that is', async (t, stage) => {
  const { bus, pass } = stage
  bus.events.on('failure', () => {})
  bus.events.on('overflow', () => {})
  let release = (): void => {}
  const busy = new Promise<void>((resolve) => {
    release = resolve
  })
  const full = bus.subscribe('all.*', () => busy, { name: 'full', concurrency: 1, capacity: 1 })
  bus.publish('all.0', 0)
  bus.publish('all.0', 0)
  bus.subscribe('all.*', () => busy, { name: 'behind', concurrency: 1 })
  bus.publish('all.00', 0)
  bus.subscribe('all.1', () => {
    throw new Error('no')
  })
  bus.subscribe('all.1', () => {}, { name: 'well' })

  const pending = bus.trace('all.1', 0)
  await pass(0)
  release()
  const trace = await pending

  t.true(trace.isComplete)
  const at = (name: string): string[] =>
    trace.steps.filter((step) => step.name === name).map(({ event }) => event)
  t.deepEqual(at('full'), ['refused'])
  t.is(trace.steps.find(({ name }) => name === 'full')?.endpoint, full.id)
  t.deepEqual(at('behind'), ['queued', 'started', 'processed'])
  t.deepEqual(at('well'), ['started', 'processed'])
  t.is(of(trace, 'failed')?.detail, 'Error: no')
})

onEachCore(
  'trace: a request goes around a circuit that is open, and both handlers are told',
  async (t, { bus }) => {
    const one = bus.handle('q', () => 'one', { circuit: {}, priority: 1 })
    bus.handle('q', () => 'other')
    one.circuit?.open()
    const trace = await bus.trace('q', 0, { kind: 'request' })
    t.is(trace.reply, 'other')
    t.is(trace.plan.handlers.find(({ endpoint }) => endpoint.id === one.id)?.excluded, 'its circuit is open')
    t.deepEqual(events(trace), ['started', 'processed', 'answered'])
  },
)

onEachCore('trace: without receivers there is nothing to wait for', async (t, { bus }) => {
  const nobody = await bus.trace('nobody', 0)
  t.deepEqual([nobody.isComplete, nobody.steps, nobody.plan.subscriptions], [true, [], []])
  const unhandled = await bus.trace('nobody', 0, { kind: 'request' })
  t.true(unhandled.isComplete)
  t.like(unhandled.error, { code: 'ERR_BUS_NO_HANDLER' })
  t.deepEqual(events(unhandled), ['answered'])
})

onEachCore(
  'trace: the mark is a header beside those of the message, and one of others is passed over',
  async (t, { bus }) => {
    const seen: unknown[] = []
    bus.subscribe('a', (_, { headers, priority }) => void seen.push([headers['own'], priority]))
    const trace = await bus.trace('a', 0, { headers: { own: 'x' }, priority: 'high' })
    t.true(trace.isComplete)
    t.deepEqual(seen, [['x', 'high']])
    for (const forged of ['', '1', '1.x', '0.0', '99999999999.1', '1.9999999999'])
      bus.publish('a', 0, { headers: { 'busbar-trace': forged } })
    t.is(seen.length, 7)
  },
)

onEachCore('trace: the report can be read, and wrong options are refused', async (t, { bus }) => {
  bus.subscribe('a.*', () => {}, { name: 'named' })
  const text = inspect(await bus.trace('a.b', 0))
  t.regex(text, /'a\.b' as event: all of its ways have ended/)
  t.regex(text, /started endpoint \d+ of 'a\.\*' 'named'/)
  const refused: [unknown, RegExp][] = [
    [{ kind: 'response' }, /kind/],
    [{ timeout: 0 }, /timeout/],
    [{ wait: 'accepted' }, /wait/],
    [{ kind: 'request', guarantee: 'at-least-once' }, /guarantee/],
  ]
  for (const [options, message] of refused)
    await t.throwsAsync(bus.trace('a.b', 0, options as object), { code: 'ERR_BUS_INVALID_OPTION', message })
  await t.throwsAsync(bus.trace('a.*', 0), { code: 'ERR_BUS_INVALID_TOPIC' })
})

test('trace: a bus that closes reports what is known by then, and then none', async (t) => {
  const bus = open(t.title)
  bus.subscribe('a', () => new Promise(() => {}))
  const pending = bus.trace('a', 0, { timeout: 60_000 })
  await bus.close({ timeout: 0 })
  const trace = await pending
  t.deepEqual([trace.isComplete, events(trace)], [false, ['started']])
  await t.throwsAsync(bus.trace('a', 0), { code: 'ERR_BUS_CLOSED' })
})
