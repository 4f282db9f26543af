import test from 'ava'
import type { Receipt, Wait } from 'busbar'
import { collect } from '../support/collect.js'
import { holding } from '../support/holder.js'
import { never } from '../support/never.js'
import { onBus, type Scene } from '../support/on-bus.js'
import type { Told } from '../support/workers/holding.js'

/** What the holders of a test have told, and a way to wait for so many. */
function listen({ bus }: Scene): { told: Told[]; count(many: number): Promise<Told[]> } {
  const told: Told[] = []
  let wake = (): void => {}
  bus.subscribe('told', (one: Told) => {
    told.push(one)
    wake()
  })
  return {
    told,
    async count(many) {
      while (told.length < many) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return told
    },
  }
}

for (const role of ['handle', 'subscribe'] as const) {
  test(
    `at least once (${role}): what a thread had when it was terminated goes to another endpoint of its pattern, one attempt further`,
    onBus(async (t, scene) => {
      const { bus } = scene
      const listener = listen(scene)
      const [doomed, heir] = [await holding(scene), await holding(scene)]
      await doomed.hold({ role, pattern: 'w.*', how: 'never', options: { concurrency: 1 } })
      for (const index of [1, 2, 3]) {
        if (role === 'handle')
          await bus.send(`w.${index}`, { index }, { guarantee: 'at-least-once', id: `m${index}` })
        else await bus.deliver(`w.${index}`, { index }, { wait: 'accepted', id: `m${index}` })
      }
      await heir.hold({ role, pattern: 'w.*', how: 'tell', options: { concurrency: 1 } })
      t.is(listener.told.length, 0)
      await doomed.thread.kill()
      const told = await listener.count(3)
      t.deepEqual(
        told.map(({ thread, topic, payload, attempt, id }) => [thread, topic, payload, attempt, id]),
        [1, 2, 3].map((index) => [heir.id, `w.${index}`, { index }, 2, `m${index}`]),
      )
      t.is(bus.deadLetters.count, 0)
    }),
  )
}

for (const role of ['handle', 'subscribe'] as const) {
  const send = ({ bus }: Scene, topic: string, wait: Wait): Promise<Receipt> => {
    const options = { guarantee: 'at-least-once', wait, timeout: 60_000 } as const
    return role === 'handle' ? bus.send(topic, topic, options) : bus.deliver(topic, topic, options)
  }

  test(
    `at least once (${role}): who waits for a message goes on waiting when its thread ends, and hears of the endpoint that gets it`,
    onBus(async (t, scene) => {
      const listener = listen(scene)
      const [doomed, next, heir] = [await holding(scene), await holding(scene), await holding(scene)]
      const stuck = { role, pattern: 'w.*', how: 'never', options: { concurrency: 1, capacity: 1 } } as const
      await doomed.hold(stuck)
      const receipts = [
        // The first is being handled, the second waits behind it, the third for room.
        send(scene, 'w.1', 'processed'),
        send(scene, 'w.2', 'processed'),
        send(scene, 'w.3', 'accepted'),
        send(scene, 'w.4', 'accepted'),
      ]
      // This comes behind them.
      await doomed.hold({ role, pattern: 'other', how: 'never' })
      await next.hold(stuck)
      await doomed.thread.kill()
      await heir.hold({ role, pattern: 'w.*', how: 'tell', options: { capacity: 1 } })
      await next.thread.kill()
      for (const receipt of await Promise.all(receipts))
        t.like(receipt, { matched: 1, accepted: 1, dropped: [], failed: [] })
      const told = await listener.count(4)
      t.deepEqual(told.map(({ topic }) => topic).sort(), ['w.1', 'w.2', 'w.3', 'w.4'])
    }),
  )

  test(
    `at least once (${role}): who waits until a message was processed is told when its thread ends after it said so itself`,
    onBus(async (t, scene) => {
      const listener = listen(scene)
      const [doomed, heir] = [await holding(scene), await holding(scene)]
      await doomed.hold({ role, pattern: 'w.*', how: 'ack' })
      const receipt = send(scene, 'w.1', 'processed').catch(({ code }) => code)
      await listener.count(1)
      await heir.hold({ role, pattern: 'w.*', how: 'tell' })
      await doomed.thread.kill()
      // It is settled: nobody will be given it again, and so nobody will answer.
      if (role === 'handle') t.is(await receipt, 'ERR_BUS_HANDLER_GONE')
      else t.like(await receipt, { accepted: 0, dropped: [{ code: 'ERR_BUS_HANDLER_GONE' }] })
      t.is(listener.told.length, 1)
    }),
  )
}

