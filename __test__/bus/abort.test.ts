import { getEventListeners } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { type Bus, BusError, type EndpointStats, type Message, type RequestOptions } from 'busbar'
import { deferred } from '../support/deferred.js'
import { never } from '../support/never.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import type { Heeded } from '../support/workers/heeding.js'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

/** Resolves to the next event on `topic`. */
function next<Payload>(bus: Bus, topic: string): Promise<Payload> {
  return new Promise((resolve) => {
    const subscription = bus.subscribe(topic, (payload: Payload) => {
      void subscription.unsubscribe()
      resolve(payload)
    })
  })
}

test(
  'abort: a signal that is aborted already rejects before anything is sent',
  onBus(async (t, { bus }) => {
    const registration = bus.handle('q', () => t.fail('it must not be asked'))
    const reason = new Error('never mind')
    const signal = AbortSignal.abort(reason)
    const error = await busError(t, bus.request('q', 0, { signal }))
    t.like(error, { code: 'ERR_BUS_ABORTED', topic: 'q', retryable: false })
    t.is(error.cause, reason)
    t.is(listeners(signal), 0)
    t.is(registration.stats().accepted, 0)
  }),
)

for (const place of ['this thread', 'another thread'] as const) {
  test(
    `abort: a request to ${place} ends with ERR_BUS_ABORTED at once, and its handler's signal aborts`,
    onBus(async (t, { bus, thread }) => {
      const told = next<Heeded>(bus, 'heed.aborted')
      const started = next<Heeded>(bus, 'heed.started')
      if (place === 'another thread') await thread('heeding')
      else {
        bus.handle('heed', (payload: unknown, { signal }: Message) => {
          bus.publish('heed.started', { thread: 0, payload })
          signal.addEventListener('abort', () => {
            const { code, cause } = signal.reason
            const why = `${cause.name}: ${cause.message}`
            const isBusError = signal.reason instanceof BusError
            bus.publish('heed.aborted', { thread: 0, payload, code, cause: why, isBusError })
          })
          return never()
        })
      }
      const controller = new AbortController()
      const pending = bus.request('heed', 7, { signal: controller.signal })
      await started
      t.is(listeners(controller.signal), 1)
      const reason = new RangeError('enough')
      controller.abort(reason)
      t.is(listeners(controller.signal), 0)
      t.is((await busError(t, pending)).cause, reason)
      const { payload, code, cause, isBusError } = await told
      t.deepEqual(
        { payload, code, cause, isBusError },
        { payload: 7, code: 'ERR_BUS_ABORTED', cause: 'RangeError: enough', isBusError: true },
      )
    }),
  )

  test(
    `abort: what waits in a mailbox of ${place} is not started any more`,
    onBus(async (t, { bus, thread }) => {
      const started: unknown[] = []
      const allStarted = deferred()
      bus.subscribe('heed.started', ({ payload }: Heeded) => {
        started.push(payload)
        if (payload === 3) allStarted.resolve()
      })
      const firstStarted = next<Heeded>(bus, 'heed.started')
      let stats: (() => EndpointStats) | undefined
      if (place === 'another thread') await thread('heeding')
      else {
        const heed = async (payload: unknown, { signal }: Message): Promise<void> => {
          bus.publish('heed.started', { thread: 0, payload })
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
        }
        const registration = bus.handle('heed.one', heed, { concurrency: 1 })
        stats = () => registration.stats()
      }
      const controllers = [1, 2, 3].map(() => new AbortController())
      const pending = controllers.map(({ signal }, index) => bus.request('heed.one', index + 1, { signal }))
      const codes = pending.map(async (one) => (await busError(t, one)).code)
      await firstStarted
      controllers[1]?.abort()
      t.is(await codes[1], 'ERR_BUS_ABORTED')
      controllers[0]?.abort()
      await allStarted.promise
      t.deepEqual(started, [1, 3])
      if (stats !== undefined)
        t.like(stats(), { accepted: 3, processed: 1, expired: 1, running: 1, queued: 0 })
      controllers[2]?.abort()
      await Promise.all(codes)
    }),
  )
}

const outcomes: Record<string, { topic: string; options?: RequestOptions; code?: string }> = {
  'an answer': { topic: 'answers' },
  'an answer from another thread': { topic: 'heed.echo' },
  'a failure': { topic: 'fails', code: 'ERR_BUS_HANDLER_FAILED' },
  'no handler': { topic: 'nobody', code: 'ERR_BUS_NO_HANDLER' },
  'no handler after a while': { topic: 'nobody', options: { waitForHandler: 5 }, code: 'ERR_BUS_NO_HANDLER' },
  'a time-out': { topic: 'never', options: { timeout: 5 }, code: 'ERR_BUS_TIMEOUT' },
  'a time-out in another thread': {
    topic: 'heed.nothing',
    options: { timeout: 5 },
    code: 'ERR_BUS_TIMEOUT',
  },
  'a full mailbox': { topic: 'full', code: 'ERR_BUS_OVERLOADED' },
  'a payload that cannot travel': { topic: 'heed.echo', code: 'ERR_BUS_PAYLOAD_NOT_ENCODABLE' },
  'attempts that are used up': {
    topic: 'nobody',
    options: { retry: { attempts: 3, initial: 1 } },
    code: 'ERR_BUS_NO_HANDLER',
  },
}

