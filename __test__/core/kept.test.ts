/** What both cores keep besides deliveries: dead letters, messages whose time has not come, and retained ones. */
import test from 'ava'
import { bounds, cores, layout } from '../support/core/cores.js'
import { crew, deliveringCores, Member } from '../support/core/delivering.js'
import { frame, submit } from '../support/core/frames.js'

for (const name of deliveringCores) {
  const lettersOf = ({ core }: Member, after = 0, limit = 100): [number, string][] =>
    core.deadLetters(after, limit).map(({ number, bytes }) => [number, Buffer.from(bytes).toString()])
  const textsOf = (member: Member): string[] => member.received().map(({ payload }) => payload.toString())

  test(`dead letters (${name}): they are listed in their order, by all threads, and taken out by number`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    for (const text of ['a', 'b', '', 'd']) one.bury(Buffer.from(text))
    two.bury(Buffer.from('e'))
    t.deepEqual(lettersOf(two), [
      [1, 'a'],
      [2, 'b'],
      [3, ''],
      [4, 'd'],
      [5, 'e'],
    ])
    t.deepEqual(lettersOf(two, 1, 2), [
      [2, 'b'],
      [3, ''],
    ])
    t.deepEqual([lettersOf(two, 5), lettersOf(two, 0, 0)], [[], []])
    t.is(two.core.removeDeadLetters([2, 4, 4, 77]), 2)
    t.deepEqual(
      lettersOf(one).map(([number]) => number),
      [1, 3, 5],
    )
    t.is(one.core.holdings().deadLetters, 3)
    t.is(one.core.removeDeadLetters([]), 0)
    t.is(one.core.removeDeadLetters(undefined), 3)
    one.bury(Buffer.from('f'))
    t.deepEqual(lettersOf(one), [[6, 'f']])
    t.is(one.core.holdings().deadLettersEvicted, 0)
  })

  test(`dead letters (${name}): what is listed is a copy`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    one.bury(Buffer.from('a'))
    one.core.deadLetters(0, 1)[0]?.bytes.fill(0)
    t.deepEqual(lettersOf(one), [[1, 'a']])
  })

  test(`dead letters (${name}): the oldest make room, by number and by size, and are counted`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    for (let count = 0; count < 10_003; count++) one.bury(Buffer.of(1))
    t.like(one.core.holdings(), { deadLetters: 10_000, deadLettersEvicted: 3 })
    t.is(one.core.deadLetters(0, 1)[0]?.number, 4)
    one.core.removeDeadLetters(undefined)
    const large = Buffer.alloc(20 * 1024 * 1024)
    for (let count = 0; count < 4; count++) one.bury(large)
    t.like(one.core.holdings(), { deadLetters: 3, deadLettersEvicted: 4 })
    // What was taken out makes room as well.
    one.core.removeDeadLetters([10_005])
    one.bury(large)
    t.like(one.core.holdings(), { deadLetters: 3, deadLettersEvicted: 4 })
  })

  test(`schedule (${name}): a message comes back at its time, to its sender, as it was`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    one.schedule(500, 'later', layout.LANE_HIGH)
    one.schedule(100, 'soon')
    two.schedule(300, 'other')
    t.is(one.core.holdings().scheduled, 3)
    two.core.advance(99)
    t.deepEqual(textsOf(one), [])
    two.core.advance(1)
    const [due] = one.received()
    t.like(due, { kind: layout.KIND_DUE, lane: layout.LANE_NORMAL, sender: one.id, topic: 'due' })
    t.is(due?.payload.toString(), 'soon')
    one.core.advance(1_000)
    t.deepEqual(
      one.received().map(({ lane, payload }) => [lane, payload.toString()]),
      [[layout.LANE_HIGH, 'later']],
    )
    t.deepEqual([textsOf(two), two.core.holdings().scheduled], [['other'], 0])
  })

  test(`schedule (${name}): what is due at once, or was long ago, comes back with the next step of time`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    one.core.advance(1_000)
    one.schedule(0, 'none')
    one.schedule(400, 'past')
    one.schedule(2_000, 'future')
    t.deepEqual(textsOf(one), [])
    one.core.advance(0)
    t.deepEqual(textsOf(one).sort(), ['none', 'past'])
  })

  test(`schedule (${name}): the message of a thread that has left comes to one of the others`, (t) => {
    const [one, two, three] = crew(t, name, 3) as [Member, Member, Member]
    one.schedule(100, 'a')
    const { id: sender } = one
    one.core.detach()
    t.is(two.core.holdings().scheduled, 1)
    two.core.advance(100)
    const due = [...two.received(), ...three.received()]
    t.deepEqual(
      due.map((read) => [read.kind, read.sender, read.payload.toString()]),
      [[layout.KIND_DUE, sender, 'a']],
    )
  })

  test(`schedule (${name}): a moment is understood beyond the 32 bits that it is given in`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    one.core.advance(2 ** 32 - 50)
    one.schedule(2 ** 32 + 50, 'a')
    one.core.advance(99)
    t.deepEqual(textsOf(one), [])
    one.core.advance(1)
    t.deepEqual(textsOf(one), ['a'])
  })

  test.serial(`schedule (${name}): in real time a message is never early`, async (t) => {
    let wake = (): void => {}
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    const core = cores[name].attach(t.title, '{}', bounds(0), false, false, () => wake())
    const one = new Member(core)
    const dueMs = Math.ceil(core.nowMs() + 30)
    one.schedule(dueMs, 'a')
    t.deepEqual(textsOf(one), [])
    // The message alone would not keep the process alive.
    const stay = setInterval(() => {}, 1_000)
    await woken
    clearInterval(stay)
    t.true(core.nowMs() >= dueMs)
    t.deepEqual(textsOf(one), ['a'])
    core.detach()
  })

  test(`retained (${name}): the last message of each topic is replayed, the oldest first`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    for (const [topic, payload] of [
      ['r.a', '1'],
      ['r.b', '2'],
      ['other', '3'],
      ['r.é', '4'],
      ['r.a', '5'],
    ] as const) {
      one.retain(topic, payload)
    }
    t.is(one.core.holdings().retained, 4)
    const endpoint = two.subscribe('r.*')

    t.is(two.core.replay(endpoint), 3)

    const replayed = two.received()
    t.deepEqual(
      replayed.map(({ topic, payload }) => [topic, payload.toString()]),
      [
        ['r.b', '2'],
        ['r.é', '4'],
        ['r.a', '5'],
      ],
    )
    for (const read of replayed)
      t.like(read, { kind: layout.KIND_EVENT, sender: one.id, endpoint, delivery: 0 })
    t.deepEqual(one.received(), [])
    t.is(two.core.replay(endpoint), 3, 'as often as it is asked for')
    t.is(two.core.holdings().held, 0)
  })

  test(`retained (${name}): globs, expressions and topics choose what is replayed`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    for (const topic of ['a', 'a.b', 'b.a']) one.retain(topic, topic)
    const counts = ['a', '**', /^a/, '{a,b}.*', 'c'].map((pattern) => one.core.replay(one.subscribe(pattern)))
    t.deepEqual(counts, [1, 3, 2, 2, 0])
    t.is(one.core.replay(4_000_000), 0, 'there is no such endpoint')
  })

  test(`retained (${name}): an empty message takes the topic's last one away, an encoded nothing is one`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    one.retain('r', 'a')
    one.retain('r', '')
    one.retain('never', '')
    t.is(one.core.holdings().retained, 0)
    one.retain('r', '', 2)
    const endpoint = one.subscribe('r')
    t.is(one.core.replay(endpoint), 1)
  })

  test(`retained (${name}): of too many topics, that which was not written for longest is forgotten`, (t) => {
    const [one] = crew(t, name, 1) as [Member]
    for (let count = 0; count < 10_000; count++) one.retain(`r.${count}`, 'x')
    one.retain('r.0', 'y')
    one.retain('r.new', 'z')
    t.is(one.core.holdings().retained, 10_000)
    const replays = ['r.0', 'r.1', 'r.2', 'r.new'].map((topic) => one.core.replay(one.subscribe(topic)))
    t.deepEqual(replays, [1, 0, 1, 1])
  })

  test(`retained (${name}): what is to be kept is sent to nobody`, (t) => {
    const [one, two] = crew(t, name, 2) as [Member, Member]
    for (const kind of [layout.KIND_RETAIN, layout.KIND_SCHEDULE]) {
      const bad = frame({ kind, sender: one.id, targets: [two.id], topic: 'r', payload: Buffer.of(1) })
      t.throws(() => submit(one.core, bad), { code: 'ERR_BUS_INTERNAL' })
    }
    t.like(one.core.holdings(), { retained: 0, scheduled: 0 })
  })
}