test(
  'at least once: without another endpoint, what a dead thread had waits for one that comes',
  onBus(async (t, scene) => {
    const { bus } = scene
    const listener = listen(scene)
    const doomed = await holding(scene)
    await doomed.hold({ role: 'handle', pattern: 'w', how: 'never' })
    await bus.send('w', 'x', { guarantee: 'at-least-once' })
    await doomed.thread.kill()
    const heir = await holding(scene)
    await heir.hold({ role: 'handle', pattern: 'w', how: 'tell' })
    const [told] = await listener.count(1)
    t.like(told, { thread: heir.id, attempt: 2, payload: 'x' })
  }),
)

test(
  'at least once: the death of its sender loses no message that was accepted',
  onBus(async (t, scene) => {
    const { bus } = scene
    const got: unknown[] = []
    const [sender, receiver] = [await holding(scene), await holding(scene)]
    await receiver.hold({ role: 'handle', pattern: 'w', how: 'never' })
    t.like(await sender.send('w', 'from the dead', 'm1'), { accepted: 1 })
    await sender.thread.kill()
    await receiver.thread.kill()
    const done = new Promise<void>((resolve) => {
      bus.handle('w', (payload, { id, attempt }) => {
        got.push(payload, id, attempt)
        resolve()
      })
    })
    await done
    t.deepEqual(got, ['from the dead', 'm1', 2])
  }),
)

test(
  'at least once: a message that its thread dies of is a dead letter after its last attempt, and harms nobody for ever',
  onBus(async (t, scene) => {
    const { bus } = scene
    bus.events.on('failure', () => {})
    const doomed = await holding(scene)
    await doomed.hold({ role: 'handle', pattern: 'w', how: 'never' })
    await bus.send('w', 'poison', { guarantee: 'at-least-once', id: 'p' })
    await doomed.thread.kill()
    const buried = new Promise<void>((resolve) => {
      bus.events.once('deadLetter', () => resolve())
    })
    bus.handle(
      'w',
      () => {
        throw new Error('still poison')
      },
      { retry: { attempts: 2 } },
    )
    await buried
    const [letter] = await collect(bus.deadLetters)
    t.like(letter, { id: 'p', attempts: 2, reason: 'attempts', payload: 'poison' })
  }),
)

test(
  'at least once: a message whose threads have died as often as it may be tried is given to no other one',
  onBus(async (t, scene) => {
    const { bus } = scene
    bus.events.on('failure', () => {})
    const buried = new Promise<void>((resolve) => {
      bus.events.once('deadLetter', () => resolve())
    })
    for (let death = 0; death < 2; death++) {
      const doomed = await holding(scene)
      await doomed.hold({ role: 'handle', pattern: 'w', how: 'never' })
      if (death === 0) await bus.send('w', 'poison', { guarantee: 'at-least-once', id: 'p' })
      await doomed.thread.kill()
    }
    bus.handle('w', () => t.fail('it would have been the third'), { retry: { attempts: 2 } })
    await buried
    const [letter] = await collect(bus.deadLetters)
    t.like(letter, { id: 'p', attempts: 2, reason: 'attempts', error: { code: 'ERR_BUS_HANDLER_GONE' } })
    t.is(bus.stats().holdings.held, 0)
  }),
)