for (const [what, { topic, options, code }] of Object.entries(outcomes)) {
  test(
    `abort: ${what} leaves no listener at the signal`,
    onBus(async (t, { bus, thread }) => {
      await thread('heeding')
      bus.handle('answers', () => 'answer')
      bus.handle('never', never)
      bus.handle('fails', () => Promise.reject(new Error('no')))
      bus.handle('full', never, { concurrency: 1, capacity: 1 })
      const { signal } = new AbortController()
      if (topic === 'full')
        for (let index = 0; index < 2; index++) void bus.request('full', 0).catch(() => {})
      const payload = code === 'ERR_BUS_PAYLOAD_NOT_ENCODABLE' ? () => 1 : 0
      const pending = bus.request(topic, payload, { ...options, signal })
      if (code === undefined) await pending
      else t.is((await busError(t, pending)).code, code as BusError['code'])
      t.is(listeners(signal), 0)
    }),
  )
}

test(
  'abort: the departure of the handler and the end of the bus leave no listener, either',
  onBus(async (t, { bus, thread }) => {
    const heeding = await thread('heeding')
    const { signal } = new AbortController()
    const gone = bus.request('heed.nothing', 0, { signal })
    await bus.request('heed.echo', 0)
    t.is(listeners(signal), 1)
    await heeding.kill()
    t.is((await busError(t, gone)).code, 'ERR_BUS_HANDLER_GONE')
    t.is(listeners(signal), 0)
    bus.handle('never', never)
    const closed = bus.request('never', 0, { signal })
    await bus.close({ timeout: 0 })
    t.is((await busError(t, closed)).code, 'ERR_BUS_CLOSED')
    t.is(listeners(signal), 0)
  }),
)

test(
  'abort: a thousand requests on one signal take one listener, and end together',
  onBus(async (t, { bus }) => {
    bus.handle('never', never, { concurrency: 10_000 })
    const controller = new AbortController()
    const { signal } = controller
    const pending = Array.from({ length: 1_000 }, () => bus.request('never', 0, { signal }))
    t.is(listeners(signal), 1)
    controller.abort()
    const codes = await Promise.all(pending.map(async (one) => (await busError(t, one)).code))
    t.deepEqual(new Set(codes), new Set(['ERR_BUS_ABORTED']))
    t.is(listeners(signal), 0)
  }),
)

for (const [what, options] of [
  ['waits for a handler', { waitForHandler: 10_000 }],
  ['waits for its next attempt', { retry: { initial: 10_000 } }],
] as const) {
  test(
    `abort: one that ${what} ends at once`,
    onBus(async (t, { bus }) => {
      const controller = new AbortController()
      const pending = bus.request('nobody', 0, { ...options, signal: controller.signal })
      await new Promise(setImmediate)
      controller.abort('enough')
      t.like(await busError(t, pending), { code: 'ERR_BUS_ABORTED', cause: 'enough' })
      t.is(listeners(controller.signal), 0)
    }),
  )
}

test(
  'abort: after the answer it changes nothing, not even the signal of the handler',
  onBus(async (t, { bus, thread }) => {
    await thread('heeding')
    bus.subscribe('heed.aborted', () => t.fail('it had ended'))
    let kept: AbortSignal | undefined
    bus.handle('q', (_: unknown, { signal }: Message) => {
      kept = signal
    })
    const controller = new AbortController()
    const { signal } = controller
    t.is(await bus.request('heed.answer', 0, { signal }), 'answer')
    await bus.request('q', 0, { signal })
    controller.abort()
    await bus.request('heed.echo', 0)
    t.false(kept?.aborted)
  }),
)

test(
  'abort: an answer that comes all the same is dropped',
  onBus(async (t, { bus, thread }) => {
    await thread('heeding')
    const started = next(bus, 'heed.started')
    const controller = new AbortController()
    const first = bus.request('heed.late', 1, { signal: controller.signal })
    await started
    controller.abort()
    t.is((await busError(t, first)).code, 'ERR_BUS_ABORTED')
    t.deepEqual(await Promise.all([bus.request('heed.echo', 2), bus.request('heed.echo', 3)]), [2, 3])
  }),
)

test(
  "signal: a time-out aborts it in the handler's thread with ERR_BUS_TIMEOUT",
  onBus(async (t, { bus, thread }) => {
    await thread('heeding')
    const told = next<Heeded>(bus, 'heed.aborted')
    t.is((await busError(t, bus.request('heed', 0, { timeout: 500 }))).code, 'ERR_BUS_TIMEOUT')
    t.like(await told, { code: 'ERR_BUS_TIMEOUT', isBusError: true })
  }),
)

