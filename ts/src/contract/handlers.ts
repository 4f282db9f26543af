/** What a receiver must be able to take, and give back, for the pattern that it is registered with. */
import type {
  AnswerOfKey,
  EventKey,
  IsOpen,
  Key,
  PayloadOfKey,
  RequestKey,
  StreamKey,
  Unchecked,
} from './contract.js'
import type { Message } from './messages.js'
import type { Alternatives, Pattern, TopicOf } from './patterns.js'
import type { DecidingKey, Refused } from './topics.js'

/** A receiver that is a function. */
export type HandlerFunction<Payload = Unchecked, Reply = Unchecked, Topic extends string = string> = (
  payload: Payload,
  message: Message<Payload, Topic>,
) => Reply | Promise<Reply>

/** A receiver that is an object; `handle` is called as its method. */
export interface HandlerObject<Payload = Unchecked, Reply = Unchecked, Topic extends string = string> {
  /** Receives one message; what it returns, or its promise fulfils with, is the reply. */
  handle(payload: Payload, message: Message<Payload, Topic>): Reply | Promise<Reply>
}

/**
 * What receives messages. While its promise is pending it takes one place of the receiver's `concurrency`. An async
 * generator, or what returns an async iterable, answers with a stream, and takes its place until that has ended.
 *
 * @example
 * class Pricing implements HandlerObject<{ items: number }, { total: number }> {
 *   handle(query: { items: number }) {
 *     return { total: query.items * 9 }
 *   }
 * }
 * bus.handle('cart.*.price', new Pricing())
 */
export type Handler<Payload = Unchecked, Reply = Unchecked, Topic extends string = string> =
  | HandlerFunction<Payload, Reply, Topic>
  | HandlerObject<Payload, Reply, Topic>

/** A receiver of batches that is a function: the payloads, and the messages in the same order. */
export type BatchHandlerFunction<Payload = Unchecked, Topic extends string = string> = (
  payloads: readonly Payload[],
  messages: readonly Message<Payload, Topic>[],
) => unknown

/** A receiver of batches that is an object; `handle` is called as its method. */
export interface BatchHandlerObject<Payload = Unchecked, Topic extends string = string> {
  /** Receives the payloads, and the messages in the same order; what it returns is ignored, a promise is waited for. */
  handle(payloads: readonly Payload[], messages: readonly Message<Payload, Topic>[]): unknown
}

/**
 * What receives messages in arrays, under the option `batch`. When it fails, each of the messages has failed that it
 * has not said `ack()` of.
 *
 * @example
 * const count: BatchHandler<{ user: string }> = (views, messages) => console.log(views.length, messages[0]?.topic)
 * bus.subscribe('cart.viewed', count, { batch: { size: 50 } })
 */
export type BatchHandler<Payload = Unchecked, Topic extends string = string> =
  | BatchHandlerFunction<Payload, Topic>
  | BatchHandlerObject<Payload, Topic>

/** The keys that decide about the topics of a pattern: all of them where it is a `RegExp` or a plain `string`. */
type KeyOfPattern<C, P extends Pattern> = P extends string ? DecidingKey<C, Alternatives<P>> : Key<C>

/** `P` where it can match topics of `Allowed` keys; a plain `string` can. The keys beside it are for editors to suggest. */
type Matchable<C, P extends Pattern, Allowed, OtherKind> =
  IsOpen<C> extends true
    ? P
    : P extends Allowed | RegExp
      ? P
      : P extends string
        ? string extends P
          ? Allowed | (string & Record<never, never>)
          : [KeyOfPattern<C, P>] extends [never]
            ? Refused<`no key of the contract has topics that '${P}' matches`, Allowed>
            : [Extract<KeyOfPattern<C, P>, Allowed>] extends [never]
              ? OtherKind
              : P
        : never

/** `P` where it can match topics of events under the contract `C`; else a {@link Refused} that says why not. */
export type EventPattern<C, P extends Pattern> = Matchable<
  C,
  P,
  EventKey<C>,
  Refused<`'${P & string}' matches topics of requests only: use handle()`, EventKey<C>>
>

/** `P` where it can match topics of the contract `C`; else a {@link Refused} that says why not. */
export type HandlerPattern<C, P extends Pattern> = Matchable<C, P, Key<C>, never>

/** What a subscriber to `P` receives: the union over all events that `P` can match, `any` without a contract. */
export type SubscribedPayload<C, P extends Pattern> =
  IsOpen<C> extends true ? Unchecked : PayloadOfKey<C, Extract<KeyOfPattern<C, P>, EventKey<C>>>

/** What a handler of `P` receives: the union over all entries that `P` can match, `any` without a contract. */
export type HandlerPayload<C, P extends Pattern> =
  IsOpen<C> extends true ? Unchecked : PayloadOfKey<C, KeyOfPattern<C, P>>

/**
 * What a handler of `P` answers: the reply of the requests that `P` can match, or nothing where it can match
 * notifications as well. What a handler of nothing but notifications returns is ignored, so it may be anything.
 */
export type HandlerReply<C, P extends Pattern> =
  IsOpen<C> extends true ? Unchecked : ReplyOfKeys<C, KeyOfPattern<C, P>>

type ReplyOfKeys<C, K> = [K] extends [RequestKey<C> | StreamKey<C>]
  ? AnswerOfKey<C, K>
  : [K] extends [EventKey<C>]
    ? unknown
    : // biome-ignore lint/suspicious/noConfusingVoidType: it is a return type, of a handler that may end without a value.
      AnswerOfKey<C, K> | void

/** What `subscribe()` takes for `P`; what it returns is ignored, a promise of it is waited for. */
export type SubscribedHandler<C, P extends Pattern> = Handler<SubscribedPayload<C, P>, unknown, TopicOf<P>>

/** What `subscribe()` takes for `P` with the option `batch`. */
export type SubscribedBatchHandler<C, P extends Pattern> = BatchHandler<SubscribedPayload<C, P>, TopicOf<P>>

/** What `handle()` takes for `P`. */
export type PatternHandler<C, P extends Pattern> = Handler<
  HandlerPayload<C, P>,
  HandlerReply<C, P>,
  TopicOf<P>
>
