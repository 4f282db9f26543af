/** Reads a class: what matters is whether it is one character in disguise, and whether it may match a text. */
import type { Escape, Escapes } from './escapes.js'
import type { Mode } from './mode.js'
import type { Term } from './tree.js'

type Set = Extract<Term, { kind: 'set' }>

/** A class that was read, and where it ends. */
export interface ReadClass {
  readonly end: number
  readonly term: Set
}

/** Nothing, one character, or more. */
type Content = 'nothing' | number | 'more'

/** Reads the classes of one source. */
export class ClassReader {
  readonly #source: string
  readonly #mode: Mode
  readonly #escapes: Escapes

  constructor(source: string, mode: Mode, escapes: Escapes) {
    this.#source = source
    this.#mode = mode
    this.#escapes = escapes
  }

  /** The class whose `[` is at `open`. */
  read(open: number): ReadClass {
    const negated = this.#source[open + 1] === '^'
    let at = open + (negated ? 2 : 1)
    let content: Content = 'nothing'
    let hasStrings: boolean | undefined
    while (this.#source[at] !== ']') {
      const operator = this.#mode.hasSets ? this.#source.slice(at, at + 2) : ''
      if (operator === '--' || operator === '&&') {
        const right = this.#member(at + 2)
        at = right.end
        // What is left depends on both sides; it is one character only where nobody would write it so.
        content = 'more'
        hasStrings = (hasStrings ?? false) && (operator === '--' || right.hasStrings)
        continue
      }
      const member = this.#member(at)
      at = member.end
      content = united(content, member.content)
      hasStrings = (hasStrings ?? false) || member.hasStrings
    }
    const only = !negated && typeof content === 'number' ? content : undefined
    return { end: at + 1, term: { kind: 'set', only, hasStrings: hasStrings ?? false } }
  }

  /** A member, which may be a range, a nested class, or a list of texts. */
  #member(at: number): { end: number; content: Content; hasStrings: boolean } {
    if (this.#mode.hasSets && this.#source[at] === '[') {
      const { end, term } = this.read(at)
      return { end, content: term.only ?? 'more', hasStrings: term.hasStrings }
    }
    if (this.#mode.hasSets && this.#source.startsWith('\\q{', at)) return this.#texts(at)
    const first = this.#character(at)
    const isRange =
      this.#source[first.end] === '-' &&
      this.#source[first.end + 1] !== ']' &&
      !(this.#mode.hasSets && this.#source[first.end + 1] === '-')
    if (!isRange) return { end: first.end, content: first.value ?? 'more', hasStrings: false }
    const last = this.#character(first.end + 1)
    const content = first.value !== undefined && first.value === last.value ? first.value : 'more'
    return { end: last.end, content, hasStrings: false }
  }

  /** `\q{a|bc}`, whose `\` is at `at`. */
  #texts(at: number): { end: number; content: Content; hasStrings: boolean } {
    let end = at + 3
    let length = 0
    let hasStrings = false
    for (;;) {
      const character = this.#source[end]
      if (character === '|' || character === '}') {
        hasStrings ||= length !== 1
        length = 0
        end++
        if (character === '}') return { end, content: 'more', hasStrings }
      } else {
        end = this.#character(end).end
        length++
      }
    }
  }

  #character(at: number): Escape {
    if (this.#source[at] !== '\\') {
      const value = this.#mode.seesCharacters ? this.#source.codePointAt(at) : this.#source.charCodeAt(at)
      return { end: at + ((value ?? 0) > 0xffff ? 2 : 1), value }
    }
    return this.#source[at + 1] === 'b' ? { end: at + 2, value: 8 } : this.#escapes.read(at)
  }
}

function united(left: Content, right: Content): Content {
  if (left === 'nothing' || left === right) return right
  return right === 'nothing' ? left : 'more'
}
