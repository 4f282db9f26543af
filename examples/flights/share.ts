/** Divides the airports among the workers. */
import type { Flight } from './contract.js'

/**
 * The origins of all flights in as many lists as there are workers, with about as many flights for each: dealt like
 * cards, the busiest airports first. A worker may get none when there are few airports.
 */
export function shareOrigins(flights: readonly Flight[], workers: number): string[][] {
  const departures = new Map<string, number>()
  for (const { origin } of flights) departures.set(origin, (departures.get(origin) ?? 0) + 1)

  const shares = Array.from({ length: workers }, () => ({ flights: 0, origins: [] as string[] }))
  for (const [origin, count] of [...departures].sort(([, a], [, b]) => b - a)) {
    const least = shares.reduce((a, b) => (b.flights < a.flights ? b : a))
    least.origins.push(origin)
    least.flights += count
  }
  return shares.map(({ origins }) => origins)
}
