/** What an endpoint tells about a message that one party waits for; all of it may be ignored. */
import type { Endpoint } from './endpoint.js'
import type { ReceivedMessage } from './message.js'

/** Why a message was not taken. */
export type Refusal = 'overloaded' | 'gone'

/** Hears what becomes of messages. Nothing of it may throw. */
export interface Outcomes {
  /** A notification is in the mailbox, or beyond. */
  accepted(endpoint: Endpoint, message: ReceivedMessage): void
  /** The handler of a request finished with `value`. */
  fulfilled(endpoint: Endpoint, message: ReceivedMessage, value: unknown): void
  /** Its handler threw or rejected. */
  failed(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void
  /** It was not taken, or was thrown away. */
  refused(endpoint: Endpoint, message: ReceivedMessage, why: Refusal): void
}
