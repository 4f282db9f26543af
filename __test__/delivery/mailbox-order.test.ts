import test from 'ava'
import { MOST_PASSED_OVER, Offered } from '../support/delivery/inside.js'
import { drained, listening } from '../support/delivery/listening.js'
import { Parcel } from '../support/delivery/parcel.js'

test('mailbox: what finds a free slot and nothing before it starts at once, and nothing else does', (t) => {
  const { mailbox } = listening({ concurrency: 2 })
  t.true(mailbox.tryStart())
  t.is(mailbox.offer(new Parcel(0), 'reject'), Offered.started)
  t.false(mailbox.tryStart(), 'there is no slot')
  t.is(mailbox.offer(new Parcel(1), 'reject'), Offered.queued)
  mailbox.done()
  t.false(mailbox.tryStart(), 'another is before it')
  t.is(mailbox.offer(new Parcel(2), 'reject'), Offered.queued)
  t.is(mailbox.take()?.id, 1)
  t.is(mailbox.take(), undefined)
  t.is(mailbox.running, 2)
})

test('mailbox: the more urgent lane comes first, and within a lane who came first', (t) => {
  const { mailbox } = listening({ capacity: 100 })
  mailbox.tryStart()
  for (const [id, lane] of ([3, 2, 0, 1, 2, 0, 3, 1] as const).entries())
    mailbox.offer(new Parcel(id, lane), 'reject')
  mailbox.done()
  t.deepEqual(drained(mailbox), [2, 5, 3, 7, 1, 4, 0, 6])
})

test('mailbox: a lane is passed over 64 times in a row and not once more', (t) => {
  const { mailbox } = listening({ capacity: 1_000 })
  mailbox.tryStart()
  mailbox.offer(new Parcel(-1, 3), 'reject')
  mailbox.offer(new Parcel(-2, 3), 'reject')
  for (let id = 0; id < 200; id++) mailbox.offer(new Parcel(id, 2), 'reject')
  mailbox.done()
  const ids = drained(mailbox)
  t.is(ids.indexOf(-1), MOST_PASSED_OVER)
  t.is(ids.indexOf(-2), 2 * MOST_PASSED_OVER + 1)
})

test('mailbox: beside a lane that never ends each of the three below it gets its share', (t) => {
  const { mailbox } = listening({ capacity: 100 })
  mailbox.tryStart()
  for (const lane of [0, 1, 2, 3] as const) {
    for (let index = 0; index < 20; index++) mailbox.offer(new Parcel(0, lane), 'reject')
  }
  mailbox.done()
  const longest = [0, 0, 0, 0]
  const passed = [0, 0, 0, 0]
  for (let start = 0; start < 10_000; start++) {
    const entry = mailbox.take()
    if (entry === undefined) return t.fail('none of the lanes ever ends')
    for (let lane = entry.lane + 1; lane <= 3; lane++) {
      const now = (passed[lane] ?? 0) + 1
      passed[lane] = now
      longest[lane] = Math.max(longest[lane] ?? 0, now)
    }
    passed[entry.lane] = 0
    mailbox.done(entry)
    mailbox.offer(new Parcel(0, entry.lane), 'reject')
  }
  t.deepEqual(longest, [0, MOST_PASSED_OVER, MOST_PASSED_OVER, MOST_PASSED_OVER])
})

test('mailbox: entries of one key run one after the other, and those of others beside them', (t) => {
  const { mailbox } = listening({ concurrency: 10, capacity: 100, ordered: true })
  const first = new Parcel(0, 2, 'a')
  t.is(mailbox.offer(first, 'reject'), Offered.started)
  t.is(mailbox.offer(new Parcel(1, 2, 'a'), 'reject'), Offered.queued)
  t.is(mailbox.offer(new Parcel(2, 2, 'b'), 'reject'), Offered.started, 'nothing before it may start')
  t.is(mailbox.offer(new Parcel(3, 2), 'reject'), Offered.started)
  t.is(mailbox.offer(new Parcel(4, 2), 'reject'), Offered.started, 'without a key they wait for nobody')
  t.is(mailbox.offer(new Parcel(5, 2, 'a'), 'reject'), Offered.queued)
  t.is(mailbox.take(), undefined)
  mailbox.done(first)
  const second = mailbox.take()
  t.is(second?.id, 1)
  t.is(mailbox.take(), undefined)
  mailbox.done(second)
  t.is(mailbox.take()?.id, 5)
})

test('mailbox: without an order, keys hold nothing back', (t) => {
  const { mailbox } = listening({ concurrency: 2 })
  t.is(mailbox.offer(new Parcel(0, 2, 'a'), 'reject'), Offered.started)
  t.is(mailbox.offer(new Parcel(1, 2, 'a'), 'reject'), Offered.started)
})

