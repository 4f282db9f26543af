/** Strings as literals of a program are. */

/**
 * The same text as a literal would hold it: flat, with its hash, and the only one of its kind. What is put together at
 * run time is none of it until a property is looked up by it.
 */
export function internalized(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string
}
