/** The pieces a glob is written in: characters, wildcards and classes, each with its place. */
import { Class, type Range } from './class.js'
import { isTokenCharacter, named } from './exact.js'
import { noPattern } from './refusal.js'

/** What a piece stands for: this character, or this class; the others are `.`, `*`, and `?` or a class of all characters. */
export type Kind = { readonly character: string } | Class | 'separator' | 'star' | 'any'

/** A piece, and where in the source it is written. */
export interface Piece {
  readonly at: number
  readonly kind: Kind
}

/** Reads the source of a glob from left to right. */
export class Reader {
  readonly source: string
  /** What is read next, as an index of the source. */
  at = 0

  constructor(source: string) {
    this.source = source
  }

  /** The character that is read next; empty at the end. */
  peek(): string {
    const point = this.source.codePointAt(this.at)
    return point === undefined ? '' : String.fromCodePoint(point)
  }

  /** Reads one character; empty at the end. */
  next(): string {
    const character = this.peek()
    this.at += character.length
    return character
  }

  /** The error that the pattern goes wrong there. */
  refuse(at: number, reason: string): Error {
    return noPattern(this.source, at, reason)
  }

  /** Reads one piece; nothing at the end. Braces and commas are ordinary characters to it. */
  piece(): Piece | undefined {
    const { at } = this
    const character = this.next()
    switch (character) {
      case '':
        return undefined
      case '.':
        return { at, kind: 'separator' }
      case '*':
        return { at, kind: 'star' }
      case '?':
        return { at, kind: 'any' }
      case '[':
        return { at, kind: this.#class(at) }
      case ']':
        throw this.refuse(at, 'this `]` closes nothing: write `\\]` for the character')
      case '\\': {
        const escaped = this.#escaped(at)
        return { at, kind: escaped === '.' ? 'separator' : this.#ordinary(at, escaped) }
      }
      default:
        return { at, kind: this.#ordinary(at, character) }
    }
  }

  /** A character that stands for itself, which topics must be able to hold. */
  #ordinary(at: number, character: string): Kind {
    if (isTokenCharacter(character.charCodeAt(0))) return { character }
    const isWildcard = character === '*' || character === '?'
    const advice = isWildcard ? 'leave it out, or take the `\\` away for the wildcard' : 'leave it out'
    const what = isWildcard ? `a \`${character}\`` : `the control character ${named(character)}`
    throw this.refuse(at, `no topic holds ${what}: ${advice}`)
  }

  /** The character behind the `\` at `at`. */
  #escaped(at: number): string {
    const character = this.next()
    if (character !== '') return character
    throw this.refuse(at, 'this `\\` has nothing to escape: write `\\\\` for the character, or take it away')
  }

  /** The class whose `[`, at `open`, has been read. */
  #class(open: number): Kind {
    const negated = this.peek() === '!' || this.peek() === '^'
    if (negated) this.next()
    const ranges: Range[] = []
    while (this.peek() !== ']') ranges.push(this.#range(open))
    if (ranges.length === 0) {
      const instead = 'write `\\]` for the character in a class, `\\[` for a `[` outside of one'
      throw this.refuse(open, `this class begins with \`]\`: ${instead}`)
    }
    this.next()
    const meaning = Class.meaning(negated, ranges)
    if (meaning === 'nothing') {
      const reason =
        'no topic holds a character of this class: `.`, `*`, `?` and control characters never match'
      throw this.refuse(open, reason)
    }
    if (meaning === 'anything') return 'any'
    return meaning instanceof Class ? meaning : { character: String.fromCodePoint(meaning) }
  }

  #range(open: number): Range {
    const { at } = this
    const first = this.#member(open)
    if (!this.#beginsRange()) return [first, first]
    this.next()
    const last = this.#member(open)
    if (last >= first) return [first, last]
    const written = this.source.slice(at, this.at)
    throw this.refuse(at, `the range \`${written}\` runs backwards: write the lower character first`)
  }

  /** Whether a `-` follows that is not the last character of the class. */
  #beginsRange(): boolean {
    return this.source.startsWith('-', this.at) && !this.source.startsWith('-]', this.at)
  }

  /** One character of the class that began at `open`. */
  #member(open: number): number {
    const { at } = this
    let character = this.next()
    if (character === '\\') character = this.#escaped(at)
    else if (character === '[' && this.peek() === ':') {
      const instead = 'write the ranges, or `\\[` for the character'
      throw this.refuse(at, `classes by name, such as \`[:alpha:]\`, are not understood: ${instead}`)
    } else if (character === '') {
      throw this.refuse(open, 'this `[` is not closed: add a `]`, or write `\\[` for the character')
    }
    return character.codePointAt(0) ?? 0
  }
}
