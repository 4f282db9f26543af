/** Time that moves only when it is told to, on both cores. */
import test from 'ava'
import { bounds, cores, layout } from '../support/core/cores.js'
import { crew, deliveringCores, type Member } from '../support/core/delivering.js'
import { arming, disarming, drain, submit } from '../support/core/frames.js'

for (const name of deliveringCores) {
  test(`virtual time (${name}): it starts at 0, and moves for all threads when one moves it`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    // The first one decides.
    const third = cores[name].attach(t.title, '{}', bounds(0), false, false, () => {})
    t.deepEqual([one.core.nowMs(), third.nowMs()], [0, 0])
    submit(
      one.core,
      arming(one.id, [
        [1, 5, 100.5],
        [2, 6, 100],
        [3, 7, 200],
        [4, 8, 50],
      ]),
    )
    submit(two.core, arming(two.id, [[9, 1, 100]]))
    submit(one.core, disarming(one.id, [4]))
    const expired = ({ core }: Member): number[][] =>
      drain(core)
        .filter(({ kind }) => kind === layout.KIND_EXPIRED)
        .flatMap(({ payload }) =>
          Array.from({ length: payload.length / 8 }, (_, index) => [
            payload.readUInt32LE(index * 8),
            payload.readUInt32LE(index * 8 + 4),
          ]),
        )
    third.advance(99)
    t.deepEqual([expired(one), expired(two)], [[], []])
    third.advance(2)
    t.deepEqual(
      [expired(one), expired(two)],
      [
        [
          [2, 6],
          [1, 5],
        ],
        [[9, 1]],
      ],
    )
    for (const ms of [0, -5, Number.NaN, Number.POSITIVE_INFINITY]) one.core.advance(ms)
    t.is(two.core.nowMs(), 101)
    two.core.advance(0.5)
    t.is(two.core.nowMs(), 101.5)
    two.core.advance(Number.MAX_VALUE)
    t.deepEqual(expired(one), [[3, 7]])
    third.detach()
    third.advance(5)
  })

  test(`virtual time (${name}): what is armed late is due with the next step, even if that goes nowhere`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    one.core.advance(10)
    submit(one.core, arming(one.id, [[1, 1, 5]]))
    t.deepEqual(drain(one.core), [])
    one.core.advance(0)
    t.deepEqual(
      drain(one.core).map(({ kind }) => kind),
      [layout.KIND_EXPIRED],
    )
  })

  test(`virtual time (${name}): real time cannot be moved`, (t) => {
    const core = cores[name].attach(t.title, '{}', bounds(0), false, false, () => {})
    t.throws(() => core.advance(1), { code: 'ERR_BUS_INTERNAL' })
    core.detach()
  })
}
