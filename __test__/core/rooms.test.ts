import test from 'ava'
import type { CoreAttachment } from '../../ts/src/core/core.js'
import { bounds, cores, layout } from '../support/core/cores.js'
import { drain, frame, type Read, submit } from '../support/core/frames.js'
import type { Random } from '../support/core/random.js'
import { repeatable } from '../support/core/repeatable.js'
import { often } from '../support/soak.js'

const LIMIT = 2_000
const MEMBERS = 3
const ROUNDS = often(300, 20_000)

for (const name of ['native', 'javascript'] as const) {
  const crew = (bus: string): CoreAttachment[] =>
    Array.from({ length: MEMBERS }, () =>
      cores[name].attach(bus, '{}', bounds(0, LIMIT, LIMIT), false, true, () => {}),
    )

  test(`rooms (${name}): a large frame is drained in two parts, and nothing else changes meanwhile`, (t) => {
    const [one, two] = crew(t.title) as [CoreAttachment, CoreAttachment]
    const payload = Buffer.from(Array.from({ length: 3_001 }, (_, index) => index % 251))
    const whole = frame({
      kind: layout.KIND_EVENT,
      lane: 3,
      sender: one.id,
      targets: [two.id],
      topic: 'a.b',
      payload,
    })
    const head = whole.subarray(0, whole.length - 3_008)
    one.submitApart(head, payload)
    t.is(two.inboxBytes(), whole.length)
    const buffer = Buffer.alloc(1_000)
    t.is(two.drain(buffer), -whole.length)
    t.is(buffer.readUInt32LE(layout.WORD_PAYLOAD_LENGTH * 4), 3_001, 'its header says how long its parts are')
    // Even a word of the core, which is more urgent, does not come between the two.
    t.is(one.sync(7).length, MEMBERS - 1)
    const part = new Uint8Array(3_001)
    t.is(two.drainApart(buffer, part.subarray(1)), -whole.length, 'it is to be as long as the payload')
    t.is(two.drainApart(buffer.subarray(0, head.length - 1), part), -whole.length)
    t.is(two.drainApart(buffer, part), head.length)
    t.deepEqual(Buffer.from(part), payload)
    t.deepEqual(buffer.subarray(0, head.length), head)
    t.deepEqual(
      drain(two).map(({ kind }) => kind),
      [layout.KIND_SYNC],
    )
    t.is(two.inboxBytes(), 0)
    for (const core of crew(t.title)) core.detach()
    one.detach()
    two.detach()
  })
}

/** The same member on both cores. */
interface Twin {
  readonly native: CoreAttachment
  readonly javascript: CoreAttachment
}

/** Does the same on both cores, and returns what both say. */
function both<Result>(
  t: { deepEqual: (a: unknown, b: unknown) => unknown },
  twin: Twin,
  act: (core: CoreAttachment) => Result,
): Result {
  const result = act(twin.native)
  t.deepEqual(act(twin.javascript), result)
  return result
}

test('rooms: both cores take, promise, give back and tell of the same bytes', (t) => {
  repeatable(
    t,
    (random, round) => {
      const join = (core: 'native' | 'javascript'): CoreAttachment =>
        cores[core].attach(`${t.title} ${round}`, '{}', bounds(0, LIMIT, LIMIT), false, true, () => {})
      const twins = Array.from({ length: MEMBERS }, () => ({
        native: join('native'),
        javascript: join('javascript'),
      }))
      // Their ids differ, and are named by their place.
      const place = (id: number): number =>
        twins.findIndex(({ native, javascript }) => native.id === id || javascript.id === id)
      const idOf = (core: CoreAttachment, target: number): number => {
        const twin = twins[target]
        if (target === MEMBERS || twin === undefined) return layout.HOLDINGS
        return core === twin.native || twins.some(({ native }) => native === core)
          ? twin.native.id
          : twin.javascript.id
      }
      const told = ({ kind, sender }: Read): unknown => [
        kind,
        sender === layout.HOLDINGS ? 'held' : place(sender),
      ]
      for (let step = 0; step < 60; step++) act(random, twins, idOf, told)
      for (const twin of twins) both(t, twin, (core) => core.submit(Buffer.alloc(8), 0))
      for (let turn = 0; turn < 3; turn++)
        for (const twin of twins) both(t, twin, (core) => drain(core).map(told).sort())
      for (const twin of twins)
        t.is(
          both(t, twin, (core) => core.inboxBytes()),
          0,
        )
      for (const twin of twins) both(t, twin, (core) => core.detach())
    },
    ROUNDS,
  )

  function act(
    random: Random,
    twins: readonly Twin[],
    idOf: (core: CoreAttachment, target: number) => number,
    told: (read: Read) => unknown,
  ): void {
    const twin = random.pick(twins)
    const target = random.below(MEMBERS + 1)
    const bytes = 1 + random.below(1_200)
    const payload = Buffer.alloc(random.below(600))
    const choice = random.below(10)
    if (choice < 3) both(t, twin, (core) => core.reserve(idOf(core, target), bytes))
    else if (choice < 5) both(t, twin, (core) => core.reserveOrWait(idOf(core, target), bytes))
    else if (choice < 7 && target < MEMBERS) {
      const event = { kind: layout.KIND_EVENT, lane: 1 + random.below(4), topic: 'a', payload }
      both(t, twin, (core) =>
        submit(core, frame({ ...event, sender: core.id, targets: [idOf(core, target)] })),
      )
    } else if (choice === 7) {
      const later = { kind: layout.KIND_SCHEDULE, topic: 'a', payload, deadline: 1 + random.below(50) }
      both(t, twin, (core) => submit(core, frame({ ...later, sender: core.id })))
    } else if (choice === 8) {
      both(t, twin, (core) => drain(core).map(told).sort())
    } else if (random.chance(0.3)) both(t, twin, (core) => core.advance(20))
    else if (random.chance(0.1)) both(t, twin, (core) => core.detach())
    for (const one of twins) both(t, one, (core) => [core.inboxBytes(), core.holdings().heldBytes])
  }
})
