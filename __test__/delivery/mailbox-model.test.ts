import test from 'ava'
import fc from 'fast-check'
import type { Key, LaneNumber } from '../../ts/src/delivery/mailbox/entry.js'
import type { Overflow } from '../../ts/src/delivery/mailbox/outcome.js'
import type { MailboxSettings } from '../../ts/src/delivery/mailbox/settings.js'
import { TwinMailboxes } from '../support/delivery/twin-mailboxes.js'
import { seedOf } from '../support/seed.js'

const RUNS = 600

/** Something that is done to both, and what it is called when it has led to a failure. */
interface Step {
  run(twins: TwinMailboxes): void
  toString(): string
}

const lane: fc.Arbitrary<LaneNumber> = fc.constantFrom(0, 1, 2, 2, 2, 3)
const key: fc.Arbitrary<Key | undefined> = fc.constantFrom(undefined, 'a', 'a', 'b', 'c', 1)
const overflow: fc.Arbitrary<Overflow> = fc.constantFrom(
  'wait',
  'reject',
  'drop-newest',
  'drop-oldest',
  'latest',
)
const ttlMs = fc.constantFrom(0, 0, 0, 1, 5, 20)

function step<Values extends unknown[]>(
  name: string,
  run: (twins: TwinMailboxes, ...values: Values) => void,
  ...from: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> }
): fc.Arbitrary<Step> {
  return fc.tuple(...from).map((values) => ({
    run: (twins) => run(twins, ...(values as unknown as Values)),
    toString: () => `${name}(${values.map(String).join(', ')})`,
  }))
}

/** Something of one of those that run, or of any that ever was. */
function ofOne(
  name: string,
  pool: 'running' | 'entries',
  run: (twins: TwinMailboxes, entry: TwinMailboxes['entries'][number]) => void,
): fc.Arbitrary<Step> {
  const act = (twins: TwinMailboxes, at: number): void => {
    const entry = twins[pool][at % twins[pool].length]
    if (entry !== undefined) run(twins, entry)
  }
  return step(`${name} ${pool}`, act, fc.nat(1_000))
}

/** More of one lane than others may be passed over for, half of them taken at once. */
function flood(
  twins: TwinMailboxes,
  to: LaneNumber,
  of: Key | undefined,
  count: number,
  when: Overflow,
): void {
  for (let index = 0; index < count; index++) {
    twins.offer(to, of, false, 0, when)
    if (index % 2 === 0 && twins.take()) for (const entry of [...twins.running]) twins.done(entry)
  }
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 30,
      arbitrary: step(
        'offer',
        (twins, ...of) => twins.offer(...of),
        lane,
        key,
        fc.boolean(),
        ttlMs,
        overflow,
      ),
    },
    { weight: 25, arbitrary: step('take', (twins) => twins.take()) },
    {
      weight: 15,
      arbitrary: step('bundle', (twins, ...of) => twins.bundle(...of), lane, fc.constantFrom(1, 3, 20)),
    },
    { weight: 8, arbitrary: step('takeBundled', (twins) => twins.takeBundled()) },
    { weight: 6, arbitrary: step('finishBundled', (twins) => twins.finishBundled()) },
    { weight: 12, arbitrary: ofOne('done', 'running', (twins, entry) => twins.done(entry)) },
    { weight: 8, arbitrary: ofOne('postpone', 'running', (twins, entry) => twins.postpone(entry)) },
    { weight: 8, arbitrary: ofOne('retry', 'entries', (twins, entry) => twins.retry(entry)) },
    { weight: 4, arbitrary: ofOne('remove', 'entries', (twins, entry) => twins.remove(entry)) },
    { weight: 1, arbitrary: ofOne('done', 'entries', (twins, entry) => twins.done(entry)) },
    { weight: 3, arbitrary: step('tryStart', (twins) => twins.tryStart()) },
    { weight: 2, arbitrary: step('finishAnonymous', (twins) => twins.finishAnonymous()) },
    { weight: 2, arbitrary: step('postponeAnonymous', (twins, to) => twins.postponeAnonymous(to), lane) },
    { weight: 6, arbitrary: step('pass', (twins, ms) => twins.pass(ms), fc.integer({ min: 1, max: 8 })) },
    { weight: 1, arbitrary: step('pause', (twins, isPaused) => twins.pause(isPaused), fc.boolean()) },
    { weight: 1, arbitrary: step('clear', (twins) => twins.clear()) },
    { weight: 1, arbitrary: step('flood', flood, lane, key, fc.integer({ min: 50, max: 150 }), overflow) },
  ),
  { maxLength: 300, size: 'max' },
)

const settings: fc.Arbitrary<MailboxSettings> = fc
  .record({
    concurrency: fc.constantFrom(1, 1, 2, 3, 10),
    capacity: fc.constantFrom(1, 2, 3, 5, 8, 20, 200),
    ordered: fc.boolean(),
    high: fc.double({ min: 0, max: 1, noNaN: true }),
    low: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  })
  .map(({ concurrency, capacity, ordered, high, low }) => {
    const highAt = Math.max(1, Math.ceil(capacity * high))
    return { concurrency, capacity, ordered, high: highAt, low: Math.floor(highAt * low) }
  })

test('mailbox: it does what a list that is looked through for everything would do, whatever is done to it', (t) => {
  const seen: Record<string, number> = {}
  fc.assert(
    fc.property(settings, steps, (chosen, todo) => {
      const twins = new TwinMailboxes(chosen)
      for (const one of todo) one.run(twins)
      twins.drain()
      for (const [what, count] of Object.entries(twins.seen)) seen[what] = (seen[what] ?? 0) + count
    }),
    { numRuns: RUNS, seed: seedOf(t) },
  )
  t.log(seen)
  for (const what of [
    'offered started',
    'offered queued',
    'offered replaced',
    'offered waiting',
    'offered dropped',
    'offered refused',
    'dropped',
    'expired',
    'admitted',
    'lapsed',
    'high',
    'low',
    'postponed',
    'retried',
    'removed',
    'bundled',
    'started from a bundle',
  ]) {
    t.true((seen[what] ?? 0) >= 100, `${what} happens often enough to be tested`)
  }
})
