/**
 * What a user holds in the hand: a bus.
 *
 * The examples belong to this contract:
 *
 * ```ts
 * type Shop = {
 *   'cart.*.price': { payload: { items: number }; reply: { total: number } }
 *   'cart.*.history': { payload: { since: number }; reply: AsyncIterable<{ total: number }> }
 *   'cart.viewed': { payload: { user: string } }
 *   'mail.welcome': { payload: { to: string } }
 * }
 * ```
 */

import type { Address } from './addresses.js'
import type { Alert, AlertRule } from './alerts.js'
import type { Contract, EventKey, RequestKey, StreamKey, Topics } from './contract.js'
import type { DeadLetters } from './dead-letters.js'
import type { Directory, DirectoryFilter } from './directory.js'
import type { BusEvents } from './events.js'
import type { Explanation } from './explanation.js'
import type {
  EventPattern,
  HandlerPattern,
  HandlerPayload,
  PatternHandler,
  SubscribedBatchHandler,
  SubscribedHandler,
  SubscribedPayload,
} from './handlers.js'
import type { Interceptor } from './interceptors.js'
import type { Message } from './messages.js'
import type { Metrics } from './metrics.js'
import type {
  CloseOptions,
  DeliverOptions,
  MessagesOptions,
  PrometheusOptions,
  PublishOptions,
  ReceiveOptions,
  RequestManyOptions,
  RequestOptions,
  SendOptions,
  StreamOptions,
  SubscribeOptions,
} from './options.js'
import type { Pattern, TopicOf } from './patterns.js'
import type { BatchOptions } from './policies.js'
import type { Publisher } from './publisher.js'
import type { CloseReport, Receipt } from './receipts.js'
import type { Registration, Subscription } from './receivers.js'
import type { Reply } from './replies.js'
import type { BusStats } from './stats.js'
import type { Stream } from './streams.js'
import type {
  EventTopic,
  ItemOf,
  NotificationTopic,
  PayloadOf,
  ReplyOf,
  RequestTopic,
  StreamTopic,
} from './topics.js'
import type { Trace, TraceOptions } from './trace.js'
import type { Workers, WorkersOptions } from './workers.js'

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

  /** The messages that were given up, in all threads. */
  readonly deadLetters: DeadLetters

  /**
   * Receives every event that `pattern` matches, in arrays: see {@link BatchOptions}. What a handler gets at a time takes
   * one place of its `concurrency`.
   *
   * @param pattern - an exact topic, a glob (`*` one token, `**` any number of them) or a `RegExp`
   * @param handler - is given the payloads, and the messages in the same order
   * @param options - as below, with `batch`
   * @throws BusError as below
   * @example
   * bus.subscribe('cart.viewed', (views) => console.log(views.length), { batch: { size: 50, within: 20 } })
   */
  subscribe<const P extends Pattern>(
    pattern: EventPattern<C, P>,
    handler: SubscribedBatchHandler<C, P>,
    options: SubscribeOptions<SubscribedPayload<C, P>, TopicOf<P>> & { batch: BatchOptions },
  ): Subscription

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
    options?: SubscribeOptions<SubscribedPayload<C, P>, TopicOf<P>> & { batch?: undefined },
  ): Subscription

  /**
   * Receives every event that `pattern` matches, one at a time and when it is asked for.
   *
   * It subscribes at once, and what nobody has pulled yet waits in the mailbox. A message is done with when the next one
   * is asked for: as by a handler that fulfils, unless something else was said of it. It ends by `break` or `return`, by
   * `signal`, and when the bus closes.
   *
   * @param pattern - an exact topic, a glob (`*` one token, `**` any number of them) or a `RegExp`
   * @param options - as for `subscribe()`, and a `signal`
   * @throws BusError `ERR_BUS_INVALID_PATTERN`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`
   * @example
   * for await (const { topic, payload } of bus.messages('cart.*')) {
   *   if (payload.user === 'ada') break
   *   console.log(topic)
   * }
   */
  messages<const P extends Pattern>(
    pattern: EventPattern<C, P>,
    options?: MessagesOptions<SubscribedPayload<C, P>, TopicOf<P>>,
  ): AsyncIterable<Message<SubscribedPayload<C, P>, TopicOf<P>>>

  /**
   * Handles the requests and notifications that `pattern` matches; of all handlers of a topic, one gets each message.
   *
   * What it returns, or its promise fulfils with, is the reply to a request. What it throws is the `cause` of the
   * `ERR_BUS_HANDLER_FAILED` that the request ends with. An async generator, or a function that returns an async
   * iterable, answers with a stream: see {@link Bus.stream}.
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
    options?: ReceiveOptions<HandlerPayload<C, P>, TopicOf<P>>,
  ): Registration

  /**
   * Publishes an event to every subscriber, at most once each unless its `guarantee` says more.
   *
   * It returns without waiting and never throws because of a receiver. A subscriber whose mailbox is full does not get
   * the event. Inside one thread the payload is handed over by reference: leave it unchanged afterwards.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to other threads it goes encoded, at most `maxMessageSize` bytes
   * @param options - what is said of it, when it goes, and what is promised
   * @returns how many subscribers the event was meant for: 0 when nobody listens
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_PAYLOAD` when the contract's
   * schema refuses it; `ERR_BUS_MESSAGE_TOO_LARGE`; `ERR_BUS_PAYLOAD_NOT_ENCODABLE` when it goes to another thread and
   * cannot; `ERR_BUS_NO_HANDLER` when it is `mandatory` and nobody listens; `ERR_BUS_CLOSED`
   * @example
   * const matched: number = bus.publish('cart.viewed', { user: 'ada' })
   */
  publish<const T extends string>(
    topic: EventTopic<C, T>,
    payload: PayloadOf<C, T, EventKey<C>>,
    options?: PublishOptions,
  ): number

  /**
   * Publishes an event and waits for what becomes of it: until every subscriber has finished with it, or has it.
   *
   * A subscriber whose mailbox is full is waited for. What became of the event is in the receipt: it is an error only
   * where `failOn` says so.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to other threads it goes encoded, at most `maxMessageSize` bytes
   * @param options - as for `publish()`; `wait`: `processed` (default) or `accepted`; `timeout` in milliseconds, 1 to
   * 2³¹−1, default 30,000; `failOn`; `signal`
   * @throws BusError as `publish()`; `ERR_BUS_TIMEOUT`; `ERR_BUS_ABORTED`; a `DeliveryError`, `ERR_BUS_DELIVERY_FAILED`,
   * where `failOn` says so
   * @example
   * const { processed, failed } = await bus.deliver('cart.viewed', { user: 'ada' }, { timeout: 500 })
   */
  deliver<const T extends string>(
    topic: EventTopic<C, T>,
    payload: PayloadOf<C, T, EventKey<C>>,
    options?: DeliverOptions,
  ): Promise<Receipt>

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
   * concern, unless it waits until it is `processed`. Where the handler's thread ends, and the message is more than
   * `at-most-once`, the next endpoint that gets it answers.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to another thread it goes encoded, at most `maxMessageSize` bytes
   * @param options - `wait`: `accepted` (default) or `processed`; `timeout` in milliseconds, 1 to 2³¹−1, default 30,000;
   * `failOn`; `signal`; `notify`; what is said of it, when it goes, and what is promised
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_PAYLOAD`;
   * `ERR_BUS_MESSAGE_TOO_LARGE`; `ERR_BUS_PAYLOAD_NOT_ENCODABLE`; `ERR_BUS_NO_HANDLER` at once when nobody handles
   * `topic`; `ERR_BUS_OVERLOADED` when the handler's `overflow` is `reject`; `ERR_BUS_TIMEOUT`; `ERR_BUS_ABORTED`;
   * `ERR_BUS_HANDLER_GONE`; `ERR_BUS_DUPLICATE`; `ERR_BUS_DELIVERY_FAILED` where `failOn` says so; `ERR_BUS_CLOSED`
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
   * It ends exactly once. A reply that comes after that is dropped. One that is made inside the handler of another
   * request inherits what is left of that one's deadline, and its abort: see `inherit` of `open()`.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to another thread it goes encoded, at most `maxMessageSize` bytes
   * @param options - `timeout` in milliseconds, 1 to 2³¹−1, default 30,000, and in a handler at most what is left of its
   * own; `signal`; `retry`; `waitForHandler`; `circuit`; `fallback`; what is said of it
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_PAYLOAD`, of the reply too;
   * `ERR_BUS_MESSAGE_TOO_LARGE`; `ERR_BUS_PAYLOAD_NOT_ENCODABLE`; `ERR_BUS_NO_HANDLER` when nobody handles `topic`, at
   * once or after `waitForHandler`; `ERR_BUS_CIRCUIT_OPEN` when the circuits of all who do are open; `ERR_BUS_OVERLOADED` at once when the handler's mailbox is full; `ERR_BUS_TIMEOUT`;
   * `ERR_BUS_ABORTED`; `ERR_BUS_HANDLER_GONE` when the handler was removed or its thread ended;
   * `ERR_BUS_HANDLER_FAILED` with what the handler threw as `cause`; `ERR_BUS_REPLY_IS_STREAM` when it answers with a
   * stream; `ERR_BUS_CLOSED`
   * @example
   * const { total } = await bus.request('cart.1.price', { items: 3 }, { timeout: 200 })
   */
  request<const T extends string>(
    topic: RequestTopic<C, T>,
    payload: PayloadOf<C, T, RequestKey<C>>,
    options?: RequestOptions<ReplyOf<C, T>>,
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
  request<Reply = unknown>(target: Address, payload: unknown, options?: RequestOptions<Reply>): Promise<Reply>

  /**
   * Sends a request to every handler of `topic` and gives their replies as they come, failures included. It is sent at
   * once, and ends when each handler that was asked has answered, or enough of them have.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to other threads it goes encoded, at most `maxMessageSize` bytes
   * @param options - `timeout` in milliseconds, 1 to 2³¹−1, default 30,000: handlers that have not answered by then give
   * a reply with `ERR_BUS_TIMEOUT`; `max`: how many replies are enough; `signal`; what is said of it
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`. The iteration rejects with
   * `ERR_BUS_INVALID_PAYLOAD`; `ERR_BUS_MESSAGE_TOO_LARGE`; `ERR_BUS_PAYLOAD_NOT_ENCODABLE`; `ERR_BUS_NO_HANDLER` when
   * nobody handles `topic`; `ERR_BUS_ABORTED`
   * @example
   * for await (const reply of bus.requestMany('cart.1.price', { items: 3 }, { max: 2 })) {
   *   if (reply.error === undefined) console.log(reply.value.total)
   * }
   */
  requestMany<const T extends string>(
    topic: RequestTopic<C, T>,
    payload: PayloadOf<C, T, RequestKey<C>>,
    options?: RequestManyOptions,
  ): AsyncIterable<Reply<ReplyOf<C, T>>>

  /**
   * Sends a request to one handler of `topic` and gives the items of the stream that it answers with, as they are asked
   * for: the handler is an async generator, or returns an async iterable. Of a handler that answers once, that is the one
   * item.
   *
   * Nothing is sent before the first item is asked for. From then on the handler is at most `prefetch` items ahead, and
   * takes one place of its `concurrency` until the stream has ended. Leaving the loop ends it: see {@link Stream}.
   *
   * @param topic - at most 255 bytes of UTF-8, without wildcards
   * @param payload - to another thread it goes encoded, at most `maxMessageSize` bytes, and so does each item
   * @param options - as for `request()`; `timeout` is for the whole stream, and there is `idleTimeout` for one item, both in
   * milliseconds, 1 to 2³¹−1; `prefetch`, 1 to 2³¹−1, default 16; `retry` asks again as long as there was no item
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`. The iteration rejects as
   * `request()` does, behind the items that had come by then
   * @example
   * for await (const line of bus.stream('cart.1.history', { since: 2020 }, { timeout: 60_000 })) {
   *   if (line.total > 100) break
   * }
   */
  stream<const T extends string>(
    topic: StreamTopic<C, T>,
    payload: PayloadOf<C, T, StreamKey<C>>,
    options?: StreamOptions,
  ): Stream<ItemOf<C, T>>

  /**
   * Asks one of the handlers that `target` names for a stream, whatever topics they are registered for.
   *
   * @typeParam Item - what they answer with: a contract knows topics only
   * @param target - `{ id }`, `{ name }`, `{ service }` or `{ pool }`
   * @throws BusError as above; `ERR_BUS_INVALID_ADDRESS`
   * @example
   * for await (const { total } of bus.stream<{ total: number }>({ name: 'history' }, { since: 2020 })) console.log(total)
   */
  stream<Item = unknown>(target: Address, payload: unknown, options?: StreamOptions): Stream<Item>

  /**
   * Looks at a metric of this thread every now and then, and tells by the event `alert` when it is beyond its limit, and
   * when it is back.
   *
   * @param rule - which metric, its limit, and for how long it has to be beyond it
   * @returns what ends it
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`
   * @example
   * bus.events.on('alert', ({ name, isRaised, value }) => console.log(name, isRaised, value))
   * bus.alert({ name: 'crowded', metric: 'queue-depth', above: 1_000, for: 5_000 })
   */
  alert(rule: AlertRule): Alert

  /**
   * Puts something around every message that this thread sends and receives, until it is disposed of.
   *
   * @param interceptor - has a method `send`, a method `receive`, or both
   * @throws BusError `ERR_BUS_INVALID_HANDLER` when it has neither; `ERR_BUS_CLOSED`
   * @example
   * using _ = bus.use({ send: ({ headers }) => ({ headers: { ...headers, sentBy: 'checkout' } }) })
   */
  use(interceptor: Interceptor): Disposable

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
   * Sends one message, marked, and reports its way through all threads: who could have got it and what excluded whom, when
   * it was put into which batch, came, waited, was started, and how it ended, step by step. Its interceptors, schemas,
   * retries and circuits are those of any message; the mark is the header `busbar-trace`, and a message that is sent on with
   * it reports to the same trace as long as that is open. `console.log` prints it readably.
   *
   * @param target - a topic; of a notification or a request also an address
   * @param options - as what it is sent (`kind`, default `event`), how long its ends are waited for (`timeout` in
   * milliseconds, default 5,000), and `headers`, `key`, `priority` and `guarantee` of the message
   * @returns the report, when all ways have ended or the time is over; what a request fails with is in its `error`
   * @throws BusError `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_INVALID_ADDRESS`; `ERR_BUS_INVALID_OPTION`; of an event what
   * `publish()` throws; `ERR_BUS_CLOSED`
   * @example
   * const { steps, isComplete } = await bus.trace('cart.7.price', { items: 3 }, { kind: 'request' })
   * console.log(isComplete, steps)
   */
  trace(target: string | Address, payload: unknown, options?: TraceOptions): Promise<Trace>

  /**
   * Lists the endpoints of the bus, in all threads, and follows who joins and leaves.
   *
   * @param filter - which of them; default all
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_INVALID_TOPIC`; `ERR_BUS_CLOSED`
   * @example
   * using handlers = bus.directory({ role: 'handler' })
   * for (const { id, pattern } of handlers) console.log(id, pattern)
   */
  directory(filter?: DirectoryFilter): Directory

  /**
   * Resolves when nothing that this thread has sent or received is on its way: no message waits in a mailbox or for its
   * next attempt, no handler runs, and no answer is awaited. A message that is to be sent later does not count.
   *
   * @throws BusError `ERR_BUS_CLOSED`
   * @example
   * bus.publish('cart.viewed', { user: 'ada' })
   * await bus.idle()
   */
  idle(): Promise<void>

  /**
   * What became of the messages that this thread's receivers were given, those of receivers that have ended included,
   * and what the bus holds for all threads. It costs a look at each receiver. A bus that is closed keeps its numbers, and
   * holds nothing any more.
   *
   * @example
   * const { accepted, processed, holdings } = bus.stats()
   * console.log(accepted - processed, holdings.deadLetters)
   */
  stats(): BusStats

  /**
   * What the bus measures of itself, over all its threads: counts, levels and histograms, receiver by receiver. It costs a
   * look at each receiver of this thread; what other threads have counted is as of at most a second before. A bus that is
   * closed in this thread keeps what it was then. With the option `metrics: false` there is nothing.
   *
   * @example
   * for (const { pattern, handling } of bus.metrics().receivers) console.log(pattern, handling.quantile(0.99))
   */
  metrics(): Metrics

  /**
   * The same as {@link Bus.metrics} in the text format of OpenMetrics 1.0, which Prometheus reads.
   *
   * @param options - `receivers`: how many receivers have series of their own, an integer from 0 to 16,384, default 500:
   * the others are counted together
   * @throws BusError `ERR_BUS_INVALID_OPTION`
   * @example
   * const scraped: string = bus.prometheus()
   */
  prometheus(options?: PrometheusOptions): string

  /**
   * Starts worker threads that run `module`, and keeps them: one that ends is replaced. The module opens the bus by its
   * name, as any code does; `parentPort` and `workerData` are its own.
   *
   * They are stopped when this thread closes the bus.
   *
   * @param module - a URL, or a path as `new Worker()` takes it; with a relative one, write
   * `new URL('./worker.js', import.meta.url)`
   * @param options - how many, how they are replaced, and what `new Worker()` takes
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`; `ERR_BUS_NATIVE_UNAVAILABLE` when this bus is on the core
   * in JavaScript, which reaches no other thread; `ERR_BUS_WORKER_FAILED` when Busbar is in a bundle, which lacks the file
   * that workers run first
   * @example
   * const workers = bus.workers(new URL('./worker.js', import.meta.url), { size: 4 })
   * await workers.ready
   */
  workers(module: string | URL, options?: WorkersOptions): Workers

  /**
   * Leaves the bus in this thread: takes no new messages, finishes those that it has, and releases what it holds.
   *
   * Other threads route around it from the start. Requests of this thread that are still pending at the end fail with
   * `ERR_BUS_CLOSED`. Workers that this thread has started with {@link Bus.workers} are stopped before anything else. It
   * never rejects because of a handler. A second call returns the same promise, and may bring the deadline nearer.
   *
   * A handler may call it, before its first `await`: it is not waited for then. A later call is that of anybody, and would
   * wait for the handler that awaits it until the deadline: do not await it there.
   *
   * @param options - `timeout` in milliseconds, 0 to 2³¹−1, default 5,000: what is not done by then is abandoned; `signal`,
   * which has the same effect at once
   * @returns what was finished and what was not
   * @throws BusError `ERR_BUS_INVALID_OPTION`
   * @example
   * const { drained, abandoned } = await bus.close({ timeout: 1_000 })
   */
  close(options?: CloseOptions): Promise<CloseReport>

  /**
   * Closes the bus in every thread: the others leave it as by {@link Bus.close}, all at once, then this one.
   *
   * A thread that opens the bus meanwhile leaves it, too. One that stands still is not waited for past the deadline, and
   * leaves the bus when it can. Workers that any of the threads has started with {@link Bus.workers} end. Whatever opens the
   * bus when this has resolved opens it anew.
   *
   * A second call returns the same promise, and may bring the deadline nearer. Where several threads call it, one of them
   * does it, and the promises of the others tell of their own threads alone.
   *
   * @param options - as of {@link Bus.close}; the time is that of all threads together
   * @returns what was finished and what was not in all threads, each of which is in `threads`
   * @throws BusError `ERR_BUS_INVALID_OPTION`; it rejects with `ERR_BUS_CLOSED` when this thread has left the bus already
   * @example
   * const { abandoned } = await bus.shutdown({ timeout: 10_000 })
   * for (const { pattern, attachment } of abandoned) console.warn(`${pattern} in ${attachment} did not finish`)
   */
  shutdown(options?: CloseOptions): Promise<CloseReport>

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
