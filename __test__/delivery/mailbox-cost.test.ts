import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import type { Key } from '../../ts/src/delivery/mailbox/entry.js'
import { drained, listening } from '../support/delivery/listening.js'
import { Parcel } from '../support/delivery/parcel.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Counts how often its key is looked at: what costs anything looks at it. */
class Counting extends Parcel {
  static looks = 0

  constructor(id: number, key: Key) {
    super(id)
    Object.defineProperty(this, 'key', {
      get: () => {
        Counting.looks++
        return key
      },
    })
  }
}

test('mailbox: what waits for its key is not stepped over again and again', (t) => {
  const count = 5_000
  const { mailbox } = listening({ concurrency: 2, capacity: 2 * count, ordered: true })
  mailbox.offer(new Parcel(0, 2, 'a'), 'reject')
  for (let id = 1; id <= count; id++) mailbox.offer(new Counting(id, 'a'), 'reject')
  const other = new Parcel(-1, 2, 'b')
  mailbox.offer(other, 'reject')
  Counting.looks = 0
  for (let id = 0; id < count; id++) mailbox.offer(new Counting(id, 'b'), 'reject')
  mailbox.done(other)
  const ids = drained(mailbox)
  t.is(ids.length, count)
  t.true(Counting.looks < 20 * count, `${Counting.looks} looks at ${2 * count} entries`)
})

test('mailbox: the one to drop is not looked for among all that are held', (t) => {
  const count = 5_000
  const { mailbox } = listening({ capacity: count + 1 })
  let looks = 0
  mailbox.tryStart()
  for (let id = 0; id < count; id++) {
    const entry = new Parcel(id)
    Object.defineProperty(entry, 'held', { get: () => ++looks > 0 })
    mailbox.offer(entry, 'reject')
  }
  for (let id = 0; id <= count; id++) mailbox.offer(new Parcel(count + id), 'drop-oldest')
  t.true(looks < 3 * count, `${looks} looks at ${count} that are held`)
})

test('mailbox: nothing of what has left is kept, neither entries nor keys', async (t) => {
  const { mailbox, pass } = listening({ concurrency: 10, capacity: 10_000, ordered: true })
  const blocking = new Parcel(-1, 2, 'blocked')
  mailbox.offer(blocking, 'reject')
  mailbox.postpone(blocking)
  const gone: WeakRef<Parcel>[] = []
  const make = (id: number): Parcel => {
    const entry = new Parcel(
      id,
      (id % 4) as 0,
      id % 3 === 0 ? 'blocked' : `key ${id}`,
      false,
      id % 5 === 0 ? 2 : 0,
    )
    gone.push(new WeakRef(entry))
    return entry
  }
  ;(() => {
    mailbox.pause()
    for (let id = 0; id < 5_000; id++) mailbox.offer(make(id), id % 2 === 0 ? 'latest' : 'reject')
    mailbox.resume()
    pass(5)
    drained(mailbox)
    t.is(mailbox.postponed, 1)
    mailbox.remove(blocking)
    drained(mailbox)
  })()
  t.is(mailbox.length, 0)
  // A WeakRef keeps what it refers to until the end of the turn in which it was made.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  t.is(gone.filter((reference) => reference.deref() !== undefined).length, 0)
  t.true(mailbox.isIdle)
})

test('mailbox: one that holds back its key for long does not collect what has left meanwhile', async (t) => {
  const { mailbox, pass } = listening({ concurrency: 2, capacity: 10, ordered: true })
  const blocking = new Parcel(-1, 2, 'a')
  mailbox.offer(blocking, 'reject')
  mailbox.postpone(blocking)
  const gone: WeakRef<Parcel>[] = []
  ;(() => {
    for (let id = 0; id < 2_000; id++) {
      const entry = new Parcel(id, 2, 'a', false, id + 2)
      gone.push(new WeakRef(entry))
      mailbox.offer(entry, id % 2 === 0 ? 'drop-oldest' : 'reject')
      mailbox.take()
      pass(1)
    }
  })()
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  const left = gone.filter((reference) => reference.deref() !== undefined).length
  t.true(left <= 20, `${left} are left, of which 10 may be there`)
})

test('mailbox: a key is forgotten when the last of it has left, however it left', (t) => {
  const { mailbox } = listening({ concurrency: 2, capacity: 10, ordered: true })
  const round = (id: number): void => {
    const [first, second] = [new Parcel(id, 2, `key ${id}`), new Parcel(id, 2, `key ${id}`)]
    mailbox.offer(first, 'reject')
    mailbox.offer(second, 'latest')
    // It is put aside, and is ready when the first has ended, but does not start.
    mailbox.take()
    mailbox.done(first)
    if (id % 2 === 0) mailbox.remove(second)
    else mailbox.done(mailbox.take())
  }
  const bytes = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  for (let id = 0; id < 1_000; id++) round(id)
  const before = bytes()
  for (let id = 0; id < 50_000; id++) round(id)
  const each = (bytes() - before) / 50_000
  t.true(mailbox.isIdle)
  t.true(each < 20, `${each} bytes for each key that is gone`)
})
