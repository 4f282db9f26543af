import test from 'ava'
import { Offered } from '../support/delivery/inside.js'
import { drained, type Listening, listening } from '../support/delivery/listening.js'
import { Parcel } from '../support/delivery/parcel.js'

/** A mailbox whose only slot is taken, and whose every place is. */
function full(...entries: Parcel[]): Listening {
  const made = listening({ capacity: entries.length, low: 0, high: entries.length })
  made.mailbox.tryStart()
  for (const entry of entries) made.mailbox.offer(entry, 'latest')
  made.told.length = 0
  return made
}

test('mailbox: what runs takes no place, and what is postponed does', (t) => {
  const { mailbox } = listening({ concurrency: 2, capacity: 1 })
  const failing = new Parcel(0)
  mailbox.offer(failing, 'reject')
  mailbox.postpone(failing)
  t.is(mailbox.offer(new Parcel(1), 'reject'), Offered.refused, 'what fails must not pile up')
  mailbox.retry(failing)
  mailbox.take()
  t.is(mailbox.offer(new Parcel(2), 'reject'), Offered.started)
  t.is(mailbox.offer(new Parcel(3), 'reject'), Offered.queued)
  t.is(mailbox.offer(new Parcel(4), 'reject'), Offered.refused)
})

test('mailbox: full, it refuses with reject and drops with drop-newest, and tells nobody else', (t) => {
  const { mailbox, told } = full(new Parcel(0))
  t.is(mailbox.offer(new Parcel(1), 'reject'), Offered.refused)
  t.is(mailbox.offer(new Parcel(2), 'drop-newest'), Offered.dropped)
  t.deepEqual(told, [])
  mailbox.done()
  t.deepEqual(drained(mailbox), [0])
})

test('mailbox: those who wait are admitted in their order, one for each place', (t) => {
  const { mailbox, told } = full(new Parcel(0), new Parcel(1))
  for (let id = 2; id < 5; id++)
    t.is(mailbox.offer(new Parcel(id, id === 4 ? 0 : 2), 'wait'), Offered.waiting)
  t.is(mailbox.waiting, 3)
  t.is(mailbox.offer(new Parcel(5), 'reject'), Offered.refused, 'it does not push in')
  mailbox.done()
  t.is(mailbox.take()?.id, 0)
  t.deepEqual(told, ['admitted 2'])
  mailbox.done()
  t.is(mailbox.length, 2)
  t.deepEqual(
    drained(mailbox),
    [1, 2, 4, 3].sort(() => 0),
  )
  t.true(mailbox.isIdle)
})

test('mailbox: who has given up waiting leaves, and is not admitted', (t) => {
  const { mailbox, told, pass } = full(new Parcel(0))
  const [gone, late] = [new Parcel(1), new Parcel(2, 2, undefined, false, 5)]
  for (const entry of [gone, late, new Parcel(3)]) mailbox.offer(entry, 'wait')
  t.true(mailbox.remove(gone))
  t.false(mailbox.remove(gone))
  t.is(mailbox.waiting, 2)
  pass(10)
  mailbox.done()
  t.deepEqual(drained(mailbox), [0, 3])
  t.deepEqual(told, ['lapsed 2', 'admitted 3', 'low'])
})

test('mailbox: those who have given up without a word do not pile up', (t) => {
  const { mailbox, told, pass } = full(new Parcel(0))
  for (let id = 1; id <= 1_000; id++) {
    mailbox.offer(new Parcel(id, 2, undefined, false, id + 1), 'wait')
    pass(1)
  }
  t.true(mailbox.waiting <= 65, `${mailbox.waiting} wait`)
  t.is(told.length, 1_000 - mailbox.waiting)
})

test('mailbox: drop-oldest drops the oldest of the lowest lane, but nothing more urgent than the newcomer', (t) => {
  const { mailbox, told } = full(new Parcel(0, 3), new Parcel(1, 1), new Parcel(2, 3), new Parcel(3, 2))
  t.is(mailbox.offer(new Parcel(4, 3), 'drop-oldest'), Offered.queued)
  t.is(mailbox.offer(new Parcel(5, 2), 'drop-oldest'), Offered.queued)
  t.is(mailbox.offer(new Parcel(6, 0), 'drop-oldest'), Offered.queued)
  t.is(mailbox.offer(new Parcel(7, 3), 'drop-oldest'), Offered.dropped)
  t.is(mailbox.offer(new Parcel(8, 2), 'drop-oldest'), Offered.queued)
  t.deepEqual(told, ['dropped 0', 'dropped 2', 'dropped 4', 'dropped 3'])
  mailbox.done()
  t.deepEqual(drained(mailbox), [6, 1, 5, 8])
})

