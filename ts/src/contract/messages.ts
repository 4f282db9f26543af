/** The envelope in which a payload travels. */
import type { Unchecked } from './contract.js'
import type { Priority } from './policies.js'

/** What a message is: an event goes to every subscriber, a notification and a request to one handler; a response answers. */
export type Kind = 'event' | 'notification' | 'request' | 'response'

/** What a sender says about a message besides its payload: small texts by name, carried to the receiver as they are. */
export type Headers = Readonly<Record<string, string>>

/**
 * A message as its receiver sees it. Inside one thread the payload is the sender's own object: treat it as frozen.
 *
 * @typeParam Payload - the type of the payload
 * @typeParam Topic - the topics that the receiver's pattern can match
 * @example
 * bus.subscribe('orders.*.created', (order, message: Message<Order>) => {
 *   const waitedMs = Date.now() - message.timestamp
 * })
 */
export interface Message<Payload = Unchecked, Topic extends string = string> {
  /** The topic it was sent to: no wildcards, at most 255 bytes of UTF-8. */
  readonly topic: Topic
  /** What was sent. */
  readonly payload: Payload
  /** How it was sent; a response goes to whoever asked, never to a receiver. */
  readonly kind: Exclude<Kind, 'response'>
  /** Its identity: the sender's `id` option, or a text that is unique in this process. */
  readonly id: string
  /** How urgent its sender said it is. */
  readonly priority: Priority
  /** What it has in common with messages that belong together: the sender's `key` option; absent where there is none. */
  readonly key?: string | undefined
  /** What a request and its reply have in common, unique on the bus; absent where nobody waits for an answer. */
  readonly correlationId?: string | undefined
  /**
   * The same each time that this message is given to this pattern's handlers, and for no other message: to be handed to
   * what must not be done twice outside the bus.
   */
  readonly idempotencyKey: string
  /** When it was sent: milliseconds since the epoch, by the wall clock of the sender. */
  readonly timestamp: number
  /** The number of the attachment (a thread's connection to the bus) that sent it. */
  readonly sender: number
  /** How often it has been given to a handler, this time included: an integer from 1. */
  readonly attempt: number
  /** What the sender said besides; empty when it said nothing. */
  readonly headers: Headers
  /** When its sender stops waiting: milliseconds since the epoch, by this thread's clock; absent when nobody waits. */
  readonly deadline?: number | undefined
  /**
   * The named groups of the receiver's regular expression, those that took part in the match; absent where its pattern
   * is no regular expression, or has none.
   */
  readonly params?: Readonly<Record<string, string>> | undefined
  /**
   * Aborted when nobody needs the handler's work any more: the time of a request is up, its caller gave up or its thread
   * ended, `ackTimeout` is over, or the bus stopped waiting while it closed. Its `reason` is a `BusError`. It is made when
   * it is asked for.
   */
  readonly signal: AbortSignal

  /**
   * Says that the message is done with, before the handler is: it is not given to anybody again, whatever the handler
   * does. A handler that fulfils has said so by that.
   *
   * Of `ack`, {@link Message.nak} and {@link Message.term} the first counts, and none counts after the handler has
   * finished. They decide about messages that the bus holds: of one that is `at-most-once`, and of a request, they
   * change nothing.
   *
   * @example
   * bus.subscribe('cart.viewed', ({ user }, message) => {
   *   message.ack()
   *   console.log(user)
   * })
   */
  ack(): void

  /**
   * Gives the message back: this attempt has failed, although the handler has not.
   *
   * @param options - `delay`: the wait before the next attempt, in milliseconds, an integer from 0 to 2³¹−1; default:
   * what `retry` says
   * @throws BusError `ERR_BUS_INVALID_OPTION`
   * @example
   * bus.subscribe('cart.viewed', ({ user }, message) => {
   *   if (user === '') message.nak({ delay: 1_000 })
   * })
   */
  nak(options?: NakOptions): void

  /**
   * Gives the message up: it is not tried again, and becomes a dead letter.
   *
   * @param reason - why, for whoever looks at the dead letters
   * @example
   * bus.subscribe('cart.viewed', ({ user }, message) => {
   *   if (user === '') message.term('nobody viewed it')
   * })
   */
  term(reason?: string): void

  /**
   * Gives the handler more time: `ackTimeout` is over `ms` milliseconds from now, not before.
   *
   * @param ms - an integer from 1 to 2³¹−1
   * @throws BusError `ERR_BUS_INVALID_OPTION`
   * @example
   * bus.subscribe('cart.viewed', async ({ user }, message) => {
   *   message.extend(60_000)
   *   await fetch(`https://example.org/${user}`)
   * })
   */
  extend(ms: number): void
}

/** How a message is given back. */
export interface NakOptions {
  /** The wait before the next attempt, in milliseconds: an integer from 0 to 2³¹−1; default: what `retry` says. */
  delay?: number | undefined
}
