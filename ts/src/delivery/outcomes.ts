/** What an endpoint tells about its messages; whoever hears it answers senders, tells the core, and warns users. */
import type { Endpoint } from './endpoint.js'
import type { ReceivedMessage } from './message.js'

/**
 * Why a message was not taken, or not kept.
 *
 * - `overloaded`: the mailbox is full
 * - `gone`: the endpoint has ended
 * - `over`: the endpoint has had its one message, and nobody else is to have this one
 * - `expired`: it was of no use any more when its turn came
 * - `late`: its sender has stopped waiting for room
 * - `open`: the circuit of the endpoint is open, and another may answer
 */
export type Refusal = 'overloaded' | 'gone' | 'over' | 'expired' | 'late' | 'open'

/** Hears what becomes of messages. Nothing of it may throw. */
export interface Outcomes {
  /** It is in the mailbox, or beyond. */
  accepted(endpoint: Endpoint, message: ReceivedMessage): void
  /** It waits in the mailbox, or for room there. */
  queued(endpoint: Endpoint, message: ReceivedMessage, hasRoom: boolean): void
  /** Its handler has said that it is done, and runs on: the core need not hold it any more. */
  acknowledged(endpoint: Endpoint, message: ReceivedMessage): void
  /** Its handler finished with `value`. */
  processed(endpoint: Endpoint, message: ReceivedMessage, value: unknown): void
  /** Its handler threw or rejected, and will not have it again. */
  failed(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void
  /** Its handler had said that it was done, and has failed after that. */
  stumbled(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void
  /** A try of it failed, and it will be tried again. */
  retried(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void
  /** All tries of it failed, or its handler gave it up. */
  buried(
    endpoint: Endpoint,
    message: ReceivedMessage,
    error: unknown,
    reason: 'attempts' | 'terminated',
  ): void
  /** It was not taken, or was thrown away before it was started. */
  refused(endpoint: Endpoint, message: ReceivedMessage, why: Refusal, wasAccepted: boolean): void
  /** So many messages wait that the mailbox has passed a mark. */
  watermark(endpoint: Endpoint, level: 'high' | 'low', queued: number): void
}