test('mailbox: of one key, too, the more urgent comes first', (t) => {
  const { mailbox } = listening({ concurrency: 3, ordered: true, capacity: 10 })
  const first = new Parcel(0, 2, 'a')
  mailbox.offer(first, 'reject')
  for (const [index, lane] of ([3, 2, 1] as const).entries())
    mailbox.offer(new Parcel(index + 1, lane, 'a'), 'reject')
  t.is(mailbox.take(), undefined)
  mailbox.offer(new Parcel(4, 0, 'a'), 'reject')
  mailbox.done(first)
  t.deepEqual(drained(mailbox), [4, 3, 2, 1])
})

test('mailbox: what was held back by its key keeps its place among the others', (t) => {
  const { mailbox } = listening({ concurrency: 3, ordered: true, capacity: 100 })
  const [a, b, other] = [new Parcel(0, 2, 'a'), new Parcel(1, 2, 'b'), new Parcel(2, 2)]
  for (const entry of [a, b, other]) mailbox.offer(entry, 'reject')
  mailbox.offer(new Parcel(3, 2, 'a'), 'reject')
  mailbox.offer(new Parcel(4, 2, 'b'), 'reject')
  for (let id = 5; id < 8; id++) mailbox.offer(new Parcel(id, 2), 'reject')
  // One of the others takes the slot, and on the way what has to wait for its key is put aside.
  mailbox.done(other)
  t.is(mailbox.take()?.id, 5)
  mailbox.done(b)
  mailbox.done(a)
  t.is(mailbox.take()?.id, 3, 'also where its key was free later')
  t.is(mailbox.take()?.id, 4)
})

test('mailbox: what is postponed frees its slot and holds back its key, and nothing else', (t) => {
  const { mailbox } = listening({ concurrency: 2, ordered: true, capacity: 10 })
  const failing = new Parcel(0, 2, 'a')
  mailbox.offer(failing, 'reject')
  mailbox.offer(new Parcel(1, 0, 'a'), 'reject')
  mailbox.offer(new Parcel(2, 2, 'b'), 'reject')
  t.true(mailbox.postpone(failing))
  t.deepEqual([mailbox.running, mailbox.length, mailbox.postponed], [1, 2, 1])
  t.is(mailbox.offer(new Parcel(3, 3), 'reject'), Offered.started)
  t.is(mailbox.take(), undefined)
  t.true(mailbox.retry(failing))
  t.false(mailbox.retry(failing))
  t.is(mailbox.take(), undefined, 'there is no slot')
  mailbox.done(undefined)
  t.is(mailbox.take(), failing, 'before all else of its key')
  t.is(mailbox.take(), undefined)
  mailbox.done(failing)
  t.is(mailbox.take()?.id, 1)
})

test('mailbox: with a concurrency of 1 all are of one key, whatever their lane', (t) => {
  const { mailbox } = listening({ capacity: 10 })
  const failing = new Parcel(0, 3)
  mailbox.offer(failing, 'reject')
  mailbox.offer(new Parcel(1, 0), 'reject')
  mailbox.postpone(failing)
  t.is(mailbox.take(), undefined)
  t.false(mailbox.tryStart())
  t.is(mailbox.offer(new Parcel(2, 0), 'reject'), Offered.queued)
  mailbox.retry(failing)
  t.deepEqual(drained(mailbox), [0, 1, 2])
})

test('mailbox: what has started without an entry can be postponed as one, and holds back the others then', (t) => {
  const { mailbox } = listening()
  mailbox.tryStart()
  const entry = new Parcel(0)
  t.true(mailbox.postpone(entry))
  t.is(mailbox.offer(new Parcel(1), 'reject'), Offered.queued)
  t.is(mailbox.take(), undefined)
  mailbox.retry(entry)
  t.deepEqual(drained(mailbox), [0, 1])
  t.true(mailbox.isIdle)
})

test('mailbox: an entry ends once, and what is over is not begun again', (t) => {
  const { mailbox } = listening({ concurrency: 2 })
  const [one, two] = [new Parcel(0), new Parcel(1)]
  mailbox.offer(one, 'reject')
  mailbox.offer(two, 'reject')
  t.true(mailbox.done(one))
  t.false(mailbox.done(one))
  t.false(mailbox.postpone(one))
  t.false(mailbox.retry(one))
  t.false(mailbox.remove(one))
  t.false(mailbox.remove(two), 'it runs')
  t.is(mailbox.running, 1)
})

test('mailbox: while it is paused entries are accepted and none starts', (t) => {
  const { mailbox } = listening({ concurrency: 2 })
  mailbox.pause()
  t.true(mailbox.isPaused)
  t.false(mailbox.tryStart())
  t.is(mailbox.offer(new Parcel(0), 'reject'), Offered.queued)
  t.is(mailbox.take(), undefined)
  mailbox.resume()
  t.false(mailbox.isPaused)
  t.is(mailbox.take()?.id, 0)
})
