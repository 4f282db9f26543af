/**
 * The circuits that callers of this thread keep of their own: one for each handler and each way of counting. They need no
 * timer, because a circuit that nobody asks need not change.
 */
import { BusError, isAbort, isFaultOfHandler } from '../errors.js'
import type { CircuitSettings } from '../options/circuit.js'
import { Breaker, type CallEnding } from './breaker.js'

/** As many are kept; of more, those that were made first are forgotten. */
const MOST_CIRCUITS = 4_096

/** A call that the circuit of its caller counts. */
export interface CallerCall {
  /** It is answered with a stream, whose first item is there. */
  answers(): void
  /** It has ended, with what it failed with where it has; once it has, nothing more counts. */
  ended(error?: unknown): void
}

/** The circuits of one attachment. */
export class CallerCircuits {
  readonly #breakers = new Map<string, Breaker>()
  readonly #now: () => number
  readonly #random: () => number

  /**
   * @param now - milliseconds of the core's clock
   * @param random - from 0 to 1
   */
  constructor(now: () => number, random: () => number) {
    this.#now = now
    this.#random = random
  }

  /** Whether an endpoint may be asked. */
  allows(settings: CircuitSettings, endpoint: number): boolean {
    const breaker = this.#breakers.get(keyOf(settings, endpoint))
    breaker?.advance(this.#now())
    return breaker?.room !== 0
  }

  /** An endpoint is asked. */
  begin(settings: CircuitSettings, endpoint: number): CallerCall {
    const breaker = this.#breakerOf(settings, endpoint)
    const nowMs = this.#now()
    breaker.advance(nowMs)
    const call = breaker.begin(nowMs)
    let hasBegun = false
    return {
      answers: () => {
        hasBegun = true
        breaker.answers(call, this.#now())
      },
      ended: (error) => {
        const ending = endingOf(error, settings)
        // Who leaves a stream that has begun has got what was wanted.
        const how = hasBegun && ending === 'ignored' ? 'succeeded' : ending
        breaker.end(call, how, this.#now())
      },
    }
  }

  #breakerOf(settings: CircuitSettings, endpoint: number): Breaker {
    const key = keyOf(settings, endpoint)
    let breaker = this.#breakers.get(key)
    if (breaker === undefined) {
      breaker = new Breaker(settings, this.#random, () => {})
      this.#breakers.set(key, breaker)
      if (this.#breakers.size > MOST_CIRCUITS) {
        for (const oldest of this.#breakers.keys()) {
          this.#breakers.delete(oldest)
          break
        }
      }
    }
    return breaker
  }
}

function keyOf({ isFailure: _, ...counting }: CircuitSettings, endpoint: number): string {
  return `${endpoint} ${Object.values(counting).join(' ')}`
}

function endingOf(given: unknown, { isFailure }: CircuitSettings): CallEnding {
  if (given === undefined) return 'succeeded'
  // The reader of a stream has given it up, for a reason that may be the fault of the handler: an item took too long.
  const error =
    given instanceof BusError && isAbort(given) && isFaultOfHandler(given.cause) ? given.cause : given
  if (!isFaultOfHandler(error)) return 'ignored'
  try {
    return isFailure?.(error) === false ? 'succeeded' : 'failed'
  } catch {
    return 'failed'
  }
}
