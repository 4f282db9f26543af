/** Rules over what is measured, and what is told when they are broken. */

/**
 * What a rule is about, in one thread:
 *
 * - `latency-p99`: of the slowest of a hundred handlers that ended within `within`, how long it took, in milliseconds
 * - `error-rate`: of the messages that ended within `within`, the share that failed, from 0 to 1
 * - `queue-depth`: how many messages wait in mailboxes
 * - `no-handler`: how many messages found nobody within `within`
 * - `stalled-thread`: for how long the event loop was late within `within`, at most, in milliseconds
 */
export type AlertMetric = 'latency-p99' | 'error-rate' | 'queue-depth' | 'no-handler' | 'stalled-thread'

/** When an alert is raised, and when it is over: see {@link Bus.alert}. */
export interface AlertRule {
  /** What it is called in its events: a text that is not empty. */
  name: string
  /** What it is about. */
  metric: AlertMetric
  /** It is raised when the metric is greater: a number from 0. */
  above: number
  /** It is over when the metric is at most this: a number from 0 to `above`; default 80 % of `above`. */
  below?: number | undefined
  /** For how long the metric is beyond `above` before it is raised, in milliseconds: an integer from 0; default 0. */
  for?: number | undefined
  /** For how long the metric is at most `below` before it is over, in milliseconds: an integer from 0; default 0. */
  clearFor?: number | undefined
  /** Over which time back it is measured, in milliseconds: an integer from 1; default 60,000. */
  within?: number | undefined
  /** How often it is looked at, in milliseconds: an integer from 1; default 1,000. */
  interval?: number | undefined
}

/** A rule that is looked at until it is disposed of. */
export interface Alert extends Disposable {
  /** The name of the rule. */
  readonly name: string
  /** Whether it is raised. */
  readonly isRaised: boolean
  /** What the metric was when it was looked at last; undefined while there is nothing to measure. */
  readonly value: number | undefined
}
