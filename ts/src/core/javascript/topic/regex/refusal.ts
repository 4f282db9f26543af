/** Why a regular expression is refused, in the words of the native core. */

/** The place, as an index of the source, and the reason with what to write instead. */
export class Refusal extends Error {
  readonly at: number

  constructor(at: number, reason: string) {
    super(reason)
    this.at = at
  }
}

const ELSEWHERE = 'or check the topic in the handler'

/** A lookahead or a lookbehind. */
export function lookAround(at: number, kind: string): Refusal {
  return new Refusal(
    at,
    `a ${kind} cannot be matched in linear time: say it with groups and classes, ${ELSEWHERE}`,
  )
}

/** A back-reference. */
export function backReference(at: number): Refusal {
  const instead = 'write out what it stands for'
  return new Refusal(at, `a back-reference cannot be matched in linear time: ${instead}, ${ELSEWHERE}`)
}

/** A `\c` in a class. */
export function controlInClass(at: number): Refusal {
  const instead = 'no topic holds a control character, so leave it out; `\\\\` is the backslash'
  return new Refusal(at, `\`\\c\` in a class is not understood: ${instead}`)
}

/** Three octal digits that are more than a byte. */
export function octal(at: number): Refusal {
  const reason = 'an octal escape has two digits if the first is 4 or more, and what follows is read apart'
  return new Refusal(at, `${reason}: write \`\\x20\` and such`)
}

/** Groups or classes in too many others. */
export function tooDeep(at: number, most: number): Refusal {
  return new Refusal(at, `groups and classes are nested more than ${most} deep: write it flatter`)
}

/** A number of rounds that nobody can count. */
export function tooManyRounds(at: number): Refusal {
  return new Refusal(at, 'Number is too large in braced quantifier: Use a smaller number in the quantifier')
}

/** A property that the native engine has no table of. */
export function unknownProperty(at: number): Refusal {
  const instead = 'write the characters as a class, or use a script or a general category'
  return new Refusal(at, `this property is not known to the engine: ${instead}`)
}

/** A property that texts have. */
export function propertyOfStrings(at: number, name: string): Refusal {
  const instead = 'list the strings, as in `[\\q{a|bc}]`'
  return new Refusal(at, `the property of strings \`${name}\` is not understood: ${instead}`)
}

/** A `\b` that ignores case by Unicode, beside groups that change whether it does. */
export function boundaryWithModifiers(at: number): Refusal {
  const reason = '`\\b` and `\\B` that ignore case by Unicode cannot be combined with `(?i:…)` or `(?-i:…)`'
  return new Refusal(at, `${reason}: give the flag \`i\`, or none`)
}

/** A name with an escape in it. */
export function escapedName(at: number): Refusal {
  return new Refusal(at, 'the name of this group holds an escape: write the character itself')
}

/** A named group that the last round of a repetition may skip. */
export function forgottenGroup(at: number): Refusal {
  const reason =
    'a named group in this repetition may be skipped by its last round, and what it captures then differs between engines'
  return new Refusal(at, `${reason}: take the name away (\`(?:…)\`), or move the group out of the repetition`)
}

/** A repetition of what may match nothing, beside named groups. */
export function emptyRound(at: number): Refusal {
  const reason =
    'what is repeated here can match nothing, and what named groups capture then differs between engines'
  return new Refusal(
    at,
    `${reason}: take the repetition inside away (\`(?:a+)*\` for \`(?:a*)*\`), or the names`,
  )
}
