/** How figures are written. */
import type { Goal, Unit } from '../harness/case.js'
import type { GoalResult, Loss, Ratio } from '../harness/result.js'

/** A figure with its unit, to three digits. */
export function figure(value: number, unit: Unit): string {
  return `${number(value)} ${unit}`
}

/** A number to three digits, with separators from a thousand on. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

/** A ratio with its interval. */
export function ratio({ median, low, high }: Ratio): string {
  return `${number(median)}× (${number(low)}–${number(high)})`
}

/** A loss as a sentence. */
export function loss({ engine, to }: Loss): string {
  return `\`${engine}\` loses to ${to.map((other) => `${other.engine} ${ratio(other.ratio)}`).join(', ')}`
}

/** What was aimed at, as a sentence. */
export function aim(goal: Goal, unit: Unit): string {
  if ('atMost' in goal) return `\`${goal.engine}\` at most ${figure(goal.atMost, unit)}`
  const other = 'variant' in goal ? `itself with ${goal.variant}` : goal.against
  const better = unit === 'B' ? 'small' : 'fast'
  return `\`${goal.engine}\` at least ${number(goal.atLeast)} times as ${better} as ${other}`
}

/** A goal and what came of it. */
export function goalLine({ goal, figure: reached, state }: GoalResult, unit: Unit): string {
  const { median, low, high } = reached
  const range = `${number(low)}–${number(high)}`
  const got = 'atMost' in goal ? `${figure(median, unit)} (${range})` : `${number(median)}× (${range})`
  return `${state}: ${aim(goal, unit)}: ${got}`
}
