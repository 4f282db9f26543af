/** The requests of a replay: each asks some worker for the name of an airport, and is timed. */
import type { Bus } from 'busbar'
import type { Airport, FlightsContract } from './contract.js'
import { countFailure, type FailuresByCode } from './failures.js'
import type { InFlight } from './in-flight.js'
import { Latencies } from './latency.js'

/** What became of the requests: `sent` is `answered` and all of `failed`. */
export interface LookupsOutcome {
  readonly sent: number
  readonly answered: number
  /** How many of the answers named another airport than was asked for. */
  readonly wrong: number
  readonly failed: FailuresByCode
  /** From request to answer, of those that were answered, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** Sends requests and keeps account of them. */
export class Lookups {
  readonly #bus: Bus<FlightsContract>
  readonly #inFlight: InFlight
  readonly #timeoutMs: number
  readonly #airports: ReadonlyMap<string, Airport>
  readonly #latencies = new Latencies()
  readonly #failed: FailuresByCode = {}
  #sent = 0
  #wrong = 0

  /** @param airports - what must be answered */
  constructor(
    bus: Bus<FlightsContract>,
    inFlight: InFlight,
    timeoutMs: number,
    airports: ReadonlyMap<string, Airport>,
  ) {
    this.#bus = bus
    this.#inFlight = inFlight
    this.#timeoutMs = timeoutMs
    this.#airports = airports
  }

  /** Looks an airport up; never rejects. */
  async send(code: string): Promise<void> {
    this.#sent++
    this.#inFlight.enter()
    const startMs = performance.now()
    try {
      const airport = await this.#bus.request(
        `airports.${code}.lookup`,
        { code },
        { timeout: this.#timeoutMs },
      )
      this.#latencies.record(performance.now() - startMs)
      if (airport.name !== this.#airports.get(code)?.name) this.#wrong++
    } catch (error) {
      countFailure(this.#failed, error)
    } finally {
      this.#inFlight.leave()
    }
  }

  /** The account so far. */
  outcome(): LookupsOutcome {
    const latencies = this.#latencies
    const latencyMs = {
      p50: latencies.percentileMs(0.5),
      p99: latencies.percentileMs(0.99),
      max: latencies.maxMs,
    }
    return {
      sent: this.#sent,
      answered: latencies.count,
      wrong: this.#wrong,
      failed: this.#failed,
      latencyMs,
    }
  }
}
