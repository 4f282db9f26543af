/**
 * Which of two patterns says more about the topics that it matches: the greater number is asked first where one
 * receiver is chosen and priorities are equal. The order is total:
 *
 * 1. an exact topic, above all others;
 * 2. globs: the one with more literal tokens (`a.b.*` over `a.*.*`), then with more partial ones (`a.b*` over `a.*`),
 *    then with more `*` (`a.*` over `a.**`), then with fewer `**`;
 * 3. regular expressions: the one with the longer literal prefix.
 */

/** That of an exact topic. */
export const EXACT = 0xffff_ffff

/** The two highest bits tell the kinds apart. */
const GLOB = 2 << 30
const REGEX = 1 << 30

/** How many tokens of each kind a glob has. */
export interface TokenCounts {
  readonly literals: number
  readonly partials: number
  readonly ones: number
  readonly rests: number
}

/**
 * That of a glob. A topic has at most 128 tokens, so 8 bits hold each count of tokens that match one; `**` beyond 63
 * count as 63.
 */
export function ofGlob({ literals, partials, ones, rests }: TokenCounts): number {
  const fewerRests = 63 - Math.min(rests, 63)
  const counts =
    (Math.min(literals, 255) << 22) | (Math.min(partials, 255) << 14) | (Math.min(ones, 255) << 6)
  return (GLOB | counts | fewerRests) >>> 0
}

/** That of a regular expression whose matches all start with so many given bytes. */
export function ofRegex(prefixBytes: number): number {
  return REGEX | Math.min(prefixBytes, REGEX - 1)
}
