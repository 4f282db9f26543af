/** What would happen to a message, and why. */
import type { Balance, Prefer } from './addresses.js'
import type { DirectoryEndpoint } from './directory.js'

/** A subscription or a handler that matches. */
export interface ExplainedEndpoint {
  /** The endpoint. */
  readonly endpoint: DirectoryEndpoint
  /** Its place in the order: from 1. */
  readonly rank: number
  /** The rule that put it there. */
  readonly because: string
  /** Why it would get nothing, although it matches; absent where it may get the message. */
  readonly excluded?: string
}

/**
 * What would happen to a message for a topic or an address, were it sent now. `util.inspect` prints it readably.
 *
 * @example
 * console.log(bus.explain('cart.7.price'))
 */
export interface Explanation {
  /** The topic, or the topic that the address stands for. */
  readonly topic: string
  /** How one of the handlers that may get it is chosen. */
  readonly balance: Balance
  /** Whether handlers of this thread go before their equals. */
  readonly prefer: Prefer
  /** Who would get an event, in this order. */
  readonly subscriptions: readonly ExplainedEndpoint[]
  /** Who would get a request or a notification: one of those that are not excluded. */
  readonly handlers: readonly ExplainedEndpoint[]
}
