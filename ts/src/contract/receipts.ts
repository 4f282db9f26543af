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
  /** The number of the attachment (a thread's connection to the bus) that ran it. */
  readonly attachment: number
  /** The pattern that it was registered with, as text. */
  readonly pattern: string
  /** The `name` that it was registered with. */
  readonly name?: string
  /** How many of its handlers were still running. */
  readonly running: number
  /** How many messages were still in its mailbox. */
  readonly queued: number
  /** Present where its thread has not answered, so that nobody knows what it had: then the two numbers are 0. */
  readonly isSilent?: true
}

/** Another thread of a bus that was shut down. */
export interface ClosedThread {
  /** The number of its attachment (its connection to the bus). */
  readonly attachment: number
  /**
   * `closed`: it has told what came of it. `gone`: it had left the bus, or ended, before it could tell. `silent`: it has not
   * told by the deadline, as a thread whose event loop is blocked; it leaves the bus when it can.
   */
  readonly outcome: 'closed' | 'gone' | 'silent'
  /** What it has told, which is counted in the whole already. */
  readonly report?: CloseReport
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
  /** Of `shutdown()`: the other threads. What is above is the sum of all of them, and `abandoned` and `workers` are those of all. */
  readonly threads?: readonly ClosedThread[]
  /** How long it took, in milliseconds. */
  readonly elapsed: number
}
