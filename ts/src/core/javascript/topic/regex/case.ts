/** Whether ignoring case makes a character the same as another. */

/** Characters that might be: those that change when all of their case changes. Collected at the first question. */
let cased: string | undefined

/** The last plane that has letters with case. */
const LAST_CASED = 0x1_ffff

/** Whether there is another character that the flag `i` takes for this one. */
export function hasOtherCases(value: number, seesCharacters: boolean): boolean {
  const character = String.fromCodePoint(value)
  if (!changes(character)) return false
  cased ??= Array.from({ length: LAST_CASED + 1 }, (_, point) => String.fromCodePoint(point))
    .filter(changes)
    .join('')
  // One escape for all, so that no character has a meaning.
  const written = seesCharacters ? `\\u{${value.toString(16)}}` : `\\u${value.toString(16).padStart(4, '0')}`
  return (cased.match(new RegExp(written, seesCharacters ? 'giu' : 'gi')) ?? []).length > 1
}

function changes(character: string): boolean {
  return character.toLowerCase() !== character || character.toUpperCase() !== character
}