test(
  'dead letters of one thread are seen, replayed and purged in another',
  onBus(async (t, scene) => {
    const { bus } = scene
    const worker = await holding(scene)
    await worker.hold({
      role: 'handle',
      pattern: 'w',
      how: 'fail',
      options: { retry: { attempts: 1 }, name: 'w1' },
    })
    await bus.send('w', new Map([['a', 1]]), { id: 'one', wait: 'processed' })
    await bus.send('w', 2, { id: 'two', wait: 'processed' })
    const letters = await collect(bus.deadLetters)
    t.deepEqual(
      letters.map(({ id, name, payload, error }) => [id, name, payload, (error as Error).message]),
      [
        ['one', 'w1', new Map([['a', 1]]), `thread ${worker.id} fails`],
        ['two', 'w1', 2, `thread ${worker.id} fails`],
      ],
    )
    await worker.thread.kill()
    const got: unknown[] = []
    bus.handle('w', (payload) => void got.push(payload))
    t.is(await bus.deadLetters.replay(1), 1)
    t.is(await bus.deadLetters.purge(), 1)
    await bus.idle()
    t.deepEqual(got, [new Map([['a', 1]])])
  }),
)

test(
  'exactly once: an id is refused in whichever thread it is sent, and after the thread that processed it has ended',
  onBus(async (t, scene) => {
    const { bus } = scene
    const listener = listen(scene)
    const [one, two] = [await holding(scene), await holding(scene)]
    await one.hold({ role: 'handle', pattern: 'w', how: 'tell', options: { guarantee: 'exactly-once' } })
    await bus.send('w', 1, { id: 'x', wait: 'processed' })
    await t.throwsAsync(bus.send('w', 1, { id: 'x' }), { code: 'ERR_BUS_DUPLICATE' })
    t.like(await t.throwsAsync(two.send('w', 1, 'x')), { cause: { code: 'ERR_BUS_DUPLICATE' } })
    await two.hold({ role: 'handle', pattern: 'w', how: 'tell', options: { guarantee: 'exactly-once' } })
    await one.thread.kill()
    await t.throwsAsync(bus.send('w', 1, { id: 'x' }), { code: 'ERR_BUS_DUPLICATE' })
    t.like(await two.send('w', 2, 'y'), { accepted: 1 })
    await listener.count(2)
    t.deepEqual(
      listener.told.map(({ id }) => id),
      ['x', 'y'],
    )
  }),
)

test(
  'deliver: waits for the subscribers of all threads, and tells of each',
  onBus(async (t, scene) => {
    const { bus } = scene
    bus.events.on('failure', () => {})
    const [good, bad] = [await holding(scene), await holding(scene)]
    const once = { guarantee: 'at-most-once' } as const
    await good.hold({ role: 'subscribe', pattern: 'w.*', how: 'tell', options: once })
    await bad.hold({ role: 'subscribe', pattern: 'w.**', how: 'fail', options: once })
    bus.subscribe('w.1', () => {})
    const receipt = await bus.deliver('w.1', { big: 'x'.repeat(1_000) })
    t.like(receipt, { matched: 3, accepted: 3, processed: 2, dropped: { length: 0 }, failed: { length: 1 } })
    t.is((receipt.failed[0]?.error as Error | undefined)?.message, `thread ${bad.id} fails`)
    bus.subscribe('w.2', never)
    await t.throwsAsync(bus.deliver('w.2', 0, { timeout: 30 }), { code: 'ERR_BUS_TIMEOUT' })
  }),
)

test(
  'delay and retain: what one thread leaves with the bus outlives it',
  onBus(async (t, scene) => {
    const { bus } = scene
    const listener = listen(scene)
    const [heir, late] = [await holding(scene), await holding(scene)]
    bus.publish('state.a', 'old', { retain: true })
    bus.publish('state.a', 'new', { retain: true })
    await late.hold({
      role: 'subscribe',
      pattern: 'state.*',
      how: 'tell',
      options: { replay: 'last', guarantee: 'at-most-once' },
    })
    await listener.count(1)
    t.like(listener.told[0], { thread: late.id, topic: 'state.a', payload: 'new' })
    await heir.hold({
      role: 'subscribe',
      pattern: 'timed',
      how: 'tell',
      options: { guarantee: 'at-most-once' },
    })
    bus.publish('timed', 1, { delay: 30 })
    const told = await listener.count(2)
    t.like(told[1], { thread: heir.id, topic: 'timed', payload: 1 })
  }),
)
