// biome-ignore-all lint/suspicious/noConfusingVoidType: a reply may be void, as a return type.
import test from 'ava'
import type { HandlerPayload, HandlerReply, SubscribedPayload } from '../../ts/src/contract/handlers.js'
import type {
  DecidingKey,
  EventTopic,
  PayloadOf,
  Refused,
  ReplyOf,
  RequestTopic,
} from '../../ts/src/contract/topics.js'
import { type Equal, holds } from './assertions.js'

type Any = { id: string }
type Order = Any & { total: number }

type Shop = {
  'cart.**': { payload: { seen: Date } }
  'cart.*.price': { payload: { items: number }; reply: { total: number } }
  'cart.vip.price': { payload: { items: number; rebate: number }; reply: { total: number; saved: number } }
  'cart.viewed': { payload: { user: string } }
  'orders.*.created': { payload: Order }
  'orders.{paid,shipped}': { payload: Any }
  'stock.*.low': { payload: { left: number } }
  'stock.berlin.*': { payload: { city: 'berlin' } }
  'log.e*': { payload: Error }
  'log.*': { payload: string }
  ping: { payload: undefined; reply: void }
}

/** Only whether it is refused: what the refusal says is for the tests of the messages. */
type Refuses<T> = [T] extends [never] ? false : [T] extends [Refused<string, unknown>] ? true : false

test('of several keys that match a topic the most specific decides, and keys of one rank together', (t) => {
  t.true(
    holds<
      [
        Equal<DecidingKey<Shop, 'cart.vip.price'>, 'cart.vip.price'>,
        Equal<DecidingKey<Shop, 'cart.7.price'>, 'cart.*.price'>,
        Equal<DecidingKey<Shop, 'cart.viewed'>, 'cart.viewed'>,
        Equal<DecidingKey<Shop, 'cart.7.items.added'>, 'cart.**'>,
        Equal<DecidingKey<Shop, 'cart.7.8.price'>, 'cart.**'>,
        Equal<DecidingKey<Shop, 'cart'>, 'cart.**'>,
        Equal<DecidingKey<Shop, 'orders.paid'>, 'orders.paid'>,
        Equal<DecidingKey<Shop, 'stock.berlin.low'>, 'stock.*.low' | 'stock.berlin.*'>,
        Equal<DecidingKey<Shop, 'stock.rome.low'>, 'stock.*.low'>,
        Equal<DecidingKey<Shop, 'orders.paid.twice'>, never>,
        Equal<DecidingKey<Shop, ''>, never>,
      ]
    >(),
  )
})

test('about a partial glob nothing is known but that it may match: it decides together with what it may yield to', (t) => {
  t.true(
    holds<
      [
        Equal<DecidingKey<Shop, 'log.error'>, 'log.e*' | 'log.*'>,
        Equal<DecidingKey<Shop, 'log.info'>, 'log.e*' | 'log.*'>,
        Equal<DecidingKey<Shop, 'log.e*'>, 'log.e*'>,
        Equal<EventTopic<Pick<Shop, 'log.e*'>, 'log.error'>, 'log.error'>,
        Refuses<EventTopic<Pick<Shop, 'log.e*'>, 'log.error.7'>>,
      ]
    >(),
  )
})

test('about a pattern decides each key that is the most specific one for some topic of it', (t) => {
  t.true(
    holds<
      [
        Equal<DecidingKey<Shop, 'cart.*.price'>, 'cart.*.price' | 'cart.vip.price'>,
        Equal<DecidingKey<Shop, 'cart.*'>, 'cart.**' | 'cart.viewed'>,
        Equal<DecidingKey<Shop, 'cart.**'>, 'cart.**' | 'cart.viewed' | 'cart.*.price' | 'cart.vip.price'>,
        Equal<DecidingKey<Shop, '*.*.created'>, 'orders.*.created' | 'cart.**' | 'stock.berlin.*'>,
        Equal<DecidingKey<Shop, `cart.${string}.price`>, 'cart.*.price' | 'cart.vip.price'>,
      ]
    >(),
  )
})

test('payloads: of the deciding key; one that suits all of them for a template or a union of topics', (t) => {
  t.true(
    holds<
      [
        Equal<PayloadOf<Shop, 'cart.viewed'>, { user: string }>,
        Equal<PayloadOf<Shop, 'cart.7.price'>, { items: number }>,
        Equal<PayloadOf<Shop, 'orders.shipped'>, Any>,
        Equal<PayloadOf<Shop, 'ping'>, undefined>,
        Equal<PayloadOf<Shop, 'stock.berlin.low'>, { left: number } | { city: 'berlin' }>,
        Equal<PayloadOf<Shop, `orders.${string}.created`>, Order>,
        Equal<PayloadOf<Shop, `orders.${number}.created`>, Order>,
        Equal<PayloadOf<Shop, `cart.${string}.price`>, { items: number } & { items: number; rebate: number }>,
        Equal<PayloadOf<Shop, `cart.${number}.price`>, { items: number }>,
        Equal<PayloadOf<Shop, 'orders.paid' | 'cart.viewed'>, Any & { user: string }>,
        Equal<PayloadOf<Shop, 'nothing'>, never>,
        Equal<PayloadOf<{ a: { payload: string | number } }, 'a'>, string | number>,
        Equal<PayloadOf<{ 'a.*': { payload: boolean } }, `a.${string}`>, boolean>,
        // biome-ignore lint/suspicious/noExplicitAny: an entry may leave its payload open.
        Equal<PayloadOf<{ a: { payload: any } }, 'a'>, any>,
        Equal<PayloadOf<{ a: { payload: unknown } }, 'a'>, unknown>,
      ]
    >(),
  )
})

