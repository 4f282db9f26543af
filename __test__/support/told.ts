/** What a bus tells of failures, as it comes. */
import type { BuriedMessage, Bus, FailureEvent } from 'busbar'

/** Listens from now on. */
export function told(bus: Bus): { failures: FailureEvent[]; letters: BuriedMessage[] } {
  const failures: FailureEvent[] = []
  const letters: BuriedMessage[] = []
  bus.events.on('failure', (failure) => failures.push(failure))
  bus.events.on('deadLetter', (letter) => letters.push(letter))
  return { failures, letters }
}
