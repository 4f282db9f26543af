/** What became of messages: of one that was sent, and of those that were left when a bus closed. */

import type { StoppedWorker } from './workers.js'

/** An endpoint that a message did not reach. */
export interface Dropped {
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /**
   * Why: `ERR_BUS_OVERLOADED`, `ERR_BUS_HANDLER_GONE`, `ERR_BUS_CLOSED`, `ERR_BUS_EXPIRED` when its `ttl` was over, or
   * `ERR_BUS_DUPLICATE` when it had this id already.
   */
  readonly code: `ERR_BUS_${string}`
}

/** An endpoint whose handler threw or rejected, for the last time where it is tried again. */
export interface Failed {
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** What it threw. */
  readonly error: unknown
}

/**
 * What had become of a message when its sender was told. `matched = accepted + dropped.length`, and what was accepted
 * is still waiting, or counted in `processed` or `failed`.
 *
 * @example
 * const { accepted, dropped } = await bus.send('mail.welcome', mail)
 */
export interface Receipt {
  /** How many endpoints the message was meant for. */
  readonly matched: number
  /** How many have it in their mailbox, or had. */
  readonly accepted: number
  /** How many handlers had finished with it. */
  readonly processed: number
  /** The endpoints that it did not reach. */
  readonly dropped: readonly Dropped[]
  /** The endpoints whose handlers failed, for good. */
  readonly failed: readonly Failed[]
  /** How many of those have it among their dead letters. */
  readonly deadLettered: number
}

/** An endpoint that had not finished when a bus stopped waiting for it. */
export interface Abandoned {
  /** The id of the endpoint. */
  readonly endpoint: number
  /** The pattern that it was registered with, as text. */
  readonly pattern: string
  /** The `name` that it was registered with. */
  readonly name?: string
  /** How many of its handlers were still running. */
  readonly running: number
  /** How many messages were still in its mailbox. */
  readonly queued: number
}

/**
 * What happened when a thread closed its bus.
 *
 * @example
 * const { abandoned } = await bus.close({ timeout: 1_000 })
 * for (const { pattern, running } of abandoned) console.warn(`${pattern}: ${running} handlers did not finish`)
 */
export interface CloseReport {
  /** How many messages were finished while the bus was closing. */
  readonly drained: number
  /** The endpoints that did not finish in time; empty when all did. */
  readonly abandoned: readonly Abandoned[]
  /** How many requests of this thread ended with `ERR_BUS_CLOSED`. */
  readonly requestsFailed: number
  /** How the workers ended that this thread had started; absent where there were none. */
  readonly workers?: readonly StoppedWorker[]
  /** How long it took, in milliseconds. */
  readonly elapsed: number
}
