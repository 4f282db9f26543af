import test from 'ava'
import { inside } from '../support/inside.js'

const { Alarm } = await inside<typeof import('../../ts/src/operate/alarm.js')>('operate/alarm.js')
const { Readings, percentile } =
  await inside<typeof import('../../ts/src/operate/readings.js')>('operate/readings.js')
const { Durations } = await inside<typeof import('../../ts/src/operate/durations.js')>('operate/durations.js')

/** At which moments, a second apart, an alarm is raised or over. */
function changes(
  settings: { above: number; below: number; forMs?: number; clearForMs?: number },
  values: readonly (number | undefined)[],
): string[] {
  const alarm = new Alarm({ forMs: 0, clearForMs: 0, ...settings })
  return values.flatMap((value, second) =>
    alarm.look(value, second * 1_000) ? [`${second} ${alarm.isRaised ? 'raised' : 'over'}`] : [],
  )
}

test('alerts: raised above one limit, over at the other, and in between neither', (t) => {
  const values = [5, 10, 11, 9, 11, 9, 8, 9, 10, 11]
  t.deepEqual(changes({ above: 10, below: 8 }, values), ['2 raised', '6 over', '9 raised'])
})

test('alerts: what is beyond a limit has to stay there for as long as the rule says', (t) => {
  const rule = { above: 10, below: 8, forMs: 2_000, clearForMs: 1_000 }
  t.deepEqual(changes(rule, [11, 11, 10, 11, 11, 11, 8, 9, 8, 8]), ['5 raised', '9 over'])
})

test('alerts: where there is nothing to measure nothing is raised, and nothing is over', (t) => {
  const rule = { above: 10, below: 8, forMs: 1_000 }
  t.deepEqual(changes(rule, [11, undefined, 11, 11, undefined, 8]), ['3 raised', '5 over'])
})

const reading = (atMs: number, given: object) => ({
  atMs,
  ended: 0,
  failed: 0,
  unrouted: 0,
  queued: 0,
  lateMs: 0,
  durationsMs: [],
  ...given,
})

test('alerts: counters count since the beginning of the time that the rule is about', (t) => {
  const readings = new Readings(3_000)
  t.is(readings.of('error-rate'), undefined)
  for (let second = 0; second < 10; second++) {
    readings.add(
      reading(second * 1_000, { ended: second * 10, failed: second < 5 ? 0 : second - 5, unrouted: second }),
    )
  }
  // From second 6 to second 9.
  t.is(readings.of('error-rate'), 3 / 30)
  t.is(readings.of('no-handler'), 3)
})

test('alerts: the depth is the one of now, the delay the longest, and the latency that of one in a hundred', (t) => {
  const readings = new Readings(3_000)
  readings.add(reading(0, { queued: 9, lateMs: 50, durationsMs: [900] }))
  for (let second = 1; second < 5; second++) {
    const durationsMs = Array.from({ length: 50 }, (_, index) => index + second)
    readings.add(reading(second * 1_000, { queued: second, lateMs: second === 3 ? 20 : 0, durationsMs }))
  }
  t.is(readings.of('queue-depth'), 4)
  t.is(readings.of('stalled-thread'), 20)
  t.is(readings.of('latency-p99'), 52)
  t.is(percentile([], 0.99), undefined)
  t.is(percentile([3, 1, 2], 0.99), 3)
})

test('alerts: of many durations a sample is kept, in which each has the same chance', (t) => {
  let turn = 0
  const durations = new Durations(() => (turn++ % 1_000) / 1_000)
  for (let ms = 0; ms < 100_000; ms++) durations.add(ms)
  const sample = durations.take()
  t.is(sample.length, 2_000)
  const late = sample.filter((ms) => ms >= 50_000).length
  t.true(late > 500 && late < 1_500, `${late} of the later half`)
  t.deepEqual(durations.take(), [])
})
