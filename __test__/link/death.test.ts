import { once } from 'node:events'
import test from 'ava'
import type { Bus } from 'busbar'
import { deferred } from '../support/deferred.js'
import { onBus } from '../support/on-bus.js'
import { busError } from '../support/rejection.js'
import type { Thread } from '../support/thread.js'

/** The ways in which a worker may end without leaving its buses; each returns its exit code. */
const deaths: Record<string, (thread: Thread, bus: Bus) => Promise<number>> = {
  'is terminated': async ({ worker, exited }) => {
    await worker.terminate()
    return exited
  },
  exits: ({ exited }, bus) => {
    bus.publish('die.exit', 0)
    return exited
  },
  throws: async ({ worker, exited }, bus) => {
    const [, error] = await Promise.all([bus.publish('die.throw', 0), once(worker, 'error')])
    if (error[0].message !== 'a worker breaks') throw error[0]
    return exited
  },
  'ends, for nothing holds it': ({ exited }, bus) => {
    bus.publish('die.unref', 0)
    return exited
  },
}

for (const [how, die] of Object.entries(deaths)) {
  test(
    `death: when a worker ${how}, what waits for it fails at once with ERR_BUS_HANDLER_GONE`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      const dying = await thread('dying')
      const pending = [
        ...Array.from({ length: 20 }, () => bus.request('die.never', 0)),
        ...Array.from({ length: 20 }, () => bus.send('die.full', 0)).slice(2),
      ]
      const others = Array.from({ length: 20 }, (_, n) => bus.request('echo', n))
      await bus.request('die.echo', 'all of these are there')

      const start = performance.now()
      const [code] = await Promise.all([
        die(dying, bus),
        Promise.all(
          pending.map(async (one) => {
            t.like(await busError(t, one), { code: 'ERR_BUS_HANDLER_GONE', retryable: true })
          }),
        ),
      ])
      t.true(performance.now() - start < 5_000, `${performance.now() - start} ms`)
      t.is(code, { 'is terminated': 1, exits: 3, throws: 1 }[how] ?? 0)
      t.deepEqual(
        await Promise.all(others),
        Array.from({ length: 20 }, (_, n) => n),
        'nobody else notices',
      )
    }),
  )

  test(
    `death: when a worker ${how}, its receivers leave the bus`,
    onBus(async (t, { bus, thread }) => {
      await thread('answering')
      const dying = await thread('dying')
      const publisher = bus.publisher('die.event')
      t.is(bus.publish('die.event', 0), 1)
      t.is(publisher.matched, 1)
      await die(dying, bus)
      // A last word of the core tells of it, and comes before whatever is sent from now on.
      await bus.request('echo', 0)
      t.is((await busError(t, bus.request('die.echo', 0))).code, 'ERR_BUS_NO_HANDLER')
      t.is(bus.publish('die.event', 0), 0)
      t.is(publisher.matched, 0)
      t.is(await bus.request('echo', 'as before'), 'as before')
    }),
  )
}

test(
  'death: what a worker had answered before it ended is an answer',
  onBus(async (t, { bus, thread }) => {
    for (let round = 0; round < 20; round++) {
      const dying = await thread('dying')
      const answers = Array.from({ length: 10 }, (_, n) => bus.request('die.echo', n))
      const last = bus.request('die.answering', 0)
      t.deepEqual(
        await Promise.all(answers),
        Array.from({ length: 10 }, (_, n) => n),
      )
      t.is(await last, 'the last words')
      t.is(await dying.exited, 3)
    }
  }),
)

test(
  'death: another handler of the topic takes over',
  onBus(async (t, { bus, thread }) => {
    const dying = await thread('dying')
    bus.handle('die.echo', () => 'from here', { priority: -1 })
    t.is(await bus.request('die.echo', 'from there'), 'from there')
    await dying.kill()
    let answer = 'from there'
    for (let round = 0; answer !== 'from here' && round < 1_000; round++) {
      answer = await bus.request('die.echo', 'from there').catch((error) => error.code)
      if (answer !== 'from here') await new Promise(setImmediate)
    }
    t.is(answer, 'from here')
  }),
)

test(
  'death: 30 rounds of terminate under traffic crash nothing, and leave no request without an end',
  onBus(async (t, { bus, thread }) => {
    await thread('answering')
    const outcomes = new Map<string, number>()
    const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    let events = 0
    bus.subscribe('die.flood', () => void events++)
    for (let round = 0; round < 30; round++) {
      const dying = await thread('dying')
      const enough = deferred()
      const pending: Promise<unknown>[] = []
      let answered = 0
      let over = false
      const traffic = async (): Promise<void> => {
        while (!over) {
          for (let index = 0; index < 20; index++) {
            bus.publish('die.event', { index })
            const request = bus.request('die.echo', index, { timeout: 60_000 })
            pending.push(
              request.then(
                () => {
                  count('answered')
                  // Each round ends at another moment of the traffic.
                  if (++answered === 1 + round * 37) enough.resolve()
                },
                (error) => count(error.code),
              ),
            )
            pending.push(
              bus.request('die.never', index, { timeout: 60_000 }).catch((error) => count(error.code)),
            )
          }
          await new Promise(setImmediate)
        }
      }
      bus.publish('die.start', 0)
      const running = traffic()
      await enough.promise
      await dying.kill()
      over = true
      await running
      await Promise.all(pending)
    }
    t.is(await bus.request('echo', 'alive'), 'alive')
    t.true(events > 0)
    const expected = ['answered', 'ERR_BUS_HANDLER_GONE', 'ERR_BUS_NO_HANDLER', 'ERR_BUS_OVERLOADED']
    t.deepEqual(
      [...outcomes.keys()].filter((outcome) => !expected.includes(outcome)),
      [],
    )
    t.true((outcomes.get('ERR_BUS_HANDLER_GONE') ?? 0) >= 30)
  }),
)
