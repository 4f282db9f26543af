import test from 'ava'
import { inside } from '../support/inside.js'
import { refuses } from '../support/refusal.js'

const { circuitSettings } =
  await inside<typeof import('../../ts/src/options/circuit.js')>('options/circuit.js')
const { healthSettings } = await inside<typeof import('../../ts/src/options/health.js')>('options/health.js')
const { alertSettings } = await inside<typeof import('../../ts/src/options/alert.js')>('options/alert.js')

test('circuits: what is left out has a default, and what depends on another makes way for it', (t) => {
  const complete = {
    calls: 50,
    withinMs: 0,
    minimum: 10,
    failureRate: 0.5,
    slowCallMs: Number.POSITIVE_INFINITY,
    slowRate: 1,
    callTimeoutMs: 30_000,
    initialMs: 1_000,
    maxMs: 30_000,
    jitter: 0.2,
    probes: 3,
    isFailure: undefined,
  }
  t.is(circuitSettings(undefined), undefined)
  t.deepEqual(circuitSettings({}), complete)
  t.deepEqual(circuitSettings({ calls: 4, max: 500 }), {
    ...complete,
    calls: 4,
    minimum: 4,
    initialMs: 500,
    maxMs: 500,
  })
  t.deepEqual(circuitSettings({ within: 100, minimum: 99, slowCall: 5, initial: 60_000 }), {
    ...complete,
    withinMs: 100,
    minimum: 99,
    slowCallMs: 5,
    initialMs: 60_000,
    maxMs: 60_000,
  })
})

test('health: what is left out has a default', (t) => {
  t.is(healthSettings(undefined), undefined)
  t.deepEqual(healthSettings({}), {
    check: undefined,
    intervalMs: 5_000,
    timeoutMs: 2_000,
    failureThreshold: 3,
    successThreshold: 1,
    fullForMs: 15_000,
    stalledForMs: 5_000,
  })
  t.like(healthSettings({ interval: 10 }), { fullForMs: 30, stalledForMs: 10 })
})

test('alerts: what is left out has a default', (t) => {
  t.deepEqual(alertSettings({ name: 'a', metric: 'queue-depth', above: 10 }), {
    name: 'a',
    metric: 'queue-depth',
    above: 10,
    below: 8,
    forMs: 0,
    clearForMs: 0,
    withinMs: 60_000,
    intervalMs: 1_000,
  })
})

const refused: Record<string, [() => unknown, readonly string[]]> = {
  'a circuit of calls and of time': [
    () => circuitSettings({ calls: 3, within: 100 }),
    ['circuit.calls must be left out'],
  ],
  'more calls than there are to go by': [
    () => circuitSettings({ calls: 3, minimum: 4 }),
    ['circuit.minimum', 'from 1 to 3'],
  ],
  'a rate that is nothing': [
    () => circuitSettings({ failureRate: 0 }),
    ['circuit.failureRate must be a number above 0'],
  ],
  'a first wait above the longest': [
    () => circuitSettings({ initial: 9, max: 8 }),
    ['circuit.initial', 'from 1 to 8, got 9'],
  ],
  'what a circuit does not have': [
    () => circuitSettings({ treshold: 1 }),
    ["circuit has no option 'treshold'"],
  ],
  'a check that is none': [() => healthSettings({ check: 1 }), ['health.check must be a function']],
  'no interval at all': [() => healthSettings({ interval: 0 }), ['health.interval', 'from 1']],
  'a rule without a name': [
    () => alertSettings({ metric: 'queue-depth', above: 1 } as never),
    ['name must be a string'],
  ],
  'a metric that there is not': [
    () => alertSettings({ name: 'a', metric: 'load', above: 1 } as never),
    ['metric must be one of latency-p99'],
  ],
  'a rule without a limit': [
    () => alertSettings({ name: 'a', metric: 'queue-depth' } as never),
    ['above must be a number'],
  ],
  'an end above the beginning': [
    () => alertSettings({ name: 'a', metric: 'queue-depth', above: 1, below: 2 }),
    ['below must be a number from 0 to 1'],
  ],
}

for (const [what, [call, parts]] of Object.entries(refused)) {
  test(`operations: ${what} is refused`, (t) => refuses(t, call, parts))
}
