/** How an endpoint is, as a word that the core passes on to all threads. */
import type { CircuitState, HealthState } from '../contract/health.js'

/** What the word says. */
export interface Condition {
  readonly health: HealthState
  /** undefined: it has none. */
  readonly circuit: CircuitState | undefined
}

// The order is that of the numbers, and no more than that.
const HEALTH: readonly HealthState[] = ['healthy', 'starting', 'degraded', 'unhealthy', 'draining', 'gone']
const CIRCUIT: readonly (CircuitState | undefined)[] = [undefined, 'closed', 'open', 'half-open']
const CIRCUIT_SHIFT = 8

/** The word. */
export function wordOf({ health, circuit }: Condition): number {
  return HEALTH.indexOf(health) | (CIRCUIT.indexOf(circuit) << CIRCUIT_SHIFT)
}

/** The reverse. */
export function conditionOf(word: number): Condition {
  return {
    health: HEALTH[word & 0xff] ?? 'healthy',
    circuit: CIRCUIT[(word >>> CIRCUIT_SHIFT) & 0xff],
  }
}
