/** Samples of time: how long one operation takes, averaged over a round that is long enough for the clock. */
import type { Sampler, Work } from './case.js'
import { Undisturbed } from './undisturbed.js'

/** Before the first round that counts: for the compiler, the caches and the collector. Short rounds need it as well. */
const WARM_UP_MS = 250
/** Then until so many rounds in turn were not faster by a tenth than any before, but not for ever. */
const STEADY_ROUNDS = 4
const MOST_WARM_UP_MS = 4_000

/** The share of a round that leads in to it. */
const LEAD_IN = 8

/** A round that was disturbed is run again, at most so often in all. */
const MOST_TRIES = 5

/**
 * A sampler of nanoseconds per operation: calibrates the number of operations of a round, and warms up.
 *
 * @param least - how many operations a round has at least, where few would be over before they are under way
 */
export async function timed(work: Work, roundMs: number, least = 16): Promise<Sampler> {
  let count = least
  const round = async (): Promise<number> => {
    const start = performance.now()
    const pending = work.run(count)
    if (pending !== undefined) await pending
    const elapsedMs = performance.now() - start
    await work.verify(count)
    return elapsedMs
  }
  const aim = async (): Promise<void> => {
    for (;;) {
      const elapsedMs = await round()
      if (elapsedMs >= roundMs) return
      // A fifth more than needed, so that a round is rarely short; never more than 16 times at once.
      count = Math.ceil(count * Math.min(16, Math.max(1.2, (1.2 * roundMs) / elapsedMs)))
    }
  }
  await aim()
  await warmUp(async () => {
    // Compiled code is faster than what was aimed with: a round would become too short.
    await aim()
    return ((await round()) * 1e6) / count
  })
  const leadIn = async (): Promise<void> => {
    const full = count
    count = Math.ceil(full / LEAD_IN)
    await round()
    count = full
  }
  const undisturbed = new Undisturbed()
  return {
    work,
    sample: async () => {
      growOld()
      return ((await undisturbed.pick(MOST_TRIES, leadIn, round)) * 1e6) / count
    },
    close: () => work.close?.(),
  }
}

/** @param run - returns how long an operation took */
async function warmUp(run: () => Promise<number>): Promise<void> {
  const fromMs = performance.now()
  let best = Number.POSITIVE_INFINITY
  let steady = 0
  for (;;) {
    const took = await run()
    steady = took < best * 0.9 ? 0 : steady + 1
    best = Math.min(best, took)
    const elapsedMs = performance.now() - fromMs
    if (elapsedMs >= MOST_WARM_UP_MS || (elapsedMs >= WARM_UP_MS && steady >= STEADY_ROUNDS)) return
  }
}

/**
 * Has what lives moved to where the collector keeps what is old, as it is in a service that has rested once. Else it would
 * depend on a collection that happens to come between two rounds: V8 links the tables that a `Map` of comers and goers had,
 * one after the other, and once one of them is old, all that follow are kept and copied.
 */
function growOld(): void {
  // Two survived collections make it old. Who is not in a process of its own has no collector at hand.
  for (let times = 0; times < 2; times++) globalThis.gc?.({ type: 'minor' })
}
