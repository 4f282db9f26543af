/**
 * A contract: which topics a bus carries, and the types of what travels on them.
 *
 * @example
 * type Shop = {
 *   'cart.*.price': { payload: { items: number }; reply: { total: number } }
 *   'cart.viewed': { payload: { user: string } }
 * }
 * type Checked = Contract<Shop>
 */
import type { Alternatives } from './patterns.js'

/** The entry of an event or a notification: it has no reply, so `request()` refuses its topics. */
export interface EventEntry {
  /** What travels, and what its receivers get. */
  payload: unknown
  /** What its senders give, where a schema makes something else of it; default: the same. */
  input?: unknown
}

/** The entry of a request: what is asked and what is answered. With a `reply` that is an `AsyncIterable`, it is a stream. */
export interface RequestEntry extends EventEntry {
  /** What is answered, and what whoever asked gets. `void` when the answer says no more than that it was done. */
  reply: unknown
  /** What a handler returns, where a schema makes something else of it; default: the same. */
  answer?: unknown
  /** The errors that its handlers throw on purpose, as a union: what `RequestError` then has as its cause. */
  error?: unknown
}

/** The only members that an entry may have: anything else is taken for a slip of the pen. */
type Known = keyof RequestEntry

/**
 * What a contract must look like: each key is an exact topic or a glob, each member an entry. Written as
 * `C extends Contract<C>`, so that interfaces, which have no index signature, are contracts too.
 *
 * @typeParam C - the contract that is checked
 */
export type Contract<C> = {
  [Name in keyof C]: Name extends string
    ? EventEntry & { [Unknown in Exclude<keyof C[Name], Known>]: never }
    : never
}

/**
 * The contract of a bus that is opened without one. Empty, it allows every topic with payloads and replies of type
 * `any`; as soon as a declaration is merged into it, it is a contract as any other.
 *
 * A large application may so declare each topic beside the code that owns it:
 *
 * ```ts
 * declare module 'busbar' {
 *   interface Topics {
 *     'cart.viewed': { payload: { user: string } }
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is empty so that users merge their declarations into it.
export interface Topics {}

/** What is not checked, because no contract says what it is. */
// biome-ignore lint/suspicious/noExplicitAny: `unknown` would have to be cast at each use, and nothing is promised.
export type Unchecked = any

/** Whether `C` names no topics, so that nothing can be checked: `Topics` as it comes, `any`, or a `Record<string, …>`. */
export type IsOpen<C> = [keyof C] extends [never] ? true : string extends keyof C ? true : false

/** The entries of a contract by keys without braces: `'cart.{viewed,closed}'` is written as two keys. */
type Entries<C> = { [K in keyof C & string as Alternatives<K>]: C[K] }

/**
 * `keyof`, but remembered: the compiler keeps the results of a conditional type, and looks for the keys of a mapped type
 * each time. (An index by the keys would be kept too, but shown in its messages by the name of the alias.)
 */
export type Keys<T> = T extends unknown ? keyof T : never

/** All keys of a contract, written without braces. */
export type Key<C> = Keys<Entries<C>>

/** The keys whose entries have one reply. */
export type RequestKey<C> = Keys<{
  [K in Key<C> as KindOf<Entries<C>[K]> extends 'request' ? K : never]: true
}>

/** The keys whose entries have a reply that is a stream. */
export type StreamKey<C> = Keys<{ [K in Key<C> as KindOf<Entries<C>[K]> extends 'stream' ? K : never]: true }>

type KindOf<Entry> = 'reply' extends keyof Entry
  ? Entry extends { reply: infer Reply }
    ? IsStream<Reply> extends true
      ? 'stream'
      : 'request'
    : 'request'
  : 'event'

/** Whether a reply is one. `any` and `never` may be anything, so they are taken for one reply. */
type IsStream<Reply> = [Reply] extends [never]
  ? false
  : 0 extends 1 & Reply
    ? false
    : [Reply] extends [AsyncIterable<unknown>]
      ? true
      : false

/** The keys whose entries have none. */
export type EventKey<C> = Keys<{ [K in Key<C> as 'reply' extends keyof Entries<C>[K] ? never : K]: true }>

/** The payload that the entries of some keys have: a union when there are several. */
export type PayloadOfKey<C, K> = Member<Entries<C>, K, 'payload'>

/** The reply that the entries of some keys have: a union when there are several. */
export type ReplyOfKey<C, K> = Member<Entries<C>, K, 'reply'>

/** What the streams of some keys consist of: a union when there are several. */
export type ItemOfKey<C, K> =
  Member<Entries<C>, K, 'reply'> extends infer Reply
    ? Reply extends AsyncIterable<infer Item>
      ? Item
      : never
    : never

/** The errors that the handlers of some keys throw: a union when there are several, `unknown` where one does not say. */
export type ErrorOfKey<C, K> = K extends string
  ? Entries<C> extends { [Entry in K]: { error: infer Thrown } }
    ? Thrown
    : unknown
  : never

/** What the senders of some keys give: the payload, unless a schema makes that of something else. */
export type InputOfKey<C, K> = MemberOr<Entries<C>, K, 'input', 'payload'>

/** What the handlers of some keys return: the reply, unless a schema makes that of something else. */
export type AnswerOfKey<C, K> = MemberOr<Entries<C>, K, 'answer', 'reply'>

type MemberOr<Given, K, Name extends string, Other extends string> = K extends string
  ? Given extends { [Entry in K]: { [Part in Name]: infer Type } }
    ? Type
    : Member<Given, K, Other>
  : never

type Member<Given, K, Name extends string> = K extends string
  ? Given extends { [Entry in K]: { [Part in Name]: infer Type } }
    ? Type
    : never
  : never
