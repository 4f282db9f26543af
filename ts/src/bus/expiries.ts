/**
 * Deadlines that have passed. The core tells of them in the lane that nothing holds up, so they overtake answers of other
 * threads that were there before: those are looked at first, and win.
 */
import * as layout from '../core/native/layout.js'
import type { Correlation } from '../link/correlation.js'
import type { Submission } from '../link/submission.js'
import type { Timers } from '../link/timers.js'
import type { Barriers } from './barriers.js'
import type { Requests } from './requests.js'

/**
 * How many turns of the event loop a deadline waits for the answers that came before it, at most: some 64 MiB of frames.
 * In a thread that drowns in messages of a higher lane it would wait for ever, and a request must end.
 */
const GRACE_TURNS = 256

/** The parts of an attachment that an expiry concerns. */
export interface ExpiryParts {
  readonly attachment: number
  readonly barriers: Barriers
  readonly correlation: Correlation
  readonly submission: Submission
  readonly timers: Timers
}

/** The expiries of one attachment. */
export class Expiries {
  readonly #parts: ExpiryParts
  readonly #requests: Pick<Requests, 'expired'>

  constructor(parts: ExpiryParts, requests: Pick<Requests, 'expired'>) {
    this.#parts = parts
    this.#requests = requests
  }

  /** Takes what the core says: slot and generation of each. */
  expired(payload: Uint8Array): void {
    const { attachment: here, correlation, timers } = this.#parts
    const entries = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    const timed: Use[] = []
    const remote: Use[] = []
    for (let at = 0; at < entries.byteLength; at += 8) {
      const use: Use = [entries.getUint32(at, true), entries.getUint32(at + 4, true)]
      const attachment = correlation.get(...use)?.attachment
      if (attachment === undefined) timed.push(use)
      else if (attachment === here || attachment === 0) this.#requests.expired(...use)
      else remote.push(use)
    }
    // After the callers: a handler that is told at the same moment that its time is over must not answer before.
    for (const use of timed) timers.expired(...use)
    if (remote.length > 0) this.#endBehindAnswers(remote)
  }

  /** Ends requests to other threads when the answers that have come have been looked at. */
  #endBehindAnswers(uses: readonly Use[]): void {
    const { barriers, submission } = this.#parts
    const end = (): void => {
      clearImmediate(turn)
      for (const use of uses) this.#requests.expired(...use)
    }
    let turns = 0
    const wait = (): void => {
      if (++turns === GRACE_TURNS) end()
      else turn = setImmediate(wait)
    }
    let turn = setImmediate(wait)
    void barriers.reach(layout.LANE_NORMAL).then(end)
    // At once, so that this turn still gets there.
    submission.flush()
  }
}

/** A use of a slot: slot and generation. */
type Use = readonly [slot: number, generation: number]
