/** Delay statistics per airport. Everything is a sum or a maximum of integers: the order of the flights cannot matter. */
import type { Flight } from './contract.js'

/** A flight is late when it leaves more than this many minutes after the timetable. */
const LATE_MINUTES = 15

/** The flights that left one airport. */
export interface AirportStatistics {
  readonly flights: number
  /** The sum of all delays, in minutes; flights that left early lower it. */
  readonly delaySum: number
  /** The longest delay, in minutes. */
  readonly delayMax: number
  /** How many left more than 15 minutes late. */
  readonly late: number
  /** The sum of all distances, in miles. */
  readonly distance: number
}

/** An airport with the figure that it is ranked by. */
export interface RankedAirport {
  readonly code: string
  readonly flights: number
  /** Minutes. */
  readonly meanDelay: number
}

/** Collects the flights of any number of airports. */
export class DelayStatistics {
  readonly #airports = new Map<string, AirportStatistics>()

  /** How many flights are in it. */
  get flights(): number {
    let sum = 0
    for (const { flights } of this.#airports.values()) sum += flights
    return sum
  }

  /** Counts one flight. */
  add({ origin, delay, distance }: Flight): void {
    const late = delay > LATE_MINUTES ? 1 : 0
    this.#merge(origin, { flights: 1, delaySum: delay, delayMax: delay, late, distance })
  }

  /** Adds what somebody else has counted. */
  addAll(airports: Readonly<Record<string, AirportStatistics>>): void {
    for (const [code, statistics] of Object.entries(airports)) this.#merge(code, statistics)
  }

  /** The statistics by the code of the airport, sorted by it. */
  byAirport(): Record<string, AirportStatistics> {
    return Object.fromEntries([...this.#airports].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** The airports with the longest mean delay, the worst first, among those with at least `minFlights` flights. */
  worst(count: number, minFlights: number): RankedAirport[] {
    return [...this.#airports]
      .filter(([, { flights }]) => flights >= minFlights)
      .map(([code, { flights, delaySum }]) => ({ code, flights, meanDelay: delaySum / flights }))
      .sort((a, b) => b.meanDelay - a.meanDelay || (a.code < b.code ? -1 : 1))
      .slice(0, count)
  }

  #merge(code: string, more: AirportStatistics): void {
    const so = this.#airports.get(code)
    this.#airports.set(
      code,
      so === undefined
        ? more
        : {
            flights: so.flights + more.flights,
            delaySum: so.delaySum + more.delaySum,
            delayMax: Math.max(so.delayMax, more.delayMax),
            late: so.late + more.late,
            distance: so.distance + more.distance,
          },
    )
  }
}
