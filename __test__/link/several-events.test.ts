import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { Codec, FailureEvent, Message } from 'busbar'
import fc from 'fast-check'
import { layout } from '../support/core/cores.js'
import { seedOf } from '../support/seed.js'
import { type TwoSides, twoSides } from '../support/two-sides.js'

/** Waits until everything that was sent has arrived. */
async function settled({ here, there }: TwoSides): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  await Promise.all([here.idle(), there.idle()])
}

const eventsSent = (sides: TwoSides): number =>
  sides.sentBy('here', layout.KIND_EVENT) + sides.sentBy('here', layout.KIND_EVENTS)

/** The numbers of events among those of their sender. */
const numbers = (ids: readonly string[]): number[] => ids.map((id) => Number(id.split('-e')[1]))

for (const core of ['native', 'javascript'] as const) {
  const name = (title: string): string => `several events: ${title} (${core} core)`

  test(name('those of a stream share frames, and arrive one by one'), async (t) => {
    const sides = twoSides(t.title, {}, core)
    const { here, there } = sides
    const got: Message[] = []
    await there.subscribe('a', (_payload: unknown, message: Message) => void got.push(message)).ready
    const before = there.metrics().hop.received
    for (let index = 0; index < 1_000; index++) here.publish('a', index)
    await settled(sides)
    t.deepEqual(
      got.map(({ payload }) => payload),
      Array.from({ length: 1_000 }, (_, index) => index),
    )
    t.deepEqual(
      numbers(got.map(({ id }) => id)),
      Array.from({ length: 1_000 }, (_, index) => index + 1),
    )
    t.true(got.every(({ timestamp }) => Math.abs(Date.now() - timestamp) < 60_000))
    t.true(eventsSent(sides) < 100, `${eventsSent(sides)} frames`)
    // And a word of the core or two.
    const received = there.metrics().hop.received - before
    t.true(received >= 1_000 && received < 1_010, `${received} were counted`)
    await Promise.all([here.close(), there.close()])
  })

  test(name('whatever is sent in turn arrives in its order, as it was'), async (t) => {
    const payload = fc.oneof(
      { weight: 4, arbitrary: fc.integer() },
      fc.constant(undefined),
      fc.string(),
      fc.uint8Array({ maxLength: 40 }),
      fc.record({ a: fc.integer(), b: fc.string() }),
      // As large as a frame of several may be, and larger than what crosses with others.
      fc.constantFrom(2_040, 2_048, 5_000, 8_200, 20_000).map((size) => new Uint8Array(size).fill(7)),
    )
    const step = fc.record({
      topic: fc.constantFrom('a', 'a', 'a', 'b'),
      payload,
      hasHeaders: fc.constantFrom(false, false, false, false, true),
      waits: fc.constantFrom(false, false, false, false, true),
      asks: fc.constantFrom(false, false, false, false, true),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const sides = twoSides(t.title, {}, core)
        const { here, there } = sides
        const got: [string, unknown, unknown][] = []
        await there.subscribe('*', (value: unknown, { topic, headers }: Message) => {
          got.push([topic, value, headers['x']])
        }).ready
        await there.handle('echo', (value: unknown) => value).ready
        for (const { topic, payload: value, hasHeaders, waits, asks } of steps) {
          here.publish(topic, value, hasHeaders ? { headers: { x: 'y' } } : undefined)
          if (asks) void here.request('echo', value).then((reply) => t.deepEqual(reply, value))
          if (waits) await null
        }
        await settled(sides)
        t.deepEqual(
          got,
          steps.map(({ topic, payload: value, hasHeaders }) => [topic, value, hasHeaders ? 'y' : undefined]),
        )
        await Promise.all([here.close(), there.close()])
      }),
      { seed: seedOf(t), numRuns: 100 },
    )
  })

  test(name('one that cannot be read is told, and the others arrive'), async (t) => {
    const codec: Codec = {
      name: 'suspicious',
      encode: (value) => Buffer.from(String(value)),
      decode: (bytes) => {
        const text = Buffer.from(bytes).toString()
        if (text === '5') throw new Error('five is right out')
        return Number(text)
      },
    }
    const sides = twoSides(t.title, { codec: codec.name, codecs: [codec] }, core)
    const { here, there } = sides
    for (const side of [here, there]) side.addCodecs([codec])
    const got: Message[] = []
    const failures: FailureEvent[] = []
    there.events.on('failure', (failure) => failures.push(failure))
    await there.subscribe('a', (_payload: unknown, message: Message) => void got.push(message)).ready
    for (let index = 0; index < 10; index++) here.publish('a', index)
    await settled(sides)
    t.deepEqual(
      got.map(({ payload }) => payload),
      [0, 1, 2, 3, 4, 6, 7, 8, 9],
    )
    t.is(failures.length, 1)
    t.like(failures[0], { topic: 'a', attempt: 1 })
    t.regex(String(failures[0]?.error), /five is right out/)
    t.deepEqual(numbers([failures[0]?.id ?? '']), [6])
    t.is(failures[0]?.id.split('-e')[0], got[0]?.id.split('-e')[0])
    await Promise.all([here.close(), there.close()])
  })

  test(name('a receiver that changes what is received is heard in their midst'), async (t) => {
    const sides = twoSides(t.title, {}, core)
    const { here, there } = sides
    const log: string[] = []
    there.events.on('failure', () => log.push('failure'))
    const first = there.subscribe('a', (payload: number) => {
      log.push(`first ${payload}`)
      if (payload === 2) there.subscribe('a', (other: number) => void log.push(`second ${other}`))
      if (payload === 3) throw new Error('three')
      if (payload === 5) void first.unsubscribe()
    })
    await first.ready
    for (let index = 0; index < 8; index++) here.publish('a', index)
    await settled(sides)
    t.deepEqual(log, [
      ...['first 0', 'first 1', 'first 2', 'first 3', 'failure', 'second 3', 'first 4', 'second 4'],
      ...['first 5', 'second 5', 'second 6', 'second 7'],
    ])
    await Promise.all([here.close(), there.close()])
  })

  test(name('none joins those before it while another message waits for room'), async (t) => {
    const sides = twoSides(t.title, { inboxBytes: 2 ** 14 }, core)
    const { here, there } = sides
    const log: unknown[] = []
    await there.subscribe('a', (payload: number) => void log.push(payload)).ready
    await there.handle('large', () => void log.push('large')).ready
    here.publish('a', 0)
    here.publish('a', 1)
    const delivered = here.send('large', new Uint8Array(14_000))
    // It cannot wait, and must not come before what does.
    here.publish('a', 2)
    await delivered
    await settled(sides)
    t.deepEqual(log, [0, 1, 'large'])
    t.is(sides.sentBy('here', layout.KIND_EVENTS), 1)
    await Promise.all([here.close(), there.close()])
  })

  test(name('those whose target is gone are counted one by one'), async (t) => {
    const sides = twoSides(t.title, {}, core)
    const { here, there } = sides
    await there.subscribe('a', () => {}).ready
    here.publish('a', 0)
    await settled(sides)
    sides.kill()
    for (let index = 0; index < 100; index++) here.publish('a', index)
    await setImmediate()
    t.is(here.metrics().hop.undeliverable, 100)
    await Promise.all([here.close(), there.close({ timeout: 0 })])
  })
}
