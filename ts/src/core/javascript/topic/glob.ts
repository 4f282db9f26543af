/** A glob without alternatives: tokens, each literal or with wildcards. */
import { isReserved, MAX_TOPIC_BYTES } from './exact.js'
import type { Piece } from './pieces.js'
import { noPattern } from './refusal.js'
import { EXACT, ofGlob } from './specificity.js'
import { escaped, TokenGlob } from './token-glob.js'

/** `*`: anything. */
export const ONE = '*'
/** `**`: any number of tokens, none included. */
export const REST = '**'

/** What one token of a topic must be, or for {@link REST} any number of them: this text, or text with wildcards in it. */
export type Token = { readonly text: string } | TokenGlob | typeof ONE | typeof REST

/** A glob: what each token of a topic must be. */
export class Glob {
  /** At least one, and never two {@link REST} side by side. */
  readonly tokens: readonly Token[]
  /** A pattern that compiles to it; the same for equal globs, and for no others. */
  readonly source: string
  /** The one topic that it matches, if it has no wildcard: such globs come from alternatives. */
  readonly exact: string | undefined
  readonly specificity: number

  /** Compiles the pieces of `source` that one of its alternatives consists of; throws `ERR_BUS_INVALID_PATTERN`. */
  constructor(source: string, pieces: readonly Piece[]) {
    this.tokens = read(source, pieces)
    this.source = this.tokens.map(written).join('.')
    const literals = this.tokens.filter((token) => typeof token === 'object' && 'text' in token)
    const isExact = literals.length === this.tokens.length
    this.exact = isExact ? literals.map(({ text }) => text).join('.') : undefined
    const count = (isOne: (token: Token) => boolean): number => this.tokens.filter(isOne).length
    this.specificity = isExact
      ? EXACT
      : ofGlob({
          literals: literals.length,
          partials: count((token) => token instanceof TokenGlob),
          ones: count((token) => token === ONE),
          rests: count((token) => token === REST),
        })
    const bytes = minBytes(this.tokens)
    if (bytes > MAX_TOPIC_BYTES) {
      const reason = `it matches only topics of ${bytes} bytes or more, and none is longer than ${MAX_TOPIC_BYTES}: shorten it`
      throw noPattern(source, 0, reason)
    }
  }

  /** Whether it begins with a `$`, as addresses do: no user may register such a glob. */
  get seesReserved(): boolean {
    const [first] = this.tokens
    if (first instanceof TokenGlob) return isReserved(first.prefix)
    return typeof first === 'object' && isReserved(first.text)
  }

  /** Whether the topic matches, found out token by token. */
  matches(topic: string): boolean {
    if (isReserved(topic)) return false
    const { tokens } = this
    const given = topic.split('.')
    let next = 0
    let at = 0
    // What follows the last `**` that was passed, and where in the topic it is tried; as with `*` in a token, an earlier
    // one is never returned to.
    let afterRest = -1
    let from = 0
    for (;;) {
      const token = tokens[next]
      if (token === REST) {
        next++
        if (next === tokens.length) return true
        afterRest = next
        from = at
        continue
      }
      const text = given[at]
      if (token === undefined && text === undefined) return true
      if (token !== undefined && text !== undefined && tokenMatches(token, text)) {
        next++
        at++
        continue
      }
      if (afterRest < 0 || from >= given.length) return false
      at = ++from
      next = afterRest
    }
  }
}

/** The tokens that pieces make. */
function read(source: string, pieces: readonly Piece[]): Token[] {
  const tokens: Token[] = []
  let start = 0
  for (let at = 0; at <= pieces.length; at++) {
    const piece = pieces[at]
    if (piece !== undefined && piece.kind !== 'separator') continue
    if (at === start) {
      const reason =
        'an empty token matches no topic: write one `.` between two tokens and none at the ends, in every alternative'
      throw noPattern(source, piece?.at ?? source.length, reason)
    }
    const token = tokenOf(pieces.slice(start, at))
    if (token !== REST || tokens.at(-1) !== REST) tokens.push(token)
    start = at + 1
  }
  return tokens
}

function tokenOf(pieces: readonly Piece[]): Token {
  let text = ''
  for (const { kind } of pieces) {
    if (typeof kind !== 'object' || !('character' in kind)) {
      if (pieces.length === 2 && pieces.every((piece) => piece.kind === 'star')) return REST
      return TokenGlob.of(pieces) ?? ONE
    }
    text += kind.character
  }
  return { text }
}

/** Whether this one token of a topic matches. */
function tokenMatches(token: Token, text: string): boolean {
  if (token instanceof TokenGlob) return token.matches(text)
  return typeof token === 'string' || token.text === text
}

/** The length of the shortest topic that could match; one that is too small does no harm. */
function minBytes(tokens: readonly Token[]): number {
  const separated = tokens.filter((token) => token !== REST).length
  return tokens.reduce((sum, token) => sum + minTokenBytes(token), Math.max(0, separated - 1))
}

function minTokenBytes(token: Token): number {
  if (token instanceof TokenGlob) return Math.max(1, token.minBytes)
  if (typeof token === 'object') return Buffer.byteLength(token.text)
  return token === ONE ? 1 : 0
}

function written(token: Token): string {
  if (token instanceof TokenGlob) return token.source
  return typeof token === 'object' ? escaped(token.text) : token
}
