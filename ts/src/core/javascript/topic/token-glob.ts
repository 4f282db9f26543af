/** A glob inside one token: `order-*`, `v?`, `[a-c]*`. */
import { Class } from './class.js'
import type { Piece } from './pieces.js'

/**
 * What one token is made of: these characters, never twice side by side; any one character; one of a class; any number
 * of characters, never twice side by side, and never before an `any`.
 */
type Part = string | typeof ANY | Class | typeof STAR

const ANY = 0
const STAR = 1

/** The wildcards of one token, compiled. Two that match the same by the same parts have the same source. */
export class TokenGlob {
  /** A pattern that compiles to this one. */
  readonly source: string
  /** The fewest bytes a match takes. */
  readonly minBytes: number
  readonly #parts: readonly Part[]

  private constructor(parts: readonly Part[]) {
    this.#parts = parts
    this.source = parts.map(written).join('')
    this.minBytes = parts.reduce((sum: number, part) => sum + minBytes(part), 0)
  }

  /** Compiles the pieces of one token; `undefined` for every token: none is empty, so `?*` says no more than `*`. */
  static of(pieces: readonly Piece[]): TokenGlob | undefined {
    const parts: Part[] = []
    for (const { kind } of pieces) {
      const before = parts.at(-1)
      if (kind instanceof Class) parts.push(kind)
      else if (typeof kind === 'object') {
        if (typeof before === 'string') parts[parts.length - 1] = before + kind.character
        else parts.push(kind.character)
      } else if (kind === 'star') {
        if (before !== STAR) parts.push(STAR)
      } else if (before === STAR) {
        // `*?` is `?*`: written one way, they are equal.
        parts.splice(-1, 0, ANY)
      } else parts.push(ANY)
    }
    const [first, second] = parts
    const isAnything =
      first === STAR ? parts.length === 1 : first === ANY && second === STAR && parts.length === 2
    return isAnything ? undefined : new TokenGlob(parts)
  }

  /** The characters with which every match begins. */
  get prefix(): string {
    const [first] = this.#parts
    return typeof first === 'string' ? first : ''
  }

  /**
   * Whether the whole of `token` matches. It takes at most as many steps as the token has characters times the pattern's,
   * whatever they are.
   */
  matches(token: string): boolean {
    const parts = this.#parts
    let next = 0
    let at = 0
    // What follows the last `*` that was passed, and where in the token it is tried. An earlier `*` is never returned to:
    // whatever it could take, the last one can.
    let afterStar = -1
    let from = 0
    for (;;) {
      const part = parts[next]
      if (part === STAR) {
        next++
        if (next === parts.length) return true
        afterStar = next
        from = at
        continue
      }
      const end = part === undefined ? (at === token.length ? at : -1) : taken(part, token, at)
      if (end >= 0) {
        if (part === undefined) return true
        next++
        at = end
        continue
      }
      if (afterStar < 0 || from >= token.length) return false
      from = afterCharacter(token, from)
      at = from
      next = afterStar
    }
  }
}

/** Where in `token` this part, which begins at `at`, ends; −1 where it does not match. */
function taken(part: Part, token: string, at: number): number {
  if (typeof part === 'string') return token.startsWith(part, at) ? at + part.length : -1
  if (at >= token.length) return -1
  if (part instanceof Class && !part.contains(token.codePointAt(at) ?? 0)) return -1
  return afterCharacter(token, at)
}

function afterCharacter(token: string, at: number): number {
  return at + ((token.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
}

function minBytes(part: Part): number {
  if (typeof part === 'string') return Buffer.byteLength(part)
  if (part instanceof Class) return part.minBytes
  return part === ANY ? 1 : 0
}

function written(part: Part): string {
  if (typeof part === 'string') return escaped(part)
  if (part instanceof Class) return part.source
  return part === ANY ? '?' : '*'
}

/** The glob for just this text: also within braces, where a comma would part it. */
export function escaped(text: string): string {
  return text.replace(/[*?[\]{},\\]/g, '\\$&')
}