test(
  'signal: it is the same one each time, also for a receiver with params',
  onBus(async (t, { bus }) => {
    bus.handle(/^(?<what>.+)\.signal$/, (_: unknown, message: Message) => {
      t.is(message.signal, message.signal)
      t.is(message.params?.['what'], 'one')
      message.signal.addEventListener('abort', () => {
        if (heeded.push(message.signal.reason.code) === 2) both.resolve()
      })
      return never()
    })
    const heeded: string[] = []
    const both = deferred()
    const controller = new AbortController()
    const pending = bus.request('one.signal', 0, { signal: controller.signal })
    const late = bus.request('one.signal', 0, { timeout: 10 })
    controller.abort()
    t.is((await busError(t, pending)).code, 'ERR_BUS_ABORTED')
    t.is((await busError(t, late)).code, 'ERR_BUS_TIMEOUT')
    // Its caller is told first, and it may be a turn of the timer later.
    await both.promise
    t.deepEqual(heeded, ['ERR_BUS_ABORTED', 'ERR_BUS_TIMEOUT'])
  }),
)

for (const place of ['this thread', 'another thread'] as const) {
  test(
    `signal: what a handler in ${place} says when it aborts at the deadline is no answer any more`,
    onBus(async (t, { bus, thread }) => {
      if (place === 'another thread') await thread('heeding')
      else {
        bus.handle('heed.late', async (_: unknown, { signal }: Message) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          return 'too late'
        })
      }
      for (let round = 0; round < 20; round++) {
        const error = await busError(t, bus.request('heed.late', 0, { timeout: 20 }))
        t.is(error.code, 'ERR_BUS_TIMEOUT')
      }
    }),
  )
}

test(
  'signal: the death of the caller aborts it with ERR_BUS_ABORTED',
  onBus(async (t, { bus, thread }) => {
    const asking = await thread('acting')
    const reason = deferred<unknown>()
    const started = deferred()
    bus.handle('q', (_: unknown, { signal }: Message) => {
      signal.addEventListener('abort', () => reason.resolve(signal.reason))
      started.resolve()
      return never()
    })
    const asked = bus.request(`act.${asking.worker.threadId}`, ['ask', { target: 'q' }])
    await started.promise
    await asking.kill()
    t.like(await reason.promise, { code: 'ERR_BUS_ABORTED', topic: 'q' })
    t.is((await busError(t, asked)).code, 'ERR_BUS_HANDLER_GONE')
  }),
)

const closings: Record<string, (bus: Bus, hear: (message: Message) => Promise<never>) => void> = {
  'a request': (bus, hear) => {
    bus.handle('q', (_: unknown, message: Message) => hear(message))
    bus.request('q', 0).catch(() => {})
  },
  'a notification': (bus, hear) => {
    bus.handle('q', (_: unknown, message: Message) => hear(message))
    void bus.send('q', 0)
  },
  'an event': (bus, hear) => {
    bus.subscribe('q', () => {})
    bus.subscribe('q', (_: unknown, message: Message) => hear(message))
    bus.subscribe('q', async () => {})
    bus.publish('q', 0)
  },
}

for (const [kind, begin] of Object.entries(closings)) {
  test(
    `signal: that of ${kind} aborts with ERR_BUS_CLOSED when close() stops waiting`,
    onBus(async (t: ExecutionContext, { bus }) => {
      const reasons: unknown[] = []
      begin(bus, ({ signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason))
        return never()
      })
      await new Promise(setImmediate)
      const closing = bus.close({ timeout: 30 })
      t.is(reasons.length, 0)
      await closing
      t.like(reasons, { length: 1 })
      t.like(reasons[0], { code: 'ERR_BUS_CLOSED' })
    }),
  )
}

test(
  'signal: that of an event whose handlers have ended never aborts',
  onBus(async (t, { bus }) => {
    const signals: AbortSignal[] = []
    bus.subscribe('e', (_: unknown, { signal }: Message) => void signals.push(signal))
    bus.subscribe('e', async (_: unknown, message: Message) => {
      await null
      signals.push(message.signal)
    })
    bus.publish('e', 0)
    await new Promise(setImmediate)
    await bus.close({ timeout: 0 })
    t.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false],
    )
  }),
)

for (const signal of [1, {}, 'abort', null, new AbortController()] as const) {
  test(
    `abort: ${String(signal)} is no signal`,
    onBus(async (t, { bus }) => {
      const options = { signal } as unknown as RequestOptions
      await t.throwsAsync(bus.request('q', 0, options), {
        instanceOf: BusError,
        code: 'ERR_BUS_INVALID_OPTION',
        message: /^signal must be an AbortSignal, got /,
      })
    }),
  )
}
