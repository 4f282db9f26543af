/** A topic that is bound once and published to often. */
import type { Unchecked } from './contract.js'
import type { DeliverOptions, PublishOptions } from './options.js'
import type { Bus } from './ports.js'
import type { Receipt } from './receipts.js'

/**
 * A bound topic: what {@link Bus.publisher} returns. It may be kept as long as the bus is open, whoever subscribes or
 * unsubscribes meanwhile.
 *
 * @typeParam Payload - the payload of the topic's events
 * @example
 * const viewed: Publisher<{ user: string }> = bus.publisher('cart.viewed')
 */
export interface Publisher<Payload = Unchecked> {
  /** The topic it is bound to. */
  readonly topic: string

  /** How many subscribers an event would be meant for now. */
  readonly matched: number

  /**
   * Publishes an event as {@link Bus.publish} does.
   *
   * @param payload - to other threads it goes encoded, at most `maxMessageSize` bytes
   * @param options - what is said of it, when it goes, and what is promised
   * @returns how many subscribers the event was meant for
   * @throws BusError as {@link Bus.publish}, save for the topic
   * @example
   * bus.publisher('cart.viewed').publish({ user: 'ada' })
   */
  publish(payload: Payload, options?: PublishOptions): number

  /**
   * Publishes an event and waits for what becomes of it, as {@link Bus.deliver} does.
   *
   * @param payload - to other threads it goes encoded, at most `maxMessageSize` bytes
   * @param options - as there
   * @throws BusError as {@link Bus.deliver}, save for the topic
   * @example
   * const { processed } = await bus.publisher('cart.viewed').deliver({ user: 'ada' })
   */
  deliver(payload: Payload, options?: DeliverOptions): Promise<Receipt>
}
