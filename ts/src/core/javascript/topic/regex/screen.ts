/** What is found out before a source is read: how deep it is nested, and escapes that are refused wherever they stand. */
import { controlInClass, octal, tooDeep } from './refusal.js'

/** The deepest that groups and classes may be nested: they are read by recursion, and nobody writes more. */
const MAX_DEPTH = 64

/** Refuses a source that is nested too deep, and the escapes that no reader here takes for what they are. */
export function screen(source: string, hasNestedClasses: boolean): void {
  let groups = 0
  let classes = 0
  for (let at = 0; at < source.length; at++) {
    switch (source[at]) {
      case '\\':
        if (classes > 0 && source[at + 1] === 'c') throw controlInClass(at)
        if (/^[4-7][0-7][0-7]/.test(source.slice(at + 1, at + 4))) throw octal(at)
        at++
        break
      case '[':
        // Without `v`, a `[` in a class is a character.
        if (classes === 0 || hasNestedClasses) classes++
        break
      case ']':
        classes = Math.max(0, classes - 1)
        break
      case '(':
        if (classes === 0) groups++
        break
      case ')':
        if (classes === 0) groups = Math.max(0, groups - 1)
        break
    }
    if (groups + classes > MAX_DEPTH) throw tooDeep(at, MAX_DEPTH)
  }
}
