import test from 'ava'
import type { CheckEnding } from '../../ts/src/operate/vitality.js'
import type { Random } from '../support/core/random.js'
import { repeatable } from '../support/core/repeatable.js'
import { inside } from '../support/inside.js'

const { Vitality } = await inside<typeof import('../../ts/src/operate/vitality.js')>('operate/vitality.js')

const ROUNDS = 300
const CHECKS = 900
const INTERVAL_S = 5
const SIGNALS = ['full', 'other']

/** How it is by all that checks have said, looked at anew each time from the end. */
function expected(
  said: readonly CheckEnding[],
  { failureThreshold, successThreshold }: { failureThreshold: number; successThreshold: number },
): string {
  let state = 'starting'
  for (const [index, ending] of said.entries()) {
    const run = (wanted: boolean): number => {
      let length = 0
      while (index - length >= 0 && (said[index - length] === 'failed') === wanted) length++
      return length
    }
    const isUsable = state === 'healthy' || state === 'degraded'
    const well = ending === 'passed' ? 'healthy' : 'degraded'
    if (run(true) >= failureThreshold) state = 'unhealthy'
    else if (ending === 'failed') state = isUsable ? 'degraded' : state
    else if (isUsable || run(false) >= successThreshold) state = well
  }
  return state
}

function schedule(random: Random): void {
  const settings = { failureThreshold: random.pick([1, 2, 3, 10]), successThreshold: random.pick([1, 2, 5]) }
  const told: string[] = []
  const vitality = new Vitality(settings, true, (from, to) => told.push(`${from} ${to}`))
  const said: CheckEnding[] = []
  const seen = new Set<string>()
  let failing = 0.3
  for (let check = 0; check < CHECKS; check++) {
    if (random.chance(0.02)) failing = random.pick([0, 0.1, 0.5, 0.9, 1])
    const ending = random.chance(failing) ? 'failed' : random.chance(0.2) ? 'degraded' : 'passed'
    const before = vitality.state
    const count = told.length
    if (random.chance(0.05)) {
      const signal = random.pick(SIGNALS)
      if (seen.has(signal)) seen.delete(signal)
      else seen.add(signal)
      vitality.signal(signal, seen.has(signal))
    } else {
      said.push(ending)
      vitality.checked(ending, '')
    }
    // The whole past need not be looked at: no threshold is as long as that.
    if (said.length > 60 && seen.size === 0 && ['healthy', 'unhealthy'].includes(vitality.state)) {
      const kept = vitality.state === 'healthy' ? 'passed' : 'failed'
      if (said.slice(-12).every((one) => one === kept)) said.splice(0, said.length - 12)
    }
    const state = seen.size > 0 ? 'unhealthy' : expected(said, settings)
    if (vitality.state !== state) throw new Error(`check ${check}: ${vitality.state}, expected ${state}`)
    const change = told.slice(count)
    const should = before === state ? [] : [`${before} ${state}`]
    if (String(change) !== String(should))
      throw new Error(`check ${check}: told ${change}, expected ${should}`)
  }
  for (const signal of SIGNALS) vitality.signal(signal, false)
  for (let check = 0; check < settings.successThreshold; check++) vitality.checked('passed', '')
  if (vitality.state !== 'healthy') throw new Error(`it has not recovered: ${vitality.state}`)
}

test('health: as a simple model says, through a million seconds of random checks, and never stuck', (t) => {
  repeatable(t, schedule, ROUNDS)
  t.log(`${ROUNDS * CHECKS * INTERVAL_S} virtual seconds`)
  t.true(ROUNDS * CHECKS * INTERVAL_S >= 1_000_000)
})

test('health: what was unregistered drains and is gone, whatever checks and signals say then', (t) => {
  const told: string[] = []
  const settings = { failureThreshold: 1, successThreshold: 1 }
  const vitality = new Vitality(settings, false, (from, to, reason) => told.push(`${from} ${to}: ${reason}`))
  vitality.drain()
  vitality.checked('failed', 'no')
  vitality.signal('full', true)
  t.is(vitality.state, 'draining')
  vitality.leave()
  vitality.checked('passed', 'yes')
  t.is(vitality.state, 'gone')
  t.deepEqual(told, ['healthy draining: it was taken off the bus', 'draining gone: it has finished'])
})