test('replies: of the deciding keys, each of which may answer', (t) => {
  t.true(
    holds<
      [
        Equal<ReplyOf<Shop, 'cart.7.price'>, { total: number }>,
        Equal<ReplyOf<Shop, 'cart.vip.price'>, { total: number; saved: number }>,
        Equal<ReplyOf<Shop, `cart.${string}.price`>, { total: number } | { total: number; saved: number }>,
        Equal<ReplyOf<Shop, 'ping'>, void>,
        Equal<ReplyOf<Shop, 'cart.viewed'>, never>,
      ]
    >(),
  )
})

test('topics of events: those whose deciding key has no reply and is sure to match', (t) => {
  type Event<T extends string> = EventTopic<Shop, T>
  t.true(
    holds<
      [
        Equal<Event<'cart.viewed'>, 'cart.viewed'>,
        Equal<Event<'cart'>, 'cart'>,
        Equal<Event<'orders.42.created'>, 'orders.42.created'>,
        Equal<Event<`orders.${string}.created`>, `orders.${string}.created`>,
        Equal<Event<'orders.paid' | 'cart.viewed'>, 'orders.paid' | 'cart.viewed'>,
        Equal<Event<'log.info'>, 'log.info'>,
        Refuses<Event<'cart.7.price'>>,
        Refuses<Event<'ping'>>,
        Refuses<Event<'orders.created'>>,
        Refuses<Event<'orders.4.2.created'>>,
        Refuses<Event<'orders.paid.'>>,
        Refuses<Event<'Orders.paid'>>,
        Refuses<Extract<Event<string>, object>>,
        // It may be `orders.paid`, but it need not be.
        Refuses<Event<`orders.${string}`>>,
        Refuses<Event<`${string}.paid`>>,
        // Patterns are not topics.
        Refuses<Event<'orders.*.created'>>,
        Refuses<Event<'cart.**'>>,
        Refuses<Event<'log.?'>>,
        // One of the union is refused, and so the argument is.
        Equal<Refuses<Extract<Event<'cart.viewed' | 'ping'>, object>>, true>,
      ]
    >(),
  )
})

test('topics of requests: those whose deciding key has a reply and is sure to match', (t) => {
  type Request<T extends string> = RequestTopic<Shop, T>
  t.true(
    holds<
      [
        Equal<Request<'cart.7.price'>, 'cart.7.price'>,
        Equal<Request<`cart.${string}.price`>, `cart.${string}.price`>,
        Equal<Request<'ping'>, 'ping'>,
        Refuses<Request<'cart.viewed'>>,
        Refuses<Request<'cart.7.8.price'>>,
        Refuses<Request<`cart.${string}`>>,
        Refuses<Request<'pong'>>,
        Refuses<Extract<Request<string>, object>>,
      ]
    >(),
  )
})

test('a subscriber receives the events that its pattern can match, and no requests', (t) => {
  type Received<P extends string | RegExp> = SubscribedPayload<Shop, P>
  type EveryEvent =
    | { seen: Date }
    | { user: string }
    | Order
    | Any
    | { left: number }
    | { city: 'berlin' }
    | Error
    | string
  t.true(
    holds<
      [
        Equal<Received<'cart.viewed'>, { user: string }>,
        Equal<Received<'cart.*'>, { seen: Date } | { user: string }>,
        Equal<Received<'cart.*.price'>, never>,
        Equal<Received<'*.*.created'>, { seen: Date } | Order | { city: 'berlin' }>,
        Equal<Received<'orders.{paid,*.created}'>, Any | Order>,
        Equal<Received<'orders.**'>, Any | Order>,
        Equal<Received<'ping'>, never>,
        Equal<Received<'**'>, EveryEvent>,
        Equal<Received<string>, EveryEvent>,
        Equal<Received<RegExp>, EveryEvent>,
      ]
    >(),
  )
})

test('a handler receives all that its pattern can match, and must reply where it can match a request', (t) => {
  type Both = { total: number } | { total: number; saved: number }
  t.true(
    holds<
      [
        Equal<HandlerPayload<Shop, 'cart.7.price'>, { items: number }>,
        Equal<HandlerReply<Shop, 'cart.7.price'>, { total: number }>,
        Equal<HandlerReply<Shop, 'cart.*.price'>, Both>,
        Equal<HandlerPayload<Shop, 'cart.viewed'>, { user: string }>,
        Equal<HandlerReply<Shop, 'cart.viewed'>, unknown>,
        Equal<HandlerReply<Shop, 'cart.*.{price,seen}'>, Both | void>,
        Equal<HandlerReply<Shop, 'ping'>, void>,
        Equal<HandlerReply<Shop, RegExp>, Both | void>,
      ]
    >(),
  )
})
