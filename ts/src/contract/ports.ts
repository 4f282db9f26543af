/**
 * What a user holds in the hand: a bus, and what its verbs return.
 *
 * The examples belong to this contract:
 *
 * ```ts
 * type Shop = {
 *   'cart.*.price': { payload: { items: number }; reply: { total: number } }
 *   'cart.viewed': { payload: { user: string } }
 *   'mail.welcome': { payload: { to: string } }
 * }
 * ```
 */

import type { Address } from './addresses.js'
import type { Contract, EventKey, RequestKey, Topics, Unchecked } from './contract.js'
import type { Directory, DirectoryFilter } from './directory.js'
import type { BusEvents } from './events.js'
import type { Explanation } from './explanation.js'
import type { EventPattern, HandlerPattern, PatternHandler, SubscribedHandler } from './handlers.js'
import type { CloseOptions, PublishOptions, ReceiveOptions, RequestOptions, SendOptions } from './options.js'
import type { Pattern } from './patterns.js'
import type { CloseReport, EndpointStats, Receipt } from './receipts.js'
import type { EventTopic, NotificationTopic, PayloadOf, ReplyOf, RequestTopic } from './topics.js'

/**
 * One thread's connection to a bus. All threads that open the same name are on the same bus.
 *
 * Under a contract a verb accepts the topics whose entries are of its kind. A topic is checked where it is a literal or
 * a template, whose holes are taken for one token each; a plain `string` is refused, because nothing about it is known.
 * A pattern that is a plain `string` or a `RegExp` may match every topic, so its receiver is given the union of all.
 *
 * A bus of one contract is not a bus of another: the same topic could mean two things. Code to which the contract does
 * not matter takes a `Bus<any>`.
 *
 * @typeParam C - the contract; without one everything is allowed and of type `any`
 */
export interface Bus<in out C extends Contract<C> = Topics> extends AsyncDisposable {
  /** The name it was opened with. */
  readonly name: string

  /** What happens to this thread's receivers, as events that may be ignored. */
  readonly events: BusEvents

  /**
   * Receives every event that `pattern` matches.
   *
   * A handler that throws or rejects disturbs neither the publisher nor other subscribers. The thread stays alive as
   * long as the subscription lasts, see {@link Bus.unref}.
   *
   * @param pattern - an exact topic, a glob (`*` one token, `**` any number of them) or a `RegExp`
   * @param handler - a function, or an object with a method `handle`; a promise that it returns is waited for
   * @param options - a label, the order among receivers, and the limits
   * @throws BusError `ERR_BUS_INVALID_PATTERN`; `ERR_BUS_INVALID_HANDLER`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`
   * @example
   * const subscription = bus.subscribe('cart.*', ({ user }, message) => {
   *   console.log(user, message.topic)
   * })
   * await subscription.unsubscribe()
   */
  subscribe<const P extends Pattern>(
    pattern: EventPattern<C, P>,
    handler: SubscribedHandler<C, P>,
    options?: ReceiveOptions,
  ): Subscription

  /**
   * Handles the requests and notifications that `pattern` matches; of all handlers of a topic, one gets each message.
   *
   * What it returns, or its promise fulfils with, is the reply to a request. What it throws is the `cause` of the
   * `ERR_BUS_HANDLER_FAILED` that the request ends with.
   *
   * @param pattern - an exact topic, a glob (`*` one token, `**` any number of them) or a `RegExp`
   * @param handler - a function, or an object with a method `handle`
   * @param options - a label, the order among handlers, and the limits
   * @throws BusError `ERR_BUS_INVALID_PATTERN`; `ERR_BUS_INVALID_HANDLER`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`
   * @example
   * bus.handle('cart.*.price', ({ items }) => ({ total: items * 9 }), { concurrency: 10 })
   */
  handle<const P extends Pattern>(
    pattern: HandlerPattern<C, P>,
    handler: PatternHandler<C, P>,
    options?: ReceiveOptions,
  ): Registration

  /**
   * Publishes an event to every subscriber, at most once each.
   *
   * It returns without waiting and never throws because of a receiver. A subscriber whose mailbox is full does not get
   * the event. Inside one thread the payload is handed over by reference: leave it unchanged afterwards.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to other threads it goes encoded, at most `maxMessageSize` bytes
   * @param options - an identity and headers
   * @returns how many subscribers the event was meant for: 0 when nobody listens
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_MESSAGE_TOO_LARGE`;
   * `ERR_BUS_PAYLOAD_NOT_ENCODABLE` when it goes to another thread and cannot; `ERR_BUS_CLOSED`
   * @example
   * const matched: number = bus.publish('cart.viewed', { user: 'ada' })
   */
  publish<const T extends string>(
    topic: EventTopic<C, T>,
    payload: PayloadOf<C, T, EventKey<C>>,
    options?: PublishOptions,
  ): number

  /**
   * Binds a topic once, for the fastest way to publish many events to it.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_CLOSED`
   * @example
   * const viewed = bus.publisher('cart.viewed')
   * viewed.publish({ user: 'ada' })
   */
  publisher<const T extends string>(topic: EventTopic<C, T>): Publisher<PayloadOf<C, T, EventKey<C>>>

