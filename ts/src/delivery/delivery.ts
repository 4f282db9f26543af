/** A message for one endpoint that the core holds until it is settled: what is known of it in the endpoint's thread. */
import type { DeliveryKey } from '../link/settlements.js'

/** A try that failed. */
export interface FailedAttempt {
  /** Which it was: from 1. */
  readonly attempt: number
  /** When it failed: milliseconds since the Unix epoch. */
  readonly at: number
  readonly error: unknown
}

/** How many failed tries are remembered: the latest. */
const MAX_HISTORY = 32

/** The delivery. */
export class Delivery implements DeliveryKey {
  readonly sender: number
  readonly number: number
  /** How often it has been given to a handler, or to a thread that ended with it. */
  attempts: number
  /** Whether another endpoint had it before. */
  readonly wasMoved: boolean
  readonly history: FailedAttempt[] = []

  /** @param attempts - how often it had been given to a thread before this one got it */
  constructor(sender: number, number: number, attempts: number, wasMoved: boolean) {
    this.sender = sender
    this.number = number
    this.attempts = attempts
    this.wasMoved = wasMoved
  }

  /** Notes that the present try failed. */
  failed(error: unknown, at: number): void {
    if (this.history.length === MAX_HISTORY) this.history.shift()
    this.history.push({ attempt: this.attempts, at, error })
  }
}
