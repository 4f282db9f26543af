/**
 * Reads the source of a regular expression that `RegExp` has accepted, Annex B of the standard included; refuses what no
 * linear-time engine could match.
 */
import { ClassReader } from './class-reader.js'
import { Escapes } from './escapes.js'
import { type Mode, modified } from './mode.js'
import { backReference, boundaryWithModifiers, escapedName, lookAround, tooManyRounds } from './refusal.js'
import type { Disjunction, Modifiers, Term } from './tree.js'

const LOOKS: readonly (readonly [opening: string, kind: string])[] = [
  ['?=', 'lookahead `(?=…)`'],
  ['?!', 'negative lookahead `(?!…)`'],
  ['?<=', 'lookbehind `(?<=…)`'],
  ['?<!', 'negative lookbehind `(?<!…)`'],
]

/** The tree of a source; throws a {@link Refusal}. */
export function read(source: string, mode: Mode): Disjunction {
  const reader = new Reader(source, mode)
  const body = reader.disjunction(mode.ignoresCase)
  reader.finish()
  return body
}

class Reader {
  readonly #source: string
  readonly #mode: Mode
  readonly #escapes: Escapes
  readonly #classes: ClassReader
  /** How many groups capture, and whether one has a name: that decides what is a back-reference. */
  readonly #groups: number
  readonly #hasNames: boolean
  /** Where a `\b` is that ignores case by Unicode, and whether a group changes the flag `i`. */
  #foldingBoundary: number | undefined
  #changesCase = false
  #at = 0

  constructor(source: string, mode: Mode) {
    this.#source = source
    this.#mode = mode
    this.#escapes = new Escapes(source, mode.seesCharacters)
    this.#classes = new ClassReader(source, mode, this.#escapes)
    // Escapes and classes are matched first, so that brackets in them do not count.
    const groups = [...source.matchAll(mode.hasSets ? OUTSIDE_OF_SETS : OUTSIDE_OF_CLASSES)].filter(
      ([text]) => text.startsWith('('),
    )
    this.#groups = groups.length
    this.#hasNames = groups.some(([text]) => text.startsWith('(?<'))
  }

  /** To be called when all has been read. */
  finish(): void {
    if (this.#foldingBoundary !== undefined && this.#changesCase)
      throw boundaryWithModifiers(this.#foldingBoundary)
  }

  disjunction(ignoresCase: boolean): Disjunction {
    const alternatives: Term[][] = [[]]
    for (;;) {
      const character = this.#source[this.#at]
      if (character === undefined || character === ')') return alternatives
      if (character === '|') {
        this.#at++
        alternatives.push([])
      } else {
        alternatives.at(-1)?.push(this.#quantified(this.#at, this.#term(ignoresCase)))
      }
    }
  }

  /** The term with the quantifier behind it, if there is one. */
  #quantified(at: number, term: Term): Term {
    const start = this.#at
    const found = this.#take(/[*+?]\??|\{(\d+)(,(\d*))?\}\??/y)
    if (found === undefined) return term
    const [text, least, comma, most] = found
    const min = least === undefined ? (text.startsWith('+') ? 1 : 0) : Number(least)
    const max =
      least === undefined ? (text.startsWith('?') ? 1 : Number.POSITIVE_INFINITY) : upper(min, comma, most)
    const isCountable = Math.max(min, Number(most ?? 0)) <= Number.MAX_SAFE_INTEGER
    if (!isCountable) throw tooManyRounds(start)
    return { kind: 'quantifier', at, term, min, max }
  }

  #term(ignoresCase: boolean): Term {
    const at = this.#at
    switch (this.#source[at]) {
      case '^':
        this.#at++
        return { kind: 'start' }
      case '$':
        this.#at++
        return { kind: 'boundary' }
      case '.':
        this.#at++
        return { kind: 'set', only: undefined, hasStrings: false }
      case '[': {
        const { end, term } = this.#classes.read(at)
        this.#at = end
        return term
      }
      case '(':
        return this.#group(at, ignoresCase)
      case '\\':
        return this.#escape(at, ignoresCase)
      default: {
        const value = this.#mode.seesCharacters ? this.#source.codePointAt(at) : this.#source.charCodeAt(at)
        this.#at += (value ?? 0) > 0xffff ? 2 : 1
        return { kind: 'character', value: value ?? 0 }
      }
    }
  }

  #group(at: number, ignoresCase: boolean): Term {
    this.#at++
    for (const [opening, kind] of LOOKS)
      if (this.#source.startsWith(opening, this.#at)) throw lookAround(at, kind)
    const name = this.#take(/\?<([^>]*)>/y)?.[1]
    if (name?.includes('\\')) throw escapedName(at)
    const modifiers = name === undefined ? this.#modifiers() : undefined
    const body = this.disjunction(modified(ignoresCase, modifiers))
    // The `)`, which is there: RegExp has accepted the source.
    this.#at++
    return { kind: 'group', at, isNamed: name !== undefined, modifiers, body }
  }

  #modifiers(): Modifiers | undefined {
    const [, on = '', off = ''] = this.#take(/\?([ims]*)(?:-([ims]*))?:/y) ?? []
    if (on === '' && off === '') return undefined
    if (on.includes('i') || off.includes('i')) this.#changesCase = true
    return { on, off }
  }

  /** What begins with the `\` at `at`, outside of a class. */
  #escape(at: number, ignoresCase: boolean): Term {
    const letter = this.#source[at + 1] ?? ''
    if (letter === 'b' || letter === 'B') {
      if (ignoresCase && this.#mode.seesCharacters) this.#foldingBoundary ??= at
      this.#at += 2
      return { kind: 'boundary' }
    }
    const isNumber = /[1-9]/.test(letter)
    const number = isNumber ? Number(/\d+/.exec(this.#source.slice(at + 1))?.[0]) : 0
    if (isNumber && (this.#mode.seesCharacters || number <= this.#groups)) throw backReference(at)
    if (letter === 'k' && (this.#mode.seesCharacters || this.#hasNames)) throw backReference(at)
    const { end, value } = this.#escapes.read(at)
    this.#at = end
    return value === undefined
      ? { kind: 'set', only: undefined, hasStrings: false }
      : { kind: 'character', value }
  }

  #take(expected: RegExp): RegExpExecArray | undefined {
    expected.lastIndex = this.#at
    const found = expected.exec(this.#source)
    if (found === null) return undefined
    this.#at = expected.lastIndex
    return found
  }
}

/** An escape, a class, or the beginning of a group that captures. */
const OUTSIDE_OF_CLASSES = /\\.|\[(?:[^\]\\]|\\.)*\]|\((?!\?)|\(\?<(?![=!])/gs
/** As above, where classes nest: what is in them is looked at as well, but there a `(` is always escaped. */
const OUTSIDE_OF_SETS = /\\.|\((?!\?)|\(\?<(?![=!])/gs

/** The upper bound of `{min}`, `{min,}` and `{min,max}`. */
function upper(min: number, comma: string | undefined, most: string | undefined): number {
  if (comma === undefined) return min
  return most === undefined || most === '' ? Number.POSITIVE_INFINITY : Number(most)
}
