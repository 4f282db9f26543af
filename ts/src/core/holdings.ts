/** What a bus holds, where that is nothing. */
import type { BusHoldings } from '../contract/stats.js'

/** What a thread that has left the bus is told of it. */
export const NOTHING_HELD: BusHoldings = {
  held: 0,
  parked: 0,
  scheduled: 0,
  retained: 0,
  deadLetters: 0,
  deadLettersEvicted: 0,
  heldBytes: 0,
  retainedBytes: 0,
}
