import test from 'ava'
import { inside } from '../support/inside.js'

const { Stamps } = await inside<typeof import('../../ts/src/link/stamps.js')>('link/stamps.js')

/** Stamps by a clock that stands still unless it is moved, and how often it was read. */
function stamps(): { clock: { nowMs: number; reads: number }; next: () => number; batchOver: () => void } {
  const clock = { nowMs: 1_000, reads: 0 }
  const made = new Stamps(() => {
    clock.reads++
    return clock.nowMs
  })
  return { clock, next: () => made.next(), batchOver: () => made.batchOver() }
}

test('stamps: of a stream, the clock is read for one message in sixteen', (t) => {
  const { clock, next } = stamps()
  for (let index = 0; index < 16_000; index++) t.is(next(), 1_000)
  t.true(clock.reads <= 1_005, `it was read ${clock.reads} times`)
})

test('stamps: messages that come more than a millisecond apart have the time of each', (t) => {
  const { clock, next } = stamps()
  for (let index = 0; index < 100; index++) {
    clock.nowMs += 2
    t.is(next(), clock.nowMs)
  }
})

test('stamps: a pause in the midst of a stream is seen fifteen messages later, and then at once', (t) => {
  const { clock, next } = stamps()
  for (let index = 0; index < 1_000; index++) next()
  clock.nowMs += 50
  let late = 0
  while (next() !== clock.nowMs) late++
  t.true(late <= 15, `${late} messages were late`)
  clock.nowMs += 50
  t.is(next(), clock.nowMs)
})

test('stamps: the first message of a batch has the time at which it is sent', (t) => {
  const { clock, next, batchOver } = stamps()
  for (let index = 0; index < 1_000; index++) next()
  batchOver()
  clock.nowMs += 50
  t.is(next(), clock.nowMs)
})