test('mailbox: what is held, or has begun, makes room for nobody', (t) => {
  const { mailbox, told } = listening({ capacity: 3, concurrency: 2, high: 3 })
  const failing = new Parcel(0)
  mailbox.offer(failing, 'reject')
  mailbox.tryStart()
  mailbox.offer(new Parcel(1, 2, undefined, true), 'reject')
  mailbox.offer(new Parcel(2), 'reject')
  mailbox.postpone(failing)
  mailbox.retry(failing)
  told.length = 0
  t.is(mailbox.offer(new Parcel(3, 2, undefined, true), 'drop-oldest'), Offered.queued)
  t.is(mailbox.offer(new Parcel(4), 'drop-oldest'), Offered.dropped)
  t.deepEqual(told, ['dropped 2'])
})

test('mailbox: latest keeps one of each key, in the place of the one before, full or not', (t) => {
  const { mailbox, told } = full(new Parcel(0, 2, 'a'), new Parcel(1, 2, 'b'), new Parcel(2, 2, 'c'))
  t.is(mailbox.offer(new Parcel(3, 2, 'a'), 'latest'), Offered.replaced)
  t.is(mailbox.offer(new Parcel(4, 2, 'a'), 'latest'), Offered.replaced)
  t.is(mailbox.offer(new Parcel(5, 0, 'b'), 'latest'), Offered.replaced, 'in its own lane')
  t.is(mailbox.offer(new Parcel(6, 2, 'd'), 'latest'), Offered.dropped)
  t.is(mailbox.offer(new Parcel(7, 2), 'latest'), Offered.dropped)
  t.deepEqual(told, ['dropped 0', 'dropped 3', 'dropped 1'])
  mailbox.done()
  t.deepEqual(drained(mailbox), [5, 4, 2])
  t.is(mailbox.offer(new Parcel(8, 2, 'a'), 'latest'), Offered.started)
})

test('mailbox: latest replaces nothing that is held, that has begun, or that was offered otherwise', (t) => {
  const { mailbox, told } = listening({ capacity: 10 })
  const running = new Parcel(0, 2, 'a')
  mailbox.offer(running, 'latest')
  mailbox.postpone(running)
  t.is(mailbox.offer(new Parcel(1, 2, 'a', true), 'latest'), Offered.queued)
  t.is(mailbox.offer(new Parcel(2, 2, 'a'), 'reject'), Offered.queued)
  t.is(mailbox.offer(new Parcel(3, 2, 'a'), 'latest'), Offered.queued)
  t.is(mailbox.offer(new Parcel(4, 2, 'a'), 'latest'), Offered.replaced)
  t.deepEqual(told, ['dropped 3'])
})

test('mailbox: latest keeps the place of one that waits for its key', (t) => {
  const { mailbox } = listening({ concurrency: 2, capacity: 10, ordered: true })
  const [first, other] = [new Parcel(0, 2, 'a'), new Parcel(1)]
  mailbox.offer(first, 'latest')
  mailbox.offer(new Parcel(2, 2, 'a'), 'latest')
  t.is(mailbox.take(), undefined, 'it waits for its key')
  mailbox.offer(other, 'reject')
  mailbox.offer(new Parcel(3), 'reject')
  t.is(mailbox.offer(new Parcel(4, 2, 'a'), 'latest'), Offered.replaced)
  t.is(mailbox.take(), undefined)
  mailbox.done(first)
  t.deepEqual(drained(mailbox), [4, 3])
})

test('mailbox: full of what nobody waits for any more, it has room', (t) => {
  const { mailbox, told, pass } = full(
    new Parcel(0, 2, undefined, false, 10),
    new Parcel(1),
    new Parcel(2, 0, undefined, true, 5),
  )
  t.is(mailbox.offer(new Parcel(3), 'reject'), Offered.refused)
  pass(9)
  t.is(mailbox.offer(new Parcel(4), 'reject'), Offered.queued)
  t.deepEqual(told, ['expired 2', 'expired 0'])
  t.is(mailbox.length, 2)
})

test('mailbox: the room of those who are late is for those who wait, before a newcomer', (t) => {
  const { mailbox, told, pass } = full(new Parcel(0, 2, undefined, false, 10))
  mailbox.offer(new Parcel(1), 'wait')
  pass(10)
  t.is(mailbox.offer(new Parcel(2), 'reject'), Offered.refused)
  t.deepEqual(told, ['admitted 1', 'expired 0'])
})

test('mailbox: what is late is not started, and what has no deadline asks for no time', (t) => {
  const { mailbox, told, pass, reads } = listening()
  mailbox.tryStart()
  mailbox.offer(new Parcel(0), 'reject')
  mailbox.offer(new Parcel(1, 2, undefined, false, 5), 'reject')
  mailbox.offer(new Parcel(2), 'reject')
  mailbox.done()
  mailbox.done(mailbox.take())
  t.is(reads(), 0)
  pass(5)
  t.is(mailbox.take()?.id, 2)
  t.deepEqual(told, ['expired 1'])
})

