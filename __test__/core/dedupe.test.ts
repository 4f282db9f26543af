/** What both cores remember of the ids of messages. */
import test from 'ava'
import { layout } from '../support/core/cores.js'
import { crew, deliveringCores, joining, type Key, type Member } from '../support/core/delivering.js'

/** An endpoint, and where it is. */
type Place = readonly [endpoint: number, target: number]

for (const name of deliveringCores) {
  const deliver = (sender: Member, [endpoint, target]: Place, topic = 'n'): Key =>
    sender.deliver({ kind: 'notification', topic, endpoint, target })

  /** Takes an id, sends its message, and has it processed. */
  const process = (sender: Member, place: Place, id: string): boolean => {
    const isFirst = sender.core.claim(place[0], id)
    if (isFirst) sender.settle(deliver(sender, place))
    return isFirst
  }

  test(`dedupe (${name}): an id is taken once, by whichever thread, for all endpoints of the pattern`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const first = one.handle('n.*', { dedupe })
    const second = two.handle('n.*', { dedupe })
    const another = two.handle('n.a', { dedupe })
    t.true(one.core.claim(first, 'id'))
    t.false(one.core.claim(first, 'id'))
    t.false(two.core.claim(second, 'id'))
    t.true(two.core.claim(another, 'id'))
    t.true(two.core.claim(second, 'é'))
  })

  test(`dedupe (${name}): an id is remembered for as long as its window says, since it was taken`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    const place: Place = [one.handle('n', { dedupe: { windowMs: 1_000, size: 10 } }), one.id]
    t.true(process(one, place, 'a'))
    one.core.advance(600)
    t.true(process(one, place, 'b'))
    one.core.advance(399)
    t.false(process(one, place, 'a'))
    one.core.advance(2)
    t.true(process(one, place, 'a'))
    t.false(process(one, place, 'b'))
    one.core.advance(1_001)
    t.true(process(one, place, 'b'))
  })

  test(`dedupe (${name}): of more ids than there is room for, the oldest is forgotten`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    const place: Place = [one.handle('n', { dedupe: { windowMs: 1e6, size: 3 } }), one.id]
    for (const id of ['a', 'b', 'c', 'd']) t.true(process(one, place, id))
    for (const id of ['d', 'c', 'b']) t.false(process(one, place, id), id)
    t.true(process(one, place, 'a'))
    t.true(process(one, place, 'b'))
    t.false(process(one, place, 'd'))
  })

  test(`dedupe (${name}): the id of a message that is held is never forgotten`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    const place: Place = [one.handle('n', { dedupe: { windowMs: 1_000, size: 2 } }), one.id]
    t.true(one.core.claim(place[0], 'held'))
    const key = deliver(one, place)
    for (const id of ['a', 'b', 'c']) t.true(process(one, place, id))
    t.false(one.core.claim(place[0], 'held'))
    one.core.advance(5_000)
    t.false(one.core.claim(place[0], 'held'))
    one.settle(key)
    t.true(one.core.claim(place[0], 'held'), 'it is older than the window')
  })

  test(`dedupe (${name}): each id belongs to the next delivery for its endpoint, in the order in which they were taken`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const place: Place = [two.handle('n', { dedupe }), two.id]
    const other: Place = [two.handle('m', { dedupe }), two.id]
    t.true(one.core.claim(place[0], 'first'))
    t.true(one.core.claim(place[0], 'second'))
    t.true(two.core.claim(place[0], 'third'))
    deliver(one, other)
    const [first, second] = [deliver(one, place), deliver(one, place)]
    const third = deliver(two, place)
    // Only what is settled may age.
    two.settle(second)
    one.core.advance(1_001)
    t.deepEqual(
      ['first', 'second', 'third'].map((id) => one.core.claim(place[0], id)),
      [false, true, false],
    )
    two.settle(first, third)
    t.deepEqual(
      ['first', 'third'].map((id) => one.core.claim(place[0], id)),
      [true, true],
    )
  })

  test(`dedupe (${name}): an id is given back as long as its message was not accepted`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const place: Place = [one.handle('n', { dedupe: { windowMs: 1_000, size: 10 } }), one.id]
    t.true(one.core.claim(place[0], 'a'))
    two.core.unclaim(place[0], 'a')
    t.false(two.core.claim(place[0], 'a'), 'another thread has taken it')
    one.core.unclaim(place[0], 'a')
    one.core.unclaim(place[0], 'never')
    t.true(two.core.claim(place[0], 'a'))
    const key = deliver(two, place)
    two.core.unclaim(place[0], 'a')
    t.false(one.core.claim(place[0], 'a'), 'its message is held')
    one.settle(key)
    two.core.unclaim(place[0], 'a')
    t.false(one.core.claim(place[0], 'a'), 'its message was processed')
  })

  test(`dedupe (${name}): ids whose messages were never handed over are given back by a thread that leaves`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const place: Place = [one.handle('n', { dedupe: { windowMs: 1_000, size: 1 } }), one.id]
    t.true(two.core.claim(place[0], 'accepted'))
    deliver(two, place)
    t.true(two.core.claim(place[0], 'never'))
    one.core.advance(5_000)
    t.false(one.core.claim(place[0], 'never'))
    two.core.detach()
    t.true(one.core.claim(place[0], 'never'))
    t.false(one.core.claim(place[0], 'accepted'))
  })

  test(`dedupe (${name}): each subscription of a pattern remembers by itself, as all of them are to have an event`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const places: Place[] = [
      [one.subscribe('e', { dedupe }), one.id],
      [two.subscribe('e', { dedupe }), two.id],
    ]
    for (const at of places) t.true(process(one, at, 'a'))
    for (const at of places) t.false(process(two, at, 'a'))
  })

  test(`dedupe (${name}): without a window of its own, an endpoint has the usual one`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const place: Place = [one.handle('n'), one.id]
    const gone: Place = [two.handle('m'), two.id]
    two.core.unregister(gone[0])
    for (const at of [place, gone]) t.true(process(one, at, 'a'))
    one.core.advance(179_999)
    for (const at of [place, gone]) t.false(process(one, at, 'a'))
    one.core.advance(2)
    for (const at of [place, gone]) t.true(process(one, at, 'a'))
  })

  test(`dedupe (${name}): another endpoint of the pattern may widen the window, and never narrows it`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    const place: Place = [one.handle('n', { dedupe: { windowMs: 1_000, size: 1 } }), one.id]
    const wide = one.handle('n', { dedupe: { windowMs: 500, size: 3 } })
    for (const id of ['a', 'b', 'c']) t.true(process(one, place, id))
    t.false(process(one, place, 'a'))
    one.core.unregister(wide)
    one.core.advance(900)
    t.false(process(one, place, 'a'))
    one.handle('n', { dedupe: { windowMs: 2_000, size: 1 } })
    one.core.advance(900)
    t.false(process(one, place, 'a'))
  })

  test(`dedupe (${name}): the window outlives its endpoints by its own length`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const narrow = { windowMs: 1_000, size: 2 }
    const register = (): Place => [one.handle('n', { dedupe: narrow }), one.id]
    let place: Place = [one.handle('n', { dedupe: { windowMs: 10_000, size: 2 } }), one.id]
    t.true(process(two, place, 'a'))
    one.core.unregister(place[0])
    one.core.advance(9_000)
    place = register()
    t.false(process(two, place, 'a'))
    one.core.unregister(place[0])
    one.core.advance(10_001)
    // Now it is a window of the second length.
    place = register()
    t.true(process(two, place, 'a'))
    one.core.advance(1_001)
    t.true(process(two, place, 'a'))
  })

  test(`dedupe (${name}): an endpoint that comes in time keeps the window of its pattern`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    const register = (): Place => [one.handle('n', { dedupe: { windowMs: 1_000, size: 10 } }), one.id]
    one.core.unregister(register()[0])
    one.core.advance(500)
    const place = register()
    one.core.advance(5_000)
    t.true(process(one, place, 'a'))
    one.core.advance(1_001)
    t.true(process(one, place, 'a'), 'it is not the usual window, which is longer')
  })

  test(`dedupe (${name}): a held message that changes hands keeps its id`, (t) => {
    const [one, two, three] = crew(t, name, 3) as [Member, Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const place: Place = [one.handle('n', { dedupe, priority: 1 }), one.id]
    const heir = two.handle('n', { dedupe })
    t.true(three.core.claim(place[0], 'a'))
    const key = deliver(three, place)
    one.core.detach()
    t.deepEqual(
      two.received().map(({ endpoint }) => endpoint),
      [heir],
    )
    two.core.advance(2_000)
    t.false(three.core.claim(heir, 'a'))
    two.settle(key)
    t.true(three.core.claim(heir, 'a'))
  })

  test(`dedupe (${name}): what its new endpoint has processed before is not given to it again`, (t) => {
    const [one, two, three] = crew(t, name, 3) as [Member, Member, Member]
    const dedupe = { windowMs: 1_000, size: 10 }
    const place: Place = [one.handle('n.a', { dedupe }), one.id]
    const heir: Place = [two.handle('n.*', { dedupe }), two.id]
    t.true(three.core.claim(heir[0], 'a'))
    three.settle(deliver(three, heir, 'n.a'))
    two.received()
    for (const id of ['a', 'b']) {
      t.true(three.core.claim(place[0], id))
      deliver(three, place, 'n.a')
    }

    one.core.detach()

    // The first one is settled by that; and of the second one, its id counts here as well.
    t.deepEqual(
      two.received().map(({ kind, delivery }) => [kind, delivery]),
      [[layout.KIND_NOTIFICATION, 3]],
    )
    t.is(two.core.holdings().held, 1)
    t.false(three.core.claim(heir[0], 'b'))
    two.settle([three.id, 3])
    t.false(three.core.claim(heir[0], 'b'))
    two.core.advance(1_001)
    t.true(three.core.claim(heir[0], 'b'))
  })

  test(`dedupe (${name}): who has left takes no id`, (t) => {
    const one = joining(t.title, name)
    const endpoint = one.handle('n')
    one.core.detach()
    t.false(one.core.claim(endpoint, 'a'))
    one.core.unclaim(endpoint, 'a')
  })
}
