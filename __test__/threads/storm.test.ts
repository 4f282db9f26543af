import test, { type ExecutionContext } from 'ava'
import type { Entrusted } from '../support/entrusted.js'
import type { PoolStormed } from '../support/programs/pool-storm.js'
import { run } from '../support/programs/run.js'
import type { Stormed } from '../support/programs/storm.js'
import { seedOf } from '../support/seed.js'
import { often } from '../support/soak.js'

/** The ways in which a request may end while its handlers die. */
const ENDS = ['answered', 'ERR_BUS_HANDLER_GONE', 'ERR_BUS_NO_HANDLER', 'ERR_BUS_OVERLOADED']

const ROUNDS = often(6, 200)
const POOL_ROUNDS = often(6, 200)

/** By how much memory may grow once everything has been used, in MiB. */
const RSS_MARGIN = often(160, 48)
const HEAP_MARGIN = 4

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

/** That of the last quarter, and that of the second. */
function levels(values: readonly number[]): [before: number, after: number] {
  const quarter = Math.ceil(values.length / 4)
  const median = (some: readonly number[]): number => some.toSorted((a, b) => a - b)[some.length >> 1] ?? 0
  return [median(values.slice(quarter, quarter * 2)), median(values.slice(-quarter))]
}

/** None was lost, and none is held for ever. */
function allProcessed(t: ExecutionContext, { lost, ...counts }: Entrusted, rounds: number): void {
  t.log(counts)
  t.deepEqual(lost.slice(0, 10), [])
  t.is(counts.held, 0)
  t.is(counts.deadLetters, 0)
  t.true(counts.accepted > rounds * 10)
}

test.serial(
  `storm: ${ROUNDS} rounds of workers that die under traffic leave a process that is as before`,
  async (t) => {
    t.timeout(3_600_000)
    const seed = String(seedOf(t))
    const { code, signal, stdout, stderr } = await run('storm', String(ROUNDS), seed)
    t.is(signal, null)
    t.is(stderr, '')
    t.is(code, 0)
    const stormed: Stormed = JSON.parse(stdout)
    const { rounds, deaths, outcomes, hung, endured, received, left, unbalanced, rss, heap } = stormed
    t.log({ deaths, outcomes, endured: endured.outcomes, received, rss: rss.join(' ') })
    t.is(rounds, ROUNDS)
    t.is(sum(deaths), rounds * 2)
    t.is(hung, 0)
    t.is(endured.ended, endured.asked)
    for (const end of [...Object.keys(outcomes), ...Object.keys(endured.outcomes)])
      t.true(ENDS.includes(end), end)
    for (const end of ['answered', 'ERR_BUS_HANDLER_GONE']) {
      t.true((outcomes[end] ?? 0) > rounds, end)
      t.true((endured.outcomes[end] ?? 0) > rounds, end)
    }
    t.true(received > rounds)
    allProcessed(t, stormed.entrusted, rounds)
    t.deepEqual(left, [])
    t.deepEqual(unbalanced, [])
    const [rssBefore, rssAfter] = levels(rss)
    t.true(rssAfter <= rssBefore + RSS_MARGIN, `${rssBefore} MiB became ${rssAfter}: ${rss.join(' ')}`)
    const [heapBefore, heapAfter] = levels(heap)
    t.true(heapAfter <= heapBefore + HEAP_MARGIN, `${heapBefore} MiB became ${heapAfter}: ${heap.join(' ')}`)
  },
)

test.serial(
  `storm: ${POOL_ROUNDS} rounds of a pool that is killed, grows and shrinks under traffic`,
  async (t) => {
    t.timeout(3_600_000)
    const seed = String(seedOf(t))
    const { code, signal, stdout, stderr } = await run('pool-storm', String(POOL_ROUNDS), seed)
    t.is(signal, null)
    t.is(stderr, '')
    t.is(code, 0)
    const stormed: PoolStormed = JSON.parse(stdout)
    const { sizes, outcomes, asked, answeredWhenReady, rounds, died, stopped, replaced, left } = stormed
    t.log({ outcomes, died, stopped, replaced })
    t.is(rounds, POOL_ROUNDS)
    t.is(sum(outcomes), asked)
    for (const end of Object.keys(outcomes)) t.true(ENDS.includes(end), end)
    t.true((outcomes['answered'] ?? 0) > rounds)
    t.true(died > 0 && stopped > 0 && replaced > 0)
    for (const [wanted, found] of sizes) t.is(found, wanted)
    t.is(answeredWhenReady, rounds)
    t.is(left, 0)
    allProcessed(t, stormed.entrusted, rounds)
  },
)
