/** What both cores say of endpoints whose messages are held. */
import test from 'ava'
import type { Reception } from '../../ts/src/core/core.js'
import { layout } from '../support/core/cores.js'
import { crew, deliveringCores, type Member } from '../support/core/delivering.js'
import { HANDLER, SUBSCRIPTION } from '../support/core/receptions.js'

for (const name of deliveringCores) {
  test(`plans (${name}): held subscriptions are told apart, and flags say what a sender has to know`, (t) => {
    const [one, two, three] = crew(t, name, 3) as [Member, Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const weight = 3
    const plain = one.subscribe('a')
    const held = one.subscribe('a', { held: true, priority: 1 })
    const elsewhere = two.subscribe('a.**', { held: true, dedupe })
    const remote = two.subscribe('*', { dedupe })
    const handler = three.handle('a', { held: true, dedupe, weight, priority: -2 })
    const other = three.handle('a', { dedupe, priority: -3 })
    const { FLAG_HELD: HELD, FLAG_DEDUPED: DEDUPED } = layout
    const exact = 0xffff_ffff
    const words = one.core.resolve('a').subarray(0, 6 + 1 + 1 + 12 + 6)
    // A hash of the topic, of which each core has its own.
    const [hash] = words.subarray(5)
    t.deepEqual(
      [...words],
      [
        ...[4, 1, 1, 2, 2, hash],
        plain,
        two.id,
        ...[handler, three.id, -2 >>> 0, exact, weight, HELD | DEDUPED],
        ...[other, three.id, -3 >>> 0, exact, 1, DEDUPED],
        ...[held, one.id, HELD],
        ...[elsewhere, two.id, HELD | DEDUPED],
      ],
    )
    t.deepEqual(
      [...one.core.subscribers('a')],
      [
        ...[held, one.id, HELD],
        ...[plain, one.id, 0],
        ...[elsewhere, two.id, HELD | DEDUPED],
        ...[remote, two.id, DEDUPED],
      ],
    )
    t.deepEqual([...one.core.subscribers('b.c')], [])
    // A thread whose subscriptions are all held gets no copy for all of them.
    two.core.unregister(remote)
    t.deepEqual([...one.core.resolve('a').subarray(0, 5)], [3, 1, 0, 2, 2])
    for (const wrong of ['', 'a..b', 5]) {
      t.throws(() => one.core.subscribers(wrong as string), { code: 'ERR_BUS_INVALID_TOPIC' })
    }
    one.core.detach()
    t.throws(() => one.core.subscribers('a'), { code: 'ERR_BUS_CLOSED' })
  })

  test(`plans (${name}): the directory says who is held and who remembers ids`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const given: Reception = { ...HANDLER, held: true, dedupe }
    one.core.register('a', given)
    one.core.register('b', SUBSCRIPTION)
    t.deepEqual(
      two.core.directory().map((record) => [record.held, record.dedupe]),
      [
        [true, { windowMs: 1_000, size: 10 }],
        [false, undefined],
      ],
    )
    Object.assign(two.core.directory()[0]?.dedupe ?? {}, { size: 0 })
    dedupe.size = 1
    t.deepEqual(two.core.directory()[0]?.dedupe, { windowMs: 1_000, size: 10 })
  })
}
