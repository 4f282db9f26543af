/** A receiver's place on the bus. */
import type { Circuit, HealthState } from './health.js'
import type { Pattern } from './patterns.js'
import type { Bus } from './ports.js'
import type { EndpointStats } from './stats.js'

/** What a subscription and a registration have in common: one endpoint of the bus. */
export interface Endpoint extends AsyncDisposable {
  /** Its number, unique on this bus for the life of the process. */
  readonly id: number
  /** The pattern it was registered with. */
  readonly pattern: Pattern
  /** The `name` it was registered with. */
  readonly name: string | undefined
  /**
   * Resolves when every thread that is on the bus routes by it. In its own thread it is in force at once, and in another
   * before any message that this thread sends there afterwards; so this is needed only where threads meet by other ways.
   */
  readonly ready: Promise<void>
  /** How it is: `healthy` where it was registered without `health`, as long as it is registered. */
  readonly health: HealthState
  /** Its circuit, where it was registered with one. */
  readonly circuit: Circuit | undefined
  /** Whether it is paused. */
  readonly isPaused: boolean

  /**
   * Starts no more handlers: what comes waits in the mailbox, and runs into its `overflow` when that is full. What runs
   * goes on. A second call changes nothing.
   *
   * @example
   * const subscription = bus.subscribe('cart.viewed', ({ user }) => console.log(user))
   * subscription.pause()
   */
  pause(): void

  /**
   * Goes on where it was paused, with what has waited first.
   *
   * @example
   * const subscription = bus.subscribe('cart.viewed', ({ user }) => console.log(user))
   * subscription.pause()
   * subscription.resume()
   */
  resume(): void

  /**
   * What became of its messages, and how many it has in hand.
   *
   * @example
   * const { accepted, processed } = bus.subscribe('cart.viewed', ({ user }) => console.log(user)).stats()
   */
  stats(): EndpointStats
}

/**
 * A subscriber's place on the bus: what {@link Bus.subscribe} returns.
 *
 * @example
 * await using subscription = bus.subscribe('cart.viewed', ({ user }) => console.log(user))
 */
export interface Subscription extends Endpoint {
  /**
   * Ends it: from now on its handler is called with nothing more. Events that waited in its mailbox are dropped; the
   * promise fulfils as soon as the handlers that run have finished. A second call returns the same promise.
   *
   * @example
   * const subscription = bus.subscribe('cart.viewed', ({ user }) => console.log(user))
   * await subscription.unsubscribe()
   */
  unsubscribe(): Promise<void>
}

/**
 * A handler's place on the bus: what {@link Bus.handle} returns.
 *
 * @example
 * await using registration = bus.handle('mail.welcome', ({ to }) => console.log(to))
 */
export interface Registration extends Endpoint {
  /**
   * Ends it: from now on its handler is called with nothing more. What waited in its mailbox fails with
   * `ERR_BUS_HANDLER_GONE`; the promise fulfils as soon as the handlers that run have finished, and answered. A second
   * call returns the same promise.
   *
   * @example
   * const registration = bus.handle('mail.welcome', ({ to }) => console.log(to))
   * await registration.unregister()
   */
  unregister(): Promise<void>
}
