/** The options of `alert()`. */
import type { AlertMetric, AlertRule } from '../contract/alerts.js'
import { invalidOption } from '../errors.js'
import { integer, members, number, oneOf, text } from './check.js'

/** A complete rule. */
export interface AlertSettings {
  readonly name: string
  readonly metric: AlertMetric
  readonly above: number
  readonly below: number
  readonly forMs: number
  readonly clearForMs: number
  readonly withinMs: number
  readonly intervalMs: number
}

const KNOWN = ['name', 'metric', 'above', 'below', 'for', 'clearFor', 'within', 'interval']
const METRICS: readonly AlertMetric[] = [
  'latency-p99',
  'error-rate',
  'queue-depth',
  'no-handler',
  'stalled-thread',
]

/** Checks a rule and completes it. */
export function alertSettings(rule: AlertRule): AlertSettings {
  const given = members('alert()', rule, KNOWN)
  const name = text('name', given['name'])
  const metric = oneOf('metric', given['metric'], undefined, METRICS)
  if (name === undefined) throw invalidOption('name', 'a string that is not empty', name)
  if (metric === undefined) throw invalidOption('metric', `one of ${METRICS.join(', ')}`, metric)
  const above = number('above', given['above'], Number.NaN, 0, Number.MAX_VALUE)
  if (Number.isNaN(above)) throw invalidOption('above', 'a number from 0', given['above'])
  return {
    name,
    metric,
    above,
    below: number('below', given['below'], above * 0.8, 0, above),
    forMs: integer('for', given['for'], 0, 0),
    clearForMs: integer('clearFor', given['clearFor'], 0, 0),
    withinMs: integer('within', given['within'], 60_000, 1),
    intervalMs: integer('interval', given['interval'], 1_000, 1),
  }
}
