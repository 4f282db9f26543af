/** Counts the messages that ended with an error. */
import { BusError } from 'busbar'

/** How many there were of each code. */
export type FailuresByCode = Record<string, number>

/** Counts one. */
export function countFailure(failures: FailuresByCode, error: unknown): void {
  // Anything else than an error of the bus would be a defect of this example: let it be seen.
  const code = error instanceof BusError ? error.code : String(error)
  failures[code] = (failures[code] ?? 0) + 1
}
