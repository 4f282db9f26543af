/** The literal with which every match begins: by it expressions are sorted into buckets, and it is their specificity. */
import { hasOtherCases } from './case.js'
import { type Mode, modified } from './mode.js'
import type { Disjunction, Term } from './tree.js'

/** A run of code units or points, and whether it is the whole of what it was read from. */
interface Literal {
  readonly values: readonly number[]
  readonly whole: boolean
}

/** The longest such literal that is plain to see; empty if matches may begin anywhere in a topic. */
export function literalPrefix(body: Disjunction, flags: string, mode: Mode): string {
  const beginsAtStart = body.every(([first]) => first?.kind === 'start')
  const anchored = flags.includes('y') || (!flags.includes('m') && beginsAtStart)
  if (!anchored) return ''
  const text = String.fromCodePoint(
    ...ofDisjunction(body, mode.ignoresCase, mode.seesCharacters, true).values,
  )
  // Half of a pair is left to the expression itself.
  const half = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text)
  return half === null ? text : text.slice(0, half.index)
}

function ofDisjunction(
  body: Disjunction,
  ignoresCase: boolean,
  seesCharacters: boolean,
  outermost: boolean,
): Literal {
  const literals = body.map((alternative): Literal => {
    const values: number[] = []
    for (const [index, term] of alternative.entries()) {
      if (outermost && index === 0 && term.kind === 'start') continue
      const next = ofTerm(term, ignoresCase, seesCharacters)
      values.push(...next.values)
      if (!next.whole) return { values, whole: false }
    }
    return { values, whole: true }
  })
  return literals.reduce(shared)
}

/** What two literals begin with. */
function shared(left: Literal, right: Literal): Literal {
  let length = 0
  while (length < left.values.length && left.values[length] === right.values[length]) length++
  const same = length === left.values.length && length === right.values.length
  return { values: left.values.slice(0, length), whole: left.whole && right.whole && same }
}

function ofTerm(term: Term, ignoresCase: boolean, seesCharacters: boolean): Literal {
  if (term.kind === 'group') {
    return ofDisjunction(term.body, modified(ignoresCase, term.modifiers), seesCharacters, false)
  }
  const value =
    term.kind === 'character' ? term.value : term.kind === 'set' && !term.hasStrings ? term.only : undefined
  if (value === undefined || (ignoresCase && hasOtherCases(value, seesCharacters)))
    return { values: [], whole: false }
  return { values: [value], whole: true }
}
