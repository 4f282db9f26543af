/** What came of measuring, as data: written as JSON, read back for the report. */
import type { Goal, Percentiles, Role, Unit } from './case.js'
import type { Interval } from './statistics.js'

/** How many times as fast (or as small) as the baseline, from the ratios of the rounds that were run side by side. */
export interface Ratio extends Interval {
  readonly median: number
}

/** Compared with the baseline; two intervals of noise that meet allow no verdict. */
export type Verdict = 'baseline' | 'faster' | 'slower' | 'too noisy to tell'

/** A contender that did its work. */
export interface Row {
  readonly engine: string
  readonly version: string
  readonly role: Role
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: readonly number[]
  readonly ratio: Ratio
  readonly verdict: Verdict
  /** Of single operations, where they were taken. */
  readonly percentiles?: Percentiles
}

/** A contender that did not, and why. */
export interface Failure {
  readonly engine: string
  readonly message: string
}

/** A goal and whether it was reached; `figure` is a ratio, or in the unit of the variant. */
export interface GoalResult {
  readonly goal: Goal
  readonly figure: Ratio
  readonly state: 'reached' | 'missed' | 'too noisy to tell'
}

/** A row of Busbar that is slower than others, beyond noise. */
export interface Loss {
  readonly engine: string
  /** How many times as fast as each of the others it is, all below 1; the worst first. */
  readonly to: readonly { readonly engine: string; readonly ratio: Ratio }[]
}

/** One variant. */
export interface VariantResult {
  readonly name: string
  /** See `Variant.size`. */
  readonly size?: number
  /** What the same work took before each round, in ms: its spread is the machine's. */
  readonly reference: readonly number[]
  readonly unit: Unit
  readonly per: string
  readonly baseline: string
  readonly rows: readonly Row[]
  readonly failures: readonly Failure[]
  readonly goals: readonly GoalResult[]
  readonly losses: readonly Loss[]
}

/** Where and how it was measured. */
export interface Circumstances {
  readonly at: string
  readonly node: string
  readonly v8: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  /** With `+` where files differed from it. */
  readonly commit: string
  readonly rounds: number
  readonly roundMs: number
  readonly isQuick: boolean
  /** How many processes wanted the processor, before and after. */
  readonly load: readonly [before: number, after: number]
}

/** One case. */
export interface CaseResult {
  readonly case: string
  readonly title: string
  readonly about: string
  readonly circumstances: Circumstances
  readonly variants: readonly VariantResult[]
}
