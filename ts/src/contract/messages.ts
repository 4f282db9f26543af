/** The envelope in which a payload travels. */
import type { Unchecked } from './contract.js'

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
}