  /**
   * Sends a notification to one handler and waits until it is accepted: until it is in that handler's mailbox.
   *
   * While the mailbox is full it waits for room, at most `timeout`. That the handler fails later is not the sender's
   * concern.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to another thread it goes encoded, at most `maxMessageSize` bytes
   * @param options - `timeout` in milliseconds, 1 to 2³¹−1, default 30,000; an identity and headers
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_MESSAGE_TOO_LARGE`;
   * `ERR_BUS_PAYLOAD_NOT_ENCODABLE`; `ERR_BUS_NO_HANDLER` at once when nobody handles `topic`; `ERR_BUS_TIMEOUT`; `ERR_BUS_HANDLER_GONE`; `ERR_BUS_CLOSED`
   * @example
   * const { accepted } = await bus.send('mail.welcome', { to: 'ada@example.org' }, { timeout: 200 })
   */
  send<const T extends string>(
    topic: NotificationTopic<C, T>,
    payload: PayloadOf<C, T, EventKey<C>>,
    options?: SendOptions,
  ): Promise<Receipt>

  /**
   * Sends a notification to one of the handlers that `target` names, whatever topics they are registered for.
   *
   * @param target - `{ id }`, `{ name }`, `{ service }` or `{ pool }`
   * @throws BusError as above; `ERR_BUS_INVALID_ADDRESS`
   * @example
   * await bus.send({ service: 'mail' }, { to: 'ada@example.org' })
   */
  send(target: Address, payload: unknown, options?: SendOptions): Promise<Receipt>

  /**
   * Sends a request to one handler of `topic` and waits for its reply.
   *
   * It ends exactly once. A reply that comes after that is dropped.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to another thread it goes encoded, at most `maxMessageSize` bytes
   * @param options - `timeout` in milliseconds, 1 to 2³¹−1, default 30,000; an identity and headers
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_MESSAGE_TOO_LARGE`;
   * `ERR_BUS_PAYLOAD_NOT_ENCODABLE`; `ERR_BUS_NO_HANDLER` at once when nobody handles `topic`; `ERR_BUS_OVERLOADED` at once when the handler's mailbox is full;
   * `ERR_BUS_TIMEOUT`; `ERR_BUS_HANDLER_GONE` when the handler was removed or its thread ended;
   * `ERR_BUS_HANDLER_FAILED` with what the handler threw as `cause`; `ERR_BUS_CLOSED`
   * @example
   * const { total } = await bus.request('cart.1.price', { items: 3 }, { timeout: 200 })
   */
  request<const T extends string>(
    topic: RequestTopic<C, T>,
    payload: PayloadOf<C, T, RequestKey<C>>,
    options?: RequestOptions,
  ): Promise<ReplyOf<C, T>>

  /**
   * Sends a request to one of the handlers that `target` names, whatever topics they are registered for.
   *
   * @typeParam Reply - what they answer: a contract knows topics only
   * @param target - `{ id }`, `{ name }`, `{ service }` or `{ pool }`
   * @throws BusError as above; `ERR_BUS_INVALID_ADDRESS`
   * @example
   * const { total } = await bus.request<{ total: number }>({ name: 'pricing' }, { items: 3 })
   */
  request<Reply = unknown>(target: Address, payload: unknown, options?: RequestOptions): Promise<Reply>

  /**
   * Says what would happen to a message, and why: every receiver that matches, in order, with the rule that put it there
   * and what excludes it. `console.log` prints it readably.
   *
   * @param target - a topic or an address
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_ADDRESS`; `ERR_BUS_CLOSED`
   * @example
   * console.log(bus.explain('cart.7.price'))
   */
  explain(target: string | Address): Explanation

  /**
   * Lists the endpoints of the bus, in all threads, and follows who joins and leaves.
   *
   * @param filter - which of them; default all
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_TOPIC`
   * @example
   * using handlers = bus.directory({ role: 'handler' })
   * for (const { id, pattern } of handlers) console.log(id, pattern)
   */
  directory(filter?: DirectoryFilter): Directory

  /**
   * Leaves the bus in this thread: takes no new messages, finishes those that it has, and releases what it holds.
   *
   * Other threads route around it from the start. Requests of this thread that are still pending at the end fail with
   * `ERR_BUS_CLOSED`. It never rejects because of a handler. A second call returns the same promise.
   *
   * @param options - `timeout` in milliseconds, 0 to 2³¹−1, default 5,000: what is not done by then is abandoned
   * @returns what was finished and what was not
   * @throws BusError `ERR_BUS_INVALID_OPTION`
   * @example
   * const { drained, abandoned } = await bus.close({ timeout: 1_000 })
   */
  close(options?: CloseOptions): Promise<CloseReport>

  /**
   * Closes the bus with the defaults of {@link Bus.close}: what `await using` calls.
   *
   * @example
   * await bus[Symbol.asyncDispose]()
   */
  [Symbol.asyncDispose](): Promise<void>

  /**
   * Keeps the thread alive while it has a subscription, a handler or a pending request: the default.
   *
   * @example
   * bus.unref().ref()
   */
  ref(): this

  /**
   * Lets the thread end although it has subscriptions, handlers or pending requests.
   *
   * @example
   * bus.unref().subscribe('cart.viewed', ({ user }) => console.log(user))
   */
  unref(): this
}

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
   * @param options - an identity and headers
   * @returns how many subscribers the event was meant for
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_MESSAGE_TOO_LARGE`; `ERR_BUS_PAYLOAD_NOT_ENCODABLE`;
   * `ERR_BUS_CLOSED`
   * @example
   * bus.publisher('cart.viewed').publish({ user: 'ada' })
   */
  publish(payload: Payload, options?: PublishOptions): number
}
