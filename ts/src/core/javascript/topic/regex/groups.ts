/**
 * Whether named groups capture the same here as in the native core. Two rules of JavaScript are its own: a round of a
 * repetition begins by forgetting what its groups captured, and a round that matches nothing does not count. Where either
 * could show in a named group, the expression is refused by both cores; groups without a name may do what they like.
 */
import { emptyRound, forgottenGroup } from './refusal.js'
import type { Disjunction, Term } from './tree.js'

/** Checks a whole expression; throws a {@link Refusal}. */
export function checkGroups(body: Disjunction): void {
  if (names(body, false).size > 0) checkDisjunction(body)
}

function checkDisjunction(body: Disjunction): void {
  for (const alternative of body) for (const term of alternative) checkTerm(term)
}

function checkTerm(term: Term): void {
  if (term.kind === 'group') checkDisjunction(term.body)
  if (term.kind !== 'quantifier') return
  const { at, term: repeated, min, max } = term
  if (max !== min && isNullable(repeated)) throw emptyRound(at)
  if (max > 1 && termNames(repeated, false).size !== termNames(repeated, true).size) throw forgottenGroup(at)
  checkTerm(repeated)
}

/** Where named groups begin: all of them, or those that take part in every match. */
function names(body: Disjunction, certain: boolean): Set<number> {
  const each = body.map(
    (alternative) => new Set(alternative.flatMap((term) => [...termNames(term, certain)])),
  )
  if (!certain) return new Set(each.flatMap((some) => [...some]))
  const [first = new Set<number>(), ...others] = each
  return new Set([...first].filter((name) => others.every((some) => some.has(name))))
}

function termNames(term: Term, certain: boolean): Set<number> {
  if (term.kind === 'quantifier') return certain && term.min === 0 ? new Set() : termNames(term.term, certain)
  if (term.kind !== 'group') return new Set()
  const found = names(term.body, certain)
  return term.isNamed ? found.add(term.at) : found
}

/** Whether the term could match nothing; where it is not plain, yes. */
function isNullable(term: Term): boolean {
  switch (term.kind) {
    case 'character':
      return false
    case 'set':
      return term.hasStrings
    case 'start':
    case 'boundary':
      return true
    case 'group':
      return term.body.some((alternative) => alternative.every(isNullable))
    case 'quantifier':
      return term.min === 0 || isNullable(term.term)
  }
}
