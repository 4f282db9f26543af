/** The way of one message, step by step. */
import type { Explanation } from './explanation.js'
import type { Kind } from './messages.js'
import type { Guarantee, Priority } from './policies.js'

/** How a message is sent whose way is reported. */
export interface TraceOptions {
  /** As what it is sent: `event` (default), to every subscription; `notification` or `request`, to one handler. */
  kind?: Exclude<Kind, 'response'> | undefined
  /**
   * How long the report waits for the ends of all ways, in milliseconds: an integer from 1 to 2³¹−1; default 5,000. It is
   * the time-out of the request or the notification as well.
   */
  timeout?: number | undefined
  headers?: Readonly<Record<string, string>> | undefined
  priority?: Priority | undefined
  key?: string | undefined
  /** Of an event or a notification; default: as of any message for the topic. */
  guarantee?: Guarantee | undefined
}

/**
 * What happened in a step:
 *
 * - `sent`: it was put into a batch for another thread
 * - `no-room`: there was no room on the way to another thread, or to all it would have reached there
 * - `arrived`: it has come to another thread
 * - `nobody`: it has come to a thread in which its receiver is not there any more
 * - `queued`: it waits in the mailbox of a receiver; `waiting`: for room there
 * - `started`: its handler is called
 * - `retried`: the handler failed, and will have it again
 * - `moved`: its receiver is gone, and another gets it
 * - `processed`, `failed`, `dead-lettered`: how it ended at the receiver
 * - `refused`, `dropped`, `expired`: it ended without its handler, because of `detail`; only what is dropped was accepted
 * - `answered`: whoever sent it has the reply, or the error
 */
export type TraceEvent =
  | 'sent'
  | 'no-room'
  | 'arrived'
  | 'nobody'
  | 'queued'
  | 'waiting'
  | 'started'
  | 'retried'
  | 'moved'
  | 'processed'
  | 'failed'
  | 'dead-lettered'
  | 'refused'
  | 'dropped'
  | 'expired'
  | 'answered'

/** One step on the way of a message. */
export interface TraceStep {
  /** Milliseconds after the first moment of the trace, by one clock for all threads. It is real time, always. */
  readonly at: number
  readonly event: TraceEvent
  /** What `node:worker_threads` calls the thread in which it happened. */
  readonly threadId: number
  /** The number of that thread's attachment. */
  readonly attachment: number
  /** The receiver, where it is about one. */
  readonly endpoint?: number | undefined
  readonly pattern?: string | undefined
  readonly name?: string | undefined
  /** Of `sent` and `no-room`: the attachments of the other threads. */
  readonly to?: readonly number[] | undefined
  /** What else is known: why, by which error, in which batch, behind how many others. */
  readonly detail?: string | undefined
}

/**
 * The way of one message through all threads. `util.inspect` prints it readably.
 *
 * @example
 * const { steps } = await bus.trace('cart.viewed', { user: 'ada' })
 * for (const { at, event, threadId } of steps) console.log(at, event, threadId)
 */
export interface Trace {
  readonly topic: string
  readonly kind: Exclude<Kind, 'response'>
  /** Who could have got it when it was sent, in order, and what excluded whom. */
  readonly plan: Explanation
  /** In the order of their times. */
  readonly steps: readonly TraceStep[]
  /** Whether all ways have ended; else the time was over before. */
  readonly isComplete: boolean
  /** Of a request: the reply. */
  readonly reply?: unknown
  /** What a request or a notification was rejected with. */
  readonly error?: unknown
}
