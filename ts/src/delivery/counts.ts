/** What became of an endpoint's messages, in numbers. */

/** The counts; each message that was accepted ends in exactly one of the first five. */
export class Counts {
  processed = 0
  failed = 0
  deadLettered = 0
  dropped = 0
  expired = 0
  accepted = 0
  refused = 0
  retried = 0

  /** How many are done with, however they ended. */
  get finished(): number {
    return this.processed + this.failed + this.deadLettered + this.dropped + this.expired
  }
}