test('mailbox: full and large, it is looked through now and then and not for each that it refuses', (t) => {
  const capacity = 20_000
  const { mailbox, told, pass, reads } = listening({ capacity })
  mailbox.tryStart()
  // One is late at each moment, as among requests that have come one after the other.
  for (let id = 0; id < capacity; id++) mailbox.offer(new Parcel(id, 2, undefined, false, 2 + id), 'reject')
  let looked = 0
  for (let moment = 0; moment < 10; moment++) {
    pass(0.5)
    const before = told.length
    for (let index = 0; index < 100; index++) mailbox.offer(new Parcel(-1), 'reject')
    if (told.length > before) looked++
  }
  t.true(reads() > 500)
  t.true(looked <= 3, `${looked} times in 5 ms, each of which took 2 ms of looking at most`)
})

test('mailbox: high and low are told in turns, and those who wait do not make it low', (t) => {
  const { mailbox, told } = listening({ capacity: 5, high: 4, low: 2 })
  mailbox.tryStart()
  for (let id = 0; id < 5; id++) mailbox.offer(new Parcel(id), 'reject')
  t.deepEqual(told, ['high'])
  for (let id = 5; id < 8; id++) mailbox.offer(new Parcel(id), 'wait')
  mailbox.done()
  for (let left = 3; left > 0; left--) mailbox.done(mailbox.take())
  t.deepEqual(told, ['high', 'admitted 5', 'admitted 6', 'admitted 7'])
  mailbox.done(mailbox.take())
  mailbox.done(mailbox.take())
  t.is(told.at(-1), 'admitted 7')
  mailbox.done(mailbox.take())
  t.is(told.at(-1), 'low')
  mailbox.offer(new Parcel(8), 'reject')
  t.is(told.at(-1), 'low', 'three are not four')
  mailbox.offer(new Parcel(9), 'reject')
  mailbox.offer(new Parcel(10), 'reject')
  mailbox.clear()
  t.deepEqual(told.slice(-3), ['low', 'high', 'low'])
})

test('mailbox: clear hands out what does not run, and apart from it what was not accepted', (t) => {
  const { mailbox, told } = listening({ concurrency: 2, capacity: 3, ordered: true })
  const [running, failing] = [new Parcel(0, 2, 'a'), new Parcel(1, 2, 'b')]
  mailbox.offer(running, 'reject')
  mailbox.offer(failing, 'reject')
  mailbox.postpone(failing)
  mailbox.offer(new Parcel(2, 3, 'a'), 'reject')
  mailbox.offer(new Parcel(3, 0, 'b'), 'reject')
  mailbox.offer(new Parcel(4), 'wait')
  const { accepted, waiting } = mailbox.clear()
  const ids = (entries: readonly Parcel[]): number[] => entries.map(({ id }) => id)
  t.deepEqual([ids(accepted), ids(waiting)], [[3, 2, 1], [4]])
  t.deepEqual(told, ['high', 'low'])
  t.false(mailbox.retry(failing), 'a timer that comes too late')
  t.is(mailbox.offer(new Parcel(5, 2, 'b'), 'reject'), Offered.started, 'its key is free')
  t.is(mailbox.offer(new Parcel(6, 2, 'a'), 'reject'), Offered.queued, 'this one still runs')
  mailbox.done(running)
  t.is(mailbox.take()?.id, 6)
})

test('mailbox: what is postponed can be given up, and frees its key and its place', (t) => {
  const { mailbox, told } = listening({ capacity: 2 })
  const failing = new Parcel(0)
  mailbox.offer(failing, 'reject')
  mailbox.offer(new Parcel(1), 'reject')
  mailbox.postpone(failing)
  mailbox.offer(new Parcel(2), 'wait')
  t.true(mailbox.remove(failing))
  t.deepEqual(told, ['high', 'admitted 2'])
  t.deepEqual(drained(mailbox), [1, 2])
})

test('mailbox: whoever is told something may use it', (t) => {
  const made = full(new Parcel(0), new Parcel(1))
  const { mailbox, told } = made
  made.interfere = (word) => {
    if (word === 'admitted 2') t.is(mailbox.take(), undefined, 'the slot is taken already')
    if (word === 'dropped 1') t.is(mailbox.offer(new Parcel(6), 'reject'), Offered.refused, 'and the room')
    if (word === 'low') t.is(mailbox.offer(new Parcel(7), 'reject'), Offered.started)
  }
  for (let id = 2; id < 4; id++) mailbox.offer(new Parcel(id), 'wait')
  mailbox.done()
  const first = mailbox.take()
  t.is(first?.id, 0)
  t.is(mailbox.offer(new Parcel(5), 'drop-oldest'), Offered.queued)
  t.deepEqual([mailbox.length, mailbox.waiting], [2, 1])
  mailbox.done(first)
  mailbox.clear()
  t.deepEqual([mailbox.running, mailbox.length, mailbox.waiting], [1, 0, 0])
  t.deepEqual(told, ['admitted 2', 'dropped 1', 'low'])
})
