/** What both cores do with messages that they hold: who gets one, and who gets it next. */
import test from 'ava'
import { layout } from '../support/core/cores.js'
import { crew, deliveringCores, joining, type Key, type Member } from '../support/core/delivering.js'
import { frame, type Read, submit } from '../support/core/frames.js'

const PATIENCE_MS = 30_000

/** What was delivered, without what is the same in all of them. */
const brief = ({ kind, sender, delivery, endpoint, attempt }: Read): number[] => [
  kind,
  sender,
  delivery,
  endpoint,
  attempt,
]
const keysOf = (reads: readonly Read[]): Key[] => reads.map(({ sender, delivery }) => [sender, delivery])
const held = (member: Member): number[] => [member.core.holdings().held, member.core.holdings().parked]

for (const name of deliveringCores) {
  test(`deliveries (${name}): one is in its target's inbox as it was sent, and held until it is settled`, (t) => {
    const [sender, receiver, other] = crew(t, name, 3) as [Member, Member, Member]
    const endpoint = receiver.handle('n.*')
    const { id: target } = receiver
    const parcel = { kind: 'notification', topic: 'n.é', endpoint, target, payload: 'p', attempt: 7 } as const

    const key = sender.deliver({ ...parcel, lane: layout.LANE_HIGH })

    t.deepEqual(held(sender), [1, 0])
    const [read] = receiver.received()
    t.like(read, { kind: layout.KIND_NOTIFICATION, lane: layout.LANE_HIGH, sender: sender.id, endpoint })
    t.like(read, { delivery: 1, attempt: 7, topic: 'n.é', targets: [receiver.id] })
    t.is(read?.payload.toString(), 'p')
    // Whoever says so.
    other.settle([sender.id, 99], [99, 1], key, key)
    t.deepEqual(held(sender), [0, 0])
    t.deepEqual(other.received(), [])
  })

  test(`deliveries (${name}): one without a target is with its sender, and nobody is told`, (t) => {
    const [sender, other] = crew(t, name, 2) as [Member, Member]
    const endpoint = sender.subscribe('e')

    const key = sender.deliver({ kind: 'event', topic: 'e', endpoint })

    t.deepEqual([...sender.received(), ...other.received()], [])
    t.deepEqual(held(other), [1, 0])
    sender.settle(key)
    t.deepEqual(held(other), [0, 0])
  })

  test(`deliveries (${name}): what is given back goes to another, and back only where there is no other`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const first = one.handle('n.*')
    const key = sender.deliver({
      kind: 'notification',
      topic: 'n.a',
      endpoint: first,
      target: one.id,
      payload: 'p',
    })
    one.received()

    one.release(key)
    t.deepEqual(one.received().map(brief), [[layout.KIND_NOTIFICATION, sender.id, 1, first, 0]])

    // A handler that is less specific is another, too.
    const second = two.handle('**')
    one.release(key)
    t.deepEqual(one.received(), [])
    const [read] = two.received()
    t.deepEqual(read && brief(read), [layout.KIND_NOTIFICATION, sender.id, 1, second, 0])
    t.deepEqual([read?.targets, read?.topic, read?.payload.toString()], [[two.id], 'n.a', 'p'])
    t.deepEqual(held(sender), [1, 0])
  })

  test(`deliveries (${name}): only who has a delivery in hand gives it back, or counts its attempts`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const first = one.handle('n', { priority: 1 })
    const second = two.handle('n')
    const key = sender.deliver({ kind: 'notification', topic: 'n', endpoint: first, target: one.id })
    one.received()

    two.release(key)
    two.attempted(key, 9)
    t.deepEqual(two.received(), [])
    one.attempted(key, 3)
    // Named twice, it is given back once.
    one.release(key, key)
    t.deepEqual(two.received().map(brief), [[layout.KIND_NOTIFICATION, sender.id, 1, second, 3]])
    one.release(key)
    one.attempted(key, 9)
    t.deepEqual(one.received(), [])
    two.release(key)
    t.deepEqual(one.received().map(brief), [[layout.KIND_NOTIFICATION, sender.id, 1, first, 3]])
  })

  test(`deliveries (${name}): a thread that leaves hands what it has to others, one attempt further`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const handler = one.handle('n.*')
    const subscription = one.subscribe('{e,f}.*')
    // The same pattern, said in another way; and others that match as well.
    const peer = two.subscribe('{e.*,f.*}')
    two.subscribe('e.**')
    two.subscribe(/^e/)
    const heir = two.handle('n.a')
    two.handle('n.**')
    const { id: target } = one
    sender.deliver({ kind: 'notification', topic: 'n.a', endpoint: handler, target })
    const tried = sender.deliver({ kind: 'event', topic: 'e.a', endpoint: subscription, target })
    const local = one.deliver({ kind: 'event', topic: 'f.a', endpoint: subscription })
    one.attempted(tried, 0x7fff)

    one.core.detach()

    t.deepEqual(two.received().map(brief), [
      [layout.KIND_NOTIFICATION, sender.id, 1, heir, 1],
      [layout.KIND_EVENT, sender.id, 2, peer, 0x7fff],
      [layout.KIND_EVENT, ...local, peer, 1],
    ])
    t.deepEqual(held(sender), [3, 0])
  })

  test(`deliveries (${name}): an expression's peers are those with the same flags`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    const endpoint = one.subscribe(/^e/i)
    two.subscribe(/^e/)
    const peer = two.subscribe(/^e/gi)
    one.deliver({ kind: 'event', topic: 'e', endpoint })
    one.core.unregister(endpoint)
    t.deepEqual(two.received().map(brief), [[layout.KIND_EVENT, one.id, 1, peer, 0]])
  })

  test(`deliveries (${name}): what an endpoint has in hand goes to others when it is taken away, not when it is withdrawn`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const [leaving, staying] = [one.handle('n'), one.handle('n', { priority: -1 })]
    const heir = two.handle('n')
    const { id: target } = one
    const [first] = [leaving, staying, leaving].map((endpoint) =>
      sender.deliver({ kind: 'notification', topic: 'n', endpoint, target }),
    ) as [Key]
    one.attempted(first, 2)

    one.core.withdraw(leaving)
    t.deepEqual(two.received(), [])
    one.core.unregister(leaving)

    t.deepEqual(two.received().map(brief), [
      [layout.KIND_NOTIFICATION, sender.id, 1, heir, 2],
      [layout.KIND_NOTIFICATION, sender.id, 3, heir, 0],
    ])
  })

  test(`deliveries (${name}): one whose target has left goes to others at once`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const handler = one.handle('n', { service: 's' })
    const subscription = one.subscribe('e.*')
    const [heir, peer] = [two.handle('n', { service: 's' }), two.subscribe('e.*')]
    const { id: target } = one
    one.core.detach()
    sender.deliver({ kind: 'notification', topic: '$service.s', endpoint: handler, target })
    sender.deliver({ kind: 'event', topic: 'e.a', endpoint: subscription, target, attempt: 4 })
    t.deepEqual(two.received().map(brief), [
      [layout.KIND_NOTIFICATION, sender.id, 1, heir, 0],
      [layout.KIND_EVENT, sender.id, 2, peer, 4],
    ])
  })

  test(`deliveries (${name}): the best tier gets what is given back, and equals take turns`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const leaving = one.handle('n.*', { priority: 1 })
    const equals = [one.handle('n.a'), two.handle('n.a'), two.handle('n.a')]
    two.handle('n.*')
    two.handle('n.a', { priority: -1 })
    const { id: target } = one
    for (let count = 0; count < 9; count++)
      sender.deliver({ kind: 'notification', topic: 'n.a', endpoint: leaving, target })
    one.received()

    one.core.unregister(leaving)

    const moved = [...one.received(), ...two.received()]
    const shares = equals.map((equal) => moved.filter(({ endpoint }) => endpoint === equal).length)
    t.deepEqual(shares, [3, 3, 3])
  })

  test(`deliveries (${name}): those that move together arrive in the order in which they were accepted`, (t) => {
    const [sender, one, two, three] = crew(t, name, 4) as [Member, Member, Member, Member]
    const [first, second] = [one.handle('n', { priority: 1 }), two.handle('n')]
    const keys: Key[] = []
    for (let count = 0; count < 8; count++) {
      const from = [sender, three][count % 2] as Member
      const [endpoint, target] = count % 3 === 0 ? [second, two.id] : [first, one.id]
      keys.push(from.deliver({ kind: 'notification', topic: 'n', endpoint, target }))
    }
    // The second one gives back all that it has: now the first one has everything, but not in order of arrival.
    two.release(...keys.filter((_, index) => index % 3 === 0).reverse())
    t.deepEqual(
      keysOf(one.received()).slice(-3),
      keys.filter((_, index) => index % 3 === 0),
    )
    one.core.detach()
    t.deepEqual(keysOf(two.received()).slice(-8), keys)
  })

  test(`deliveries (${name}): what nobody can have waits, and whoever fits gets it when it comes`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const [handler, subscription] = [one.handle('n.*', { service: 's' }), one.subscribe('e.*')]
    const { id: target } = one
    sender.deliver({ kind: 'notification', topic: 'n.a', endpoint: handler, target })
    sender.deliver({ kind: 'event', topic: 'e.a', endpoint: subscription, target })
    sender.deliver({ kind: 'notification', topic: '$service.s', endpoint: handler, target })
    const settled = sender.deliver({ kind: 'notification', topic: 'n.b', endpoint: handler, target })
    one.core.detach()
    t.deepEqual(held(sender), [4, 4])
    // Also while it waits.
    two.settle(settled)
    // It waits for a handler, or for a subscription of the same pattern.
    two.subscribe('n.*')
    two.subscribe('e.a')
    two.handle('e.*')
    t.deepEqual([two.received(), held(sender)], [[], [3, 3]])

    const heir = two.handle('n.a')
    t.deepEqual(two.received().map(brief), [[layout.KIND_NOTIFICATION, sender.id, 1, heir, 1]])
    const peer = two.subscribe('e.*')
    t.deepEqual(two.received().map(brief), [[layout.KIND_EVENT, sender.id, 2, peer, 1]])
    const addressed = sender.handle('other', { service: 's' })
    t.deepEqual(sender.received().map(brief), [[layout.KIND_NOTIFICATION, sender.id, 3, addressed, 1]])
    t.deepEqual(held(sender), [3, 0])
    // Who has got it answers for it.
    two.core.advance(PATIENCE_MS * 2)
    t.deepEqual([...two.received(), ...sender.received()], [])
  })

  test(`deliveries (${name}): what has waited for thirty seconds lapses, and is its sender's to bury`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const endpoint = one.handle('n')
    const { id: target } = one
    const deliver = (from: Member, payload: string): Key =>
      from.deliver({
        kind: 'notification',
        topic: 'n',
        endpoint,
        target,
        payload,
        lane: layout.LANE_CRITICAL,
      })
    const first = deliver(sender, 'first')
    deliver(two, 'second')
    one.received()
    one.core.unregister(endpoint)

    two.core.advance(PATIENCE_MS - 1)
    // It is none of these that is waited for.
    two.handle('m')
    two.subscribe('n')
    two.subscribe('*')
    t.deepEqual([sender.received(), held(sender)], [[], [2, 2]])
    two.core.advance(2)

    const [lapsed] = sender.received()
    t.like(lapsed, { kind: layout.KIND_LAPSED, sender: sender.id, delivery: 1, topic: 'n', attempt: 0 })
    t.is(lapsed?.payload.toString(), 'first')
    t.is(lapsed?.lane, layout.LANE_CRITICAL)
    t.deepEqual(keysOf(two.received()), [[two.id, 1]])
    t.deepEqual(one.received(), [])
    // Until it is buried, it is in somebody's hands.
    t.deepEqual(held(sender), [2, 0])
    sender.settle(first)
    t.deepEqual(held(sender), [1, 0])
    // Who was to bury it has left, so it is looked for an endpoint again.
    const heir = sender.handle('n')
    two.core.detach()
    t.deepEqual(sender.received().map(brief), [[layout.KIND_NOTIFICATION, two.id, 1, heir, 1]])
  })

  test(`deliveries (${name}): what lapses when its sender has left is anybody's to bury`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const endpoint = sender.subscribe('e')
    const key = sender.deliver({ kind: 'event', topic: 'e', endpoint })
    sender.core.detach()
    one.core.advance(PATIENCE_MS / 2)
    one.handle('e')
    one.subscribe('*')
    t.deepEqual(held(one), [1, 1])
    one.core.advance(PATIENCE_MS / 2 + 1)
    const lapsed = [...one.received(), ...two.received()]
    t.deepEqual(lapsed.map(brief), [[layout.KIND_LAPSED, ...key, endpoint, 1]])
    two.settle(key)
    t.deepEqual(held(one), [0, 0])
  })

  test(`deliveries (${name}): when the last one leaves, all is gone`, (t) => {
    const [only] = crew(t, name, 1) as [Member]
    const endpoint = only.handle('n')
    only.deliver({ kind: 'notification', topic: 'n', endpoint })
    only.bury(Buffer.from('letter'))
    only.retain('r', 'retained')
    only.schedule(5, 'scheduled')
    const { heldBytes, retainedBytes, ...counts } = only.core.holdings()
    t.deepEqual(counts, {
      held: 1,
      parked: 0,
      scheduled: 1,
      retained: 1,
      deadLetters: 1,
      deadLettersEvicted: 0,
    })
    t.true(heldBytes > 2 * 56 && retainedBytes > 56, `${heldBytes} and ${retainedBytes}`)
    const nothing = {
      held: 0,
      parked: 0,
      scheduled: 0,
      retained: 0,
      deadLetters: 0,
      deadLettersEvicted: 0,
      heldBytes: 0,
      retainedBytes: 0,
    }
    only.core.detach()
    t.deepEqual({ ...only.core.holdings() }, nothing)
    const next = joining(t.title, name)
    next.handle('n')
    next.core.advance(PATIENCE_MS * 2)
    t.deepEqual([{ ...next.core.holdings() }, next.received()], [nothing, []])
    next.core.detach()
  })

  test(`deliveries (${name}): a frame is held apart from the batch that it came in`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const first = one.handle('n')
    const second = two.handle('n', { priority: -1 })
    const bytes = sender.parcel(
      { kind: 'notification', topic: 'n', endpoint: first, target: one.id, payload: 'as sent' },
      5,
    )
    sender.core.submit(bytes, bytes.length)
    bytes.fill(0xff)
    t.is(one.received()[0]?.payload.toString(), 'as sent')
    one.core.detach()
    const [read] = two.received()
    t.deepEqual([read?.payload.toString(), read?.endpoint, read?.delivery], ['as sent', second, 5])
  })

  test(`deliveries (${name}): frames that make no sense are refused with their whole batch`, (t) => {
    const [sender, one, two] = crew(t, name, 3) as [Member, Member, Member]
    const endpoint = one.handle('n')
    const parcel = { kind: 'notification', topic: 'n', endpoint, target: one.id } as const
    const good = sender.parcel(parcel, 1)
    const of = (kind: number, payloadBytes: number): Buffer =>
      frame({ kind, sender: sender.id, payload: Buffer.alloc(payloadBytes) })
    const several = { kind: layout.KIND_EVENT, sender: sender.id, targets: [one.id, two.id] }
    for (const bad of [
      sender.parcel({ ...parcel, endpoint: 0 }, 2),
      frame({ ...several, endpoint, delivery: 2 }),
      sender.parcel({ kind: 'event', topic: 'e', endpoint }, 0),
      of(layout.KIND_SETTLE, 12),
      of(layout.KIND_RELEASE, 4),
      of(layout.KIND_ATTEMPT, 24),
      frame({ kind: layout.KIND_DUE, sender: sender.id, targets: [one.id] }),
      frame({ kind: layout.KIND_LAPSED, sender: sender.id, targets: [one.id] }),
    ]) {
      t.throws(() => submit(sender.core, good, bad), { code: 'ERR_BUS_INTERNAL' })
    }
    t.deepEqual([one.received(), held(sender)], [[], [0, 0]])
    // It is the number's first use after all.
    submit(sender.core, good)
    t.deepEqual(held(sender), [1, 0])
  })

  test(`deliveries (${name}): a number that is held is not given a second time`, (t) => {
    const [sender, one] = crew(t, name, 2) as [Member, Member]
    const endpoint = one.handle('n')
    const parcel = { kind: 'notification', topic: 'n', endpoint, target: one.id } as const
    const bytes = sender.parcel(parcel, 7)
    t.throws(() => submit(sender.core, bytes, bytes), { code: 'ERR_BUS_INTERNAL' })
    submit(sender.core, bytes)
    t.throws(() => submit(sender.core, bytes), { code: 'ERR_BUS_INTERNAL' })
    t.deepEqual([one.received().length, held(sender)], [1, [1, 0]])
    one.settle([sender.id, 7])
    submit(sender.core, bytes)
    t.deepEqual([one.received().length, held(sender)], [1, [1, 0]])
  })
}
