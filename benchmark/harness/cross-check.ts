/**
 * The package `benchmark` as a second opinion on our rounds.
 *
 * It is honest for what is synchronous and cheap to repeat: it samples one contender after the other until its mean is
 * known well, and gives the margin of error by Student's t. It cannot interleave, so a drift of the machine looks like a
 * difference; it gives means, which one collection of garbage moves; and it does not wait. So it decides nothing here:
 * where it contradicts our ratio by more than both margins, that is said, and the figure deserves a second look.
 */
import Benchmark from 'benchmark'
import type { Contender, Variant } from './case.js'
import type { Settings } from './measure.js'
import type { VariantResult } from './result.js'

/** Seconds that it may sample one contender. */
const MOST_SECONDS = 1

/** So many operations are one call of its function, so that the call is not what is measured. */
const BLOCK = 1_024

/** Measures the contenders that have a row again, in this process, and says how the ratios compare. */
export async function crossCheck(
  variant: Variant,
  result: VariantResult,
  settings: Pick<Settings, 'roundMs'>,
): Promise<string> {
  if (variant.unit !== 'ns') return 'cross-check: only for time'
  const seconds = new Map<string, { mean: number; margin: number }>()
  for (const contender of variant.contenders) {
    if (!result.rows.some(({ engine }) => engine === contender.engine)) continue
    const measured = await mean(contender, settings.roundMs)
    if (measured === undefined) return 'cross-check: only for work that is synchronous'
    seconds.set(contender.engine, measured)
  }
  const base = seconds.get(variant.baseline)
  if (base === undefined) return 'cross-check: the baseline has no row'
  const lines = result.rows.flatMap(({ engine, ratio }) => {
    const own = seconds.get(engine)
    if (own === undefined || engine === variant.baseline) return []
    const other = base.mean / own.mean
    const margin = other * (base.margin + own.margin)
    const agrees = other + margin >= ratio.low && other - margin <= ratio.high
    const verdict = agrees ? 'agrees' : 'CONTRADICTS'
    return [
      `  ${verdict}: ${engine}: ${other.toFixed(2)} ± ${margin.toFixed(2)}, ours ${ratio.median.toFixed(2)}`,
    ]
  })
  return ['cross-check by benchmark, not interleaved:', ...lines].join('\n')
}

/** The mean of one operation, and its margin of error relative to it. */
async function mean(
  contender: Contender,
  roundMs: number,
): Promise<{ mean: number; margin: number } | undefined> {
  const sampler = await contender.prepare(roundMs)
  const { work } = sampler
  try {
    if (work === undefined || work.run(BLOCK) !== undefined) return undefined
    await work.verify(BLOCK)
    const block = (): void => {
      void work.run(BLOCK)
      // What was not done must not be taken for fast.
      void work.verify(BLOCK)
    }
    const bench = new Benchmark(block, { maxTime: MOST_SECONDS }).run()
    if (bench.error !== undefined) throw bench.error
    return { mean: bench.stats.mean / BLOCK, margin: bench.stats.rme / 100 }
  } finally {
    await sampler.close()
  }
}
