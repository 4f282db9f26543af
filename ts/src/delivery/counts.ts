/** What became of an endpoint's messages, in numbers. */
import type { Meter } from '../link/meter.js'
import { Sampler } from '../link/sampler.js'

/** The counts; each message that was accepted ends in exactly one of the first five. They say as well which is timed. */
export class Counts extends Sampler {
  processed = 0
  failed = 0
  deadLettered = 0
  dropped = 0
  expired = 0
  accepted = 0
  refused = 0
  retried = 0
  /** Where durations go; undefined while nobody measures. */
  meters: Meters | undefined

  /** How many are done with, however they ended. */
  get finished(): number {
    return this.processed + this.failed + this.deadLettered + this.dropped + this.expired
  }
}

/** What is measured of the messages of one kind at an endpoint. */
export interface Meters {
  /** From when a message was accepted until its first attempt. */
  readonly queueing: Meter
  /** An attempt. */
  readonly handling: Meter
}

/** Makes the meters of an endpoint for a kind of messages when the first of them is timed. */
export type MetersOf = (kind: 'event' | 'notification' | 'request') => Meters
