/**
 * What travels on the bus of this example: each topic with the type of its payload and, for a request, of its reply.
 *
 * The contract is a type and has no run time. With `open<FlightsContract>(…)` the compiler knows every topic: it refuses
 * a payload that does not fit, a request to a topic that nobody answers, and a topic with a typing error.
 */
import type { AirportStatistics } from './statistics.js'

/** The name under which every thread opens the same bus. */
export const BUS_NAME = 'flights'

/** One departure, as the data set has it. */
export interface Flight {
  /** Local time of the departure: `2001/01/01 00:47`. */
  readonly date: string
  /** Minutes after the timetable; negative when it was early. */
  readonly delay: number
  /** Miles. */
  readonly distance: number
  /** The three-letter code of the airport it left. */
  readonly origin: string
  /** The three-letter code of the airport it went to. */
  readonly destination: string
}

/** What a lookup answers. */
export interface Airport {
  readonly name: string
  readonly city: string
  readonly state: string
}

/** What one worker has seen. */
export interface WorkerStatistics {
  /** How many flights it has counted. */
  readonly flights: number
  /** How many lookups its handler was given. */
  readonly lookups: number
  /** How many notifications its handler was given. */
  readonly alerts: number
  /** How many times the bus told it that one of its handlers had failed. */
  readonly failures: number
  /** The delays by the code of the airport that the flights left. */
  readonly airports: Readonly<Record<string, AirportStatistics>>
}

/** The topics of the example. */
export type FlightsContract = {
  /** An event: a flight has left `origin` for `destination`. */
  'flights.*.*.departed': { payload: Flight }
  /** A request: the name of the airport with that code. */
  'airports.*.lookup': { payload: { code: string }; reply: Airport }
  /** A notification: that flight is very late, somebody should look after its passengers. */
  'alerts.delayed': { payload: Flight }
  /** An event: a worker has made its subscriptions. */
  'workers.*.ready': { payload: { worker: number } }
  /** A request: what one worker has counted. */
  'workers.*.statistics': { payload: null; reply: WorkerStatistics }
  /** An event: nothing more will come, the workers may leave the bus. */
  'run.finished': { payload: { closeTimeoutMs: number } }
}
