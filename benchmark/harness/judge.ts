/** From samples to rows: ratios of rounds that were run side by side, verdicts, goals and losses. */
import type { Contender, Goal, Percentiles, Variant } from './case.js'
import type { Failure, GoalResult, Loss, Ratio, Row, VariantResult, Verdict } from './result.js'
import { type Interval, intervalOfMedian, median } from './statistics.js'

/** What a contender's rounds gave. */
export interface Measured {
  readonly contender: Contender
  readonly samples: readonly number[]
  readonly percentiles?: Percentiles | undefined
}

/**
 * @param reference - what the same work took before each round
 * @param earlier - the variants of the case that were measured before: goals may refer to them
 */
export function judge(
  variant: Variant,
  measured: readonly Measured[],
  failures: readonly Failure[],
  earlier: readonly VariantResult[],
  reference: readonly number[],
): VariantResult {
  const { name, size, unit, per, baseline } = variant
  const base = measured.find(({ contender }) => contender.engine === baseline)
  const rows = measured.map((one): Row => row(one, base ?? one))
  const goals = variant.goals.flatMap((goal) => judged(goal, rows, earlier, unit) ?? [])
  const sized = size === undefined ? {} : { size }
  return { name, ...sized, reference, unit, per, baseline, rows, failures, goals, losses: losses(rows) }
}

/** How many times as fast `own` is as `other`, round by round. */
export function ratioOf(own: readonly number[], other: readonly number[]): Ratio {
  const ratios = own.map((sample, round) => (other[round] ?? Number.NaN) / sample)
  return { median: median(ratios), ...intervalOfMedian(ratios) }
}

function row({ contender, samples, percentiles }: Measured, base: Measured): Row {
  const { engine, version, role } = contender
  const ratio = ratioOf(samples, base.samples)
  return {
    engine,
    version,
    role,
    median: median(samples),
    min: Math.min(...samples),
    max: Math.max(...samples),
    samples,
    ...(percentiles !== undefined && { percentiles }),
    ratio,
    verdict: engine === base.contender.engine ? 'baseline' : verdictOf(ratio),
  }
}

/**
 * Nearer to 1 there is no verdict, however steady the rounds were: all of a contender's are of one process, and the next
 * process of the same contender is compiled and laid out a little differently, by up to a tenth.
 */
const LEAST_DIFFERENCE = 1.1

function verdictOf(ratio: Ratio): Verdict {
  if (isAbove(ratio, 1) && ratio.median >= LEAST_DIFFERENCE) return 'faster'
  return isBelow(ratio, 1) && ratio.median <= 1 / LEAST_DIFFERENCE ? 'slower' : 'too noisy to tell'
}

/** Three rounds that agree are the least that says anything: by chance they would in one case of four. */
const LEAST_COVERAGE = 0.75

function isAbove({ low, coverage }: Interval, bound: number): boolean {
  return coverage >= LEAST_COVERAGE && low >= bound
}

function isBelow({ high, coverage }: Interval, bound: number): boolean {
  return coverage >= LEAST_COVERAGE && high < bound
}

function judged(
  goal: Goal,
  rows: readonly Row[],
  earlier: readonly VariantResult[],
  unit: Variant['unit'],
): GoalResult | undefined {
  const own = rows.find(({ engine }) => engine === goal.engine)
  if (own === undefined) return undefined
  if ('atMost' in goal) {
    const figure = { median: own.median, ...intervalOfMedian(own.samples) }
    // Sizes are what they are; times differ from one process to the next as ratios do.
    const least = unit === 'B' ? 1 : LEAST_DIFFERENCE
    const isReached = isBelow(figure, goal.atMost) && figure.median * least <= goal.atMost
    const isMissed = isAbove(figure, goal.atMost) && figure.median >= goal.atMost * least
    return { goal, figure, state: stateOf(isReached, isMissed) }
  }
  const among = 'variant' in goal ? earlier.find(({ name }) => name === goal.variant)?.rows : rows
  const otherName = 'variant' in goal ? goal.engine : goal.against
  const other = among?.find(({ engine }) => engine === otherName)
  if (other === undefined) return undefined
  const figure = ratioOf(own.samples, other.samples)
  return { goal, figure, state: stateOf(isAbove(figure, goal.atLeast), isBelow(figure, goal.atLeast)) }
}

function stateOf(isReached: boolean, isMissed: boolean): GoalResult['state'] {
  if (isReached) return 'reached'
  return isMissed ? 'missed' : 'too noisy to tell'
}

/** Every row of Busbar with the others that it loses to. */
function losses(rows: readonly Row[]): Loss[] {
  const others = rows.filter(({ role }) => role !== 'busbar' && role !== 'floor')
  return rows
    .filter(({ role }) => role === 'busbar')
    .map(({ engine, samples }): Loss => {
      const to = others
        .map((other) => ({ engine: other.engine, ratio: ratioOf(samples, other.samples) }))
        .filter(({ ratio }) => isBelow(ratio, 1))
        .sort((a, b) => a.ratio.median - b.ratio.median)
      return { engine, to }
    })
    .filter(({ to }) => to.length > 0)
}
