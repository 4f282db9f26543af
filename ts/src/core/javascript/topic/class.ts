/** A class of a glob: one character out of `[…]`. */
import { isTokenCharacter } from './exact.js'

/** Code points from the first to the last. */
export type Range = readonly [first: number, last: number]

const END_OF_ASCII = 0x7f
const LAST_POINT = 0x10_ffff

/** What a class comes down to: no character, one, every character that a topic can hold, or some. */
export type Meaning = 'nothing' | 'anything' | number | Class

/** A set of characters, in one form for one set of ranges: sorted, apart, without characters that topics do not hold. */
export class Class {
  /** How it is written in that form. */
  readonly source: string
  readonly #negated: boolean
  readonly #ranges: readonly Range[]

  private constructor(negated: boolean, ranges: readonly Range[]) {
    this.#negated = negated
    this.#ranges = ranges
    this.source = `[${negated ? '!' : ''}${ranges.map(written).join('')}]`
  }

  /** The class of `ranges`, or of all characters but those. */
  static meaning(negated: boolean, ranges: readonly Range[]): Meaning {
    const normal = normalised(ranges)
    const [only] = normal
    if (only === undefined) return negated ? 'anything' : 'nothing'
    if (!negated && normal.length === 1 && only[0] === only[1]) return only[0]
    return negated && coversEverything(normal) ? 'nothing' : new Class(negated, normal)
  }

  /** The fewest bytes a character of this class takes. */
  get minBytes(): number {
    return this.#negated ? 1 : Buffer.byteLength(String.fromCodePoint(this.#ranges[0]?.[0] ?? 0))
  }

  /** Whether a character is in the class. */
  contains(point: number): boolean {
    for (const [first, last] of this.#ranges) if (point >= first && point <= last) return !this.#negated
    return this.#negated
  }
}

/** Whether between the ranges lie only characters that topics do not hold. */
function coversEverything(ranges: readonly Range[]): boolean {
  let next: number | undefined = 0
  for (const [first, last] of ranges) {
    for (let point = next ?? first; point < first; point++) if (isTokenCharacter(point)) return false
    next = after(last)
  }
  return next === undefined
}

/** The ranges sorted, merged, and without the characters that no token holds. */
function normalised(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = []
  for (const [first, last] of ranges.toSorted(([a, b], [c, d]) => a - c || b - d)) {
    const before = merged.at(-1)
    if (before !== undefined && (first <= before[1] || after(before[1]) === first))
      before[1] = Math.max(before[1], last)
    else merged.push([first, last])
  }
  return merged.flatMap(legalParts)
}

/** A range cut up at the characters that no token holds: all of them are ASCII. */
function legalParts([first, last]: Range): Range[] {
  const parts: [number, number][] = []
  for (let point = first; point <= Math.min(last, END_OF_ASCII); point++) {
    if (!isTokenCharacter(point)) continue
    const before = parts.at(-1)
    if (before !== undefined && before[1] + 1 === point) before[1] = point
    else parts.push([point, point])
  }
  // U+007F itself is no token's, so what comes before never touches this part.
  if (last > END_OF_ASCII) parts.push([Math.max(first, END_OF_ASCII + 1), last])
  return parts
}

/** The character after this one, if there is one. */
function after(point: number): number | undefined {
  if (point === LAST_POINT) return undefined
  return point === 0xd7ff ? 0xe000 : point + 1
}

function written([first, last]: Range): string {
  return first === last ? member(first) : `${member(first)}-${member(last)}`
}

/** One end of a range, escaped where it would mean something else. */
function member(point: number): string {
  return String.fromCodePoint(point).replace(/[[\]\\\-!^]/, '\\$&')
}
