/**
 * From a topic to the entries of a contract, and whether a verb may be used on it.
 *
 * Several keys may match one topic. The most specific decides: `cart.vip.price` before `cart.*.price` before `cart.**`.
 * Keys of one rank decide together: their union.
 *
 * A topic may be a template. A hole is taken for exactly one token, of any value: the key it is published under must
 * match them all, and the payload must suit every more specific key that the value may turn out to name.
 */
import type {
  ErrorOfKey,
  EventKey,
  InputOfKey,
  IsOpen,
  ItemOfKey,
  Key,
  ReplyOfKey,
  RequestKey,
  StreamKey,
  Unchecked,
} from './contract.js'
import type { Covers, Glob, Overlaps, Tokens, TopicOf } from './patterns.js'
import type { MoreSpecific } from './specificity.js'

declare const refused: unique symbol

/**
 * What a parameter becomes when its argument is refused: a type that nothing is assignable to, and that says why.
 *
 * @typeParam Reason - what is wrong with the argument
 * @typeParam Expected - the keys that would have been understood
 */
export interface Refused<Reason extends string, Expected = never> {
  readonly [refused]: [Reason, Expected]
}

/**
 * The keys by their first and by their last token, globs under `*`. It spares large contracts most comparisons: a topic
 * or a pattern is compared with those keys only that begin and end as it does.
 */
type KeysByHead<C> = { [K in Key<C> as HeadOf<K>]: K }
type KeysByTail<C> = { [K in Key<C> as TailOf<K>]: K }

type HeadOf<Text extends string> =
  Tokens<Text> extends [infer Head extends string, ...string[]] ? Known<Head> : '*'
type TailOf<Text extends string> =
  Tokens<Text> extends [...string[], infer Tail extends string] ? Known<Tail> : '*'
type Known<Token extends string> = IsLiteral<Token> extends true ? Token : '*'

type Candidates<C, P extends string> =
  HeadOf<P> extends '*'
    ? CandidatesByTail<C, TailOf<P>>
    : TailOf<P> extends '*'
      ? At<KeysByHead<C>, HeadOf<P>>
      : Extract<At<KeysByHead<C>, HeadOf<P>>, At<KeysByTail<C>, TailOf<P>>>

type CandidatesByTail<C, Tail extends string> = Tail extends '*' ? Key<C> : At<KeysByTail<C>, Tail>

type At<Index, Token extends string> = Found<Index, Token> | Found<Index, '*'>
type Found<Index, Token extends string> = Index extends { [Name in Token]: infer K } ? K : never

/**
 * The keys of which at least one topic is a topic of `P` too. A literal topic is matched with the template of a key
 * before its tokens are compared, because templates are what the compiler is fast at.
 */
type MeetingKey<C, P extends string, K = Candidates<C, P>> =
  IsLiteral<P> extends true
    ? K extends string
      ? P extends TopicOf<K>
        ? MeetingOf<P, K>
        : never
      : never
    : MeetingOf<P, K>

type MeetingOf<P extends string, K> = K extends string
  ? Overlaps<Tokens<K>, Tokens<P>> extends true
    ? K
    : never
  : never

/** Whether it is one topic: no glob, and no hole, which would make it an index signature where a key is asked for. */
type IsLiteral<P extends string> = P extends Glob
  ? false
  : Record<never, never> extends Record<P, 1>
    ? false
    : true

/** Those among `K` that match every topic of `P`. */
type CoveringKey<P extends string, K, AnyToken extends string = '*'> = K extends string
  ? Covers<Tokens<K>, Tokens<P>, AnyToken> extends true
    ? K
    : never
  : never

/** `K` without those that yield, for every topic of `P`, to a more specific key. */
type Undominated<P extends string, K, Covering = CoveringKey<P, K>> = K extends string
  ? true extends Dominated<K, Covering>
    ? never
    : K
  : never

type Dominated<K extends string, By> = By extends string ? MoreSpecific<Tokens<By>, Tokens<K>> : never

/**
 * The keys that decide about the topics of `P`, which is a topic, a template or a pattern: one key for a literal topic,
 * save for ties; for the others, each key that is the most specific one for some topic of `P`. `string` gives all.
 */
export type DecidingKey<C, P extends string> = P extends unknown
  ? string extends P
    ? Key<C>
    : Undominated<P, MeetingKey<C, P>>
  : never

