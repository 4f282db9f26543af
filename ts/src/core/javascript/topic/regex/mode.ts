/** How a regular expression is read. */
import type { Modifiers } from './tree.js'

/** What its flags say. */
export interface Mode {
  readonly ignoresCase: boolean
  /** With `u` or `v`: it sees code points, and nothing is left of Annex B. */
  readonly seesCharacters: boolean
  /** With `v`: classes nest, and hold texts. */
  readonly hasSets: boolean
}

/** Whether case is ignored inside of a group with modifiers. */
export function modified(ignoresCase: boolean, modifiers: Modifiers | undefined): boolean {
  if (modifiers === undefined) return ignoresCase
  return (ignoresCase || modifiers.on.includes('i')) && !modifiers.off.includes('i')
}
