/**
 * A rule over a metric, as a state machine: it is given what is measured, and when. Two limits and two times keep it from
 * telling the same trouble again and again: what hovers about one limit neither raises it anew nor ends it.
 */
import type { AlertSettings } from '../options/alert.js'

/** What a rule goes by. */
export type AlarmSettings = Pick<AlertSettings, 'above' | 'below' | 'forMs' | 'clearForMs'>

/** The rule; see the head of this file. */
export class Alarm {
  readonly #settings: AlarmSettings
  #isRaised = false
  /** Since when the metric has been beyond the limit whose turn it is. */
  #sinceMs: number | undefined

  constructor(settings: AlarmSettings) {
    this.#settings = settings
  }

  get isRaised(): boolean {
    return this.#isRaised
  }

  /** The metric is measured, undefined where there is nothing to measure; returns whether it was raised or is over now. */
  look(value: number | undefined, nowMs: number): boolean {
    const { above, below, forMs, clearForMs } = this.#settings
    // Nothing to measure is no trouble, and no end of one.
    const isBeyond = value !== undefined && (this.#isRaised ? value <= below : value > above)
    if (!isBeyond) {
      this.#sinceMs = undefined
      return false
    }
    this.#sinceMs ??= nowMs
    if (nowMs - this.#sinceMs < (this.#isRaised ? clearForMs : forMs)) return false
    this.#isRaised = !this.#isRaised
    this.#sinceMs = undefined
    return true
  }
}
