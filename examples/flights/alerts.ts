/** The notifications of a replay: each tells some worker of a flight that is very late. */
import type { Bus } from 'busbar'
import type { Flight, FlightsContract } from './contract.js'
import { countFailure, type FailuresByCode } from './failures.js'
import type { InFlight } from './in-flight.js'

/** A flight that leaves more than this many minutes after the timetable is worth a notification. */
const ALERT_MINUTES = 120

/** What became of the notifications: `sent` is `accepted` and all of `failed`. */
export interface AlertsOutcome {
  readonly sent: number
  readonly accepted: number
  readonly failed: FailuresByCode
}

/** Sends notifications and keeps account of them. */
export class Alerts {
  readonly #bus: Bus<FlightsContract>
  readonly #inFlight: InFlight
  readonly #timeoutMs: number
  readonly #failed: FailuresByCode = {}
  #sent = 0
  #accepted = 0

  constructor(bus: Bus<FlightsContract>, inFlight: InFlight, timeoutMs: number) {
    this.#bus = bus
    this.#inFlight = inFlight
    this.#timeoutMs = timeoutMs
  }

  /** Whether the flight is late enough. */
  static isDue({ delay }: Flight): boolean {
    return delay > ALERT_MINUTES
  }

  /** Notifies one of the workers; never rejects. */
  async send(flight: Flight): Promise<void> {
    this.#sent++
    this.#inFlight.enter()
    try {
      const { accepted } = await this.#bus.send('alerts.delayed', flight, { timeout: this.#timeoutMs })
      this.#accepted += accepted
    } catch (error) {
      countFailure(this.#failed, error)
    } finally {
      this.#inFlight.leave()
    }
  }

  /** The account so far. */
  outcome(): AlertsOutcome {
    return { sent: this.#sent, accepted: this.#accepted, failed: this.#failed }
  }
}
