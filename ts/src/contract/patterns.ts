/**
 * The pattern language at the level of types: topics and patterns as tuples of tokens, and how two of them meet.
 *
 * It follows the core token by token, with one leniency: a token that is a glob only in part (`a*`, `[0-9]`, `?`)
 * counts as any one token, because a type cannot afford to interpret it. The core does, at run time.
 */

/** What receivers are registered with: an exact topic, a glob, or a regular expression. */
export type Pattern = string | RegExp

/** A text with a character that means more than itself in a glob. */
export type Glob = `${string}${'*' | '?' | '[' | '{' | '\\'}${string}`

/**
 * What a glob with braces stands for, as a union: `'cart.{viewed,closed}'` is `'cart.viewed' | 'cart.closed'`. As in the
 * core, alternatives are expanded as text, so they may hold `.` and wildcards, and may be nested. Left as they are:
 * braces without a comma, and globs with a class or an escape, where a brace may not be a brace.
 */
export type Alternatives<Text extends string> = Text extends `${string}${'[' | '\\'}${string}`
  ? Text
  : Text extends `${infer UpToClosing}}${infer After}`
    ? Text extends `${string},${string}`
      ? Expanded<UpToClosing, After>
      : Text
    : Text

/** `Before{Inside` and what followed the first closing brace; the last opening one belongs to it. */
type Expanded<
  UpToClosing extends string,
  After extends string,
  Before extends string = '',
> = UpToClosing extends `${infer Head}{${infer Inside}`
  ? Inside extends `${string}{${string}`
    ? Expanded<Inside, After, `${Before}${Head}{`>
    : Inside extends `${string},${string}`
      ? Alternatives<`${Before}${Head}${Choices<Inside>}${After}`>
      : `${Before}${UpToClosing}}${After}`
  : `${Before}${UpToClosing}}${After}`

type Choices<List extends string> = List extends `${infer Head},${infer Rest}` ? Head | Choices<Rest> : List

/** The `.`-separated tokens of a topic or a glob: `'orders.*.created'` is `['orders', '*', 'created']`. */
export type Tokens<
  Text extends string,
  Done extends string[] = [],
> = Text extends `${infer Head}.${infer Rest}` ? Tokens<Rest, [...Done, Head]> : [...Done, Text]

/**
 * The topics that a pattern can match, as a template: `'orders.*.created'` gives `` `orders.${string}.created` ``, and
 * `'orders.**'` gives `` 'orders' | `orders.${string}` ``. A regular expression gives `string`.
 *
 * @example
 * const topic: TopicOf<'orders.*.created'> = 'orders.42.created'
 */
export type TopicOf<P extends Pattern> = P extends string
  ? string extends P
    ? string
    : Joined<Tokens<Alternatives<P>>>
  : string

/** The tokens as one template; each part that goes before `Rest` brings its own separator. */
type Joined<Rest extends string[], Done extends string = ''> = Rest extends [
  infer Head extends string,
  ...infer Tail extends string[],
]
  ? Head extends '**'
    ? Joined<Tail, Done> | Joined<Tail, Append<Done, string>>
    : Joined<Tail, Append<Done, Head extends Glob ? string : Head>>
  : Done

type Append<Done extends string, Token extends string> = Done extends '' ? Token : `${Done}.${Token}`

/** Whether a topic exists that both match. Each may be a glob, or a topic whose `${string}` holes are one token each. */
export type Overlaps<A extends string[], B extends string[]> = A extends [
  infer HeadA extends string,
  ...infer TailA extends string[],
]
  ? HeadA extends '**'
    ? Overlaps<TailA, B> extends true
      ? true
      : B extends [string, ...infer TailB extends string[]]
        ? Overlaps<A, TailB>
        : false
    : B extends [infer HeadB extends string, ...infer TailB extends string[]]
      ? HeadB extends '**'
        ? Overlaps<A, TailB> extends true
          ? true
          : Overlaps<TailA, B>
        : TokensMeet<HeadA, HeadB> extends true
          ? Overlaps<TailA, TailB>
          : false
      : false
  : B extends '**'[]
    ? true
    : false

/** A literal meets itself; a hole meets what fits into it, and `*` meets everything. */
type TokensMeet<A extends string, B extends string> = A extends Glob
  ? true
  : B extends Glob
    ? true
    : A extends B
      ? true
      : B extends A
        ? true
        : false

/**
 * Whether `Wide` matches every topic that `Narrow` matches. A token of `Wide` that extends `AnyToken` matches any one
 * token: `'*'` is strict, `Glob` accepts partial globs without a look at what they would match.
 */
export type Covers<
  Wide extends string[],
  Narrow extends string[],
  AnyToken extends string = '*',
> = Wide extends [infer HeadW extends string, ...infer TailW extends string[]]
  ? HeadW extends '**'
    ? Covers<TailW, Narrow, AnyToken> extends true
      ? true
      : Narrow extends [string, ...infer TailN extends string[]]
        ? Covers<Wide, TailN, AnyToken>
        : false
    : Narrow extends [infer HeadN extends string, ...infer TailN extends string[]]
      ? HeadN extends '**'
        ? false
        : HeadW extends AnyToken
          ? Covers<TailW, TailN, AnyToken>
          : HeadN extends HeadW
            ? Covers<TailW, TailN, AnyToken>
            : false
      : false
  : Narrow extends []
    ? true
    : false
