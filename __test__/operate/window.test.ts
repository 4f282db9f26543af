import test from 'ava'
import { inside } from '../support/inside.js'

const { CallWindow, TimeWindow } =
  await inside<typeof import('../../ts/src/operate/window.js')>('operate/window.js')

const FAILED = { failed: true, slow: false }
const WELL = { failed: false, slow: true }

test('circuits: a window of calls holds the last ones, whatever came before', (t) => {
  const window = new CallWindow(3)
  for (const ending of [FAILED, FAILED, WELL]) window.add(ending)
  t.deepEqual(window.tally(), { calls: 3, failed: 2, slow: 1 })
  window.add(WELL)
  t.deepEqual(window.tally(), { calls: 3, failed: 1, slow: 2 })
  window.clear()
  t.deepEqual(window.tally(), { calls: 0, failed: 0, slow: 0 })
})

test('circuits: a window of time slides: a burst that lies across any moment is seen as a whole', (t) => {
  for (let startMs = 0; startMs < 3_000; startMs += 100) {
    const window = new TimeWindow(1_000)
    window.add(WELL, 0)
    for (let call = 0; call < 8; call++) window.add(FAILED, startMs + call * 100)
    const { failed } = window.tally(startMs + 850)
    t.is(failed, 8, `from ${startMs} ms on`)
    t.is(window.tally(startMs + 1_850).calls, 0)
  }
})
