/** Samples of time: how long one operation takes, averaged over a round that is long enough for the clock. */
import type { Sampler, Work } from './case.js'

/** Before the first round that counts: for the compiler, the caches and the collector. Short rounds need it as well. */
const WARM_UP_MS = 250
/** Then until so many rounds in turn were not faster by a tenth than any before, but not for ever. */
const STEADY_ROUNDS = 4
const MOST_WARM_UP_MS = 4_000

/** What is run before a round, as a part of it: others have had the processor and its caches since. */
const LEAD_IN = 8

/** A round in which the process had the processor for less of the time says more about its neighbours than about it. */
const UNDISTURBED = 0.9

/** A disturbed round is run again, at most so often in all; then the least disturbed one counts. */
const MOST_TRIES = 4

interface Round {
  readonly elapsedMs: number
  /** How much of the time was spent in this process: more than 1 where helper threads worked as well. */
  readonly share: number
}

/**
 * A sampler of nanoseconds per operation: calibrates the number of operations of a round, and warms up.
 *
 * @param least - how many operations a round has at least, where few would be over before they are under way
 */
export async function timed(work: Work, roundMs: number, least = 16): Promise<Sampler> {
  let count = least
  const round = async (): Promise<Round> => {
    const used = process.cpuUsage()
    const start = performance.now()
    const pending = work.run(count)
    if (pending !== undefined) await pending
    const elapsedMs = performance.now() - start
    const { user, system } = process.cpuUsage(used)
    await work.verify(count)
    return { elapsedMs, share: (user + system) / 1_000 / elapsedMs }
  }
  const aim = async (): Promise<void> => {
    for (;;) {
      const { elapsedMs } = await round()
      if (elapsedMs >= roundMs) return
      // A fifth more than needed, so that a round is rarely short; never more than 16 times at once.
      count = Math.ceil(count * Math.min(16, Math.max(1.2, (1.2 * roundMs) / elapsedMs)))
    }
  }
  await aim()
  await warmUp(async () => {
    // Compiled code is faster than what was aimed with: a round would become too short.
    await aim()
    return ((await round()).elapsedMs * 1e6) / count
  })
  const leadIn = async (): Promise<void> => {
    const full = count
    count = Math.ceil(full / LEAD_IN)
    await round()
    count = full
  }
  return {
    work,
    sample: async () => {
      await leadIn()
      // Chosen by how much it was disturbed, never by how fast it was.
      let best = await round()
      for (let tries = 1; tries < MOST_TRIES && best.share < UNDISTURBED; tries++) {
        const again = await round()
        if (again.share > best.share) best = again
      }
      return (best.elapsedMs * 1e6) / count
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
