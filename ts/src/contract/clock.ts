/** Time that a test moves. */

/** A clock that stands still until it is told to go on; `busbar/testing` makes them. */
export interface VirtualClock {
  /** Milliseconds since it was made. */
  now(): number
  /** Lets `ms` milliseconds pass; what was due by then has expired when it returns. */
  advance(ms: number): void
}