/** Whether some key among `Allowed` decides about the topic and is sure to match it. */
type IsAllowed<C, T extends string, Allowed> = [
  CoveringKey<T, Extract<DecidingKey<C, T>, Allowed>, Glob>,
] extends [never]
  ? false
  : true

/**
 * What every verb that sends asks of its topic. While an argument is being written it is a `string` to the compiler: the
 * literals in that branch are what editors suggest, and `string &` is what makes it infer templates as such.
 */
type Sendable<C, T extends string, Allowed, OtherKind> =
  IsOpen<C> extends true
    ? T
    : T extends unknown
      ? string extends T
        ?
            | Exclude<Allowed, Glob>
            | (string & Refused<'a string cannot be checked: use a literal or a template'>)
        : T extends `${string}${'*' | '?'}${string}`
          ? Refused<`'${T}' is a pattern, and a message needs one topic`, Allowed>
          : T extends Allowed
            ? T
            : IsAllowed<C, T, Allowed> extends true
              ? T
              : IsAllowed<C, T, Key<C>> extends true
                ? OtherKind
                : Refused<`no key of the contract matches '${T}'`, Allowed>
      : never

/** `T` where it is the topic of events under the contract `C`; else a {@link Refused} that says why not. */
export type EventTopic<C, T extends string> = Sendable<
  C,
  T,
  EventKey<C>,
  Refused<`'${T}' is the topic of a request: use request()`, EventKey<C>>
>

/** `T` where it is the topic of notifications; else a {@link Refused}. An entry without a reply may be either. */
export type NotificationTopic<C, T extends string> = EventTopic<C, T>

/** `T` where it is the topic of requests under the contract `C`; else a {@link Refused} that says why not. */
export type RequestTopic<C, T extends string> = Sendable<
  C,
  T,
  RequestKey<C>,
  IsAllowed<C, T, StreamKey<C>> extends true
    ? Refused<`'${T}' is answered with a stream: use stream()`, RequestKey<C>>
    : Refused<`'${T}' has no reply: use publish() or send(), or give its entry a reply`, RequestKey<C>>
>

/** `T` where it is the topic of streams under the contract `C`; else a {@link Refused} that says why not. */
export type StreamTopic<C, T extends string> = Sendable<
  C,
  T,
  StreamKey<C>,
  IsAllowed<C, T, RequestKey<C>> extends true
    ? Refused<`'${T}' is answered once: use request()`, StreamKey<C>>
    : Refused<`'${T}' has no reply: use publish() or send(), or give its entry a reply`, StreamKey<C>>
>

/**
 * What a sender must give for the topic `T`: `any` without a contract, `never` for a topic that no key matches. Where
 * `T` is a union or a template, one payload for all that it may turn out to be.
 *
 * @typeParam Allowed - the keys of the kind that is sent; all by default
 */
export type PayloadOf<C, T extends string, Allowed = Key<C>> =
  IsOpen<C> extends true
    ? Unchecked
    : AllOf<T extends unknown ? Demands<C, T, Extract<DecidingKey<C, T>, Allowed>> : never>

/** Boxes, one for each payload that is asked for: one for a literal topic, one for each key of a template. */
type Demands<C, T extends string, K> = [K] extends [never]
  ? Box<never>
  : IsLiteral<T> extends true
    ? Box<InputOfKey<C, K>>
    : K extends unknown
      ? Box<InputOfKey<C, K>>
      : never

/** A parameter's position is contravariant: inferred from several boxes, it is the intersection of their contents. */
type Box<Payload> = (payload: Payload) => void

type AllOf<Boxes> = [Boxes] extends [Box<infer Payload>] ? Payload : never

/** What the streams of `T` consist of: `any` without a contract, a union where several keys decide. */
export type ItemOf<C, T extends string> =
  IsOpen<C> extends true ? Unchecked : ItemOfKey<C, Extract<DecidingKey<C, T>, StreamKey<C>>>

/** What a request to `T` resolves to: `any` without a contract, a union where several keys decide. */
export type ReplyOf<C, T extends string> =
  IsOpen<C> extends true ? Unchecked : ReplyOfKey<C, Extract<DecidingKey<C, T>, RequestKey<C>>>

/** What the handlers of `T` throw: `unknown` where no key that decides says so. */
export type ErrorOf<C, T extends string> =
  IsOpen<C> extends true ? unknown : ErrorOfKey<C, Extract<DecidingKey<C, T>, RequestKey<C> | StreamKey<C>>>
