/**
 * The same statistics without a bus and without threads: one plain loop. What the threads count together must be equal
 * to this, so it shares no code with what they use.
 */
import type { Flight } from './contract.js'
import type { AirportStatistics } from './statistics.js'

/** The same record, to be written to. */
type Tally = { -readonly [Name in keyof AirportStatistics]: AirportStatistics[Name] }

/** The statistics of `count` flights by airport; when there are fewer, they are taken again from the first. */
export function countPlainly(flights: readonly Flight[], count: number): Record<string, AirportStatistics> {
  const airports: Record<string, Tally> = {}
  for (let n = 0; n < count; n++) {
    const { origin, delay, distance } = flights[n % flights.length] as Flight
    const airport = airports[origin] ?? { flights: 0, delaySum: 0, delayMax: delay, late: 0, distance: 0 }
    airports[origin] = airport
    airport.flights++
    airport.delaySum += delay
    if (delay > airport.delayMax) airport.delayMax = delay
    if (delay > 15) airport.late++
    airport.distance += distance
  }
  return airports
}
