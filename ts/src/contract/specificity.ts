/** Which of two globs says more about the topics that it matches, in the order that the core uses as well. */
import type { Glob } from './patterns.js'

/**
 * Whether `A` is more specific than `B`: it has more literal tokens; with as many, more partial globs; with as many of
 * those too, more `*`; and at last, fewer `**`. So a literal beats `*`, and `*` beats `**`.
 *
 * @example
 * const literalFirst: MoreSpecific<['cart', 'vip', 'price'], ['cart', '*', 'price']> = true
 */
export type MoreSpecific<A extends string[], B extends string[]> = Longer<
  OfSort<A, 'literal'>,
  OfSort<B, 'literal'>,
  Longer<
    OfSort<A, 'partial'>,
    OfSort<B, 'partial'>,
    Longer<OfSort<A, 'one'>, OfSort<B, 'one'>, Longer<OfSort<B, 'rest'>, OfSort<A, 'rest'>, false>>
  >
>

type Longer<A extends string[], B extends string[], WhenEqual> = A extends [...B, string, ...string[]]
  ? true
  : B extends [...A, string, ...string[]]
    ? false
    : WhenEqual

/** As many strings as there are tokens of a sort: a tuple is how a type counts. */
type OfSort<Rest extends string[], Sort, Found extends string[] = []> = Rest extends [
  infer Head extends string,
  ...infer Tail extends string[],
]
  ? OfSort<Tail, Sort, SortOf<Head> extends Sort ? [...Found, string] : Found>
  : Found

type SortOf<Token extends string> = Token extends '**'
  ? 'rest'
  : Token extends '*'
    ? 'one'
    : Token extends Glob
      ? 'partial'
      : 'literal'
