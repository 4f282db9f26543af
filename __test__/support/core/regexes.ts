/** Random regular expressions. */
import type { Random } from './random.js'

const ATOMS =
  String.raw`a b k K s ſ é É 😀 𐐨 . \. \d \w \W \s \S \D [ab] [^ab] [^a] [a-s] [^] [] [😀] [^😀] [é-σ] [\w.] [^\w]
  [\W_] [\d-] \ud83d \ude00 \ud83d\ude00 \x61 \u2028 1 _ - \{ \\ \$ \/ \b \B ^ $ { } ] \1 \07 \cJ (?=a) (?!b) (?<=a) (?<!b)`.split(
    /\s+/,
  )
const UNICODE_ATOMS =
  String.raw`\u{1f600} \p{L} \P{L} \p{Lu} [\P{Ll}b] [^\p{Lu}] \p{CWKCF} \p{sc=Greek} \p{RGI_Emoji}`.split(' ')
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '{2,}']
const FLAGS = ['', '', 'i', 's', 'm', 'u', 'iu', 'mu', 'isu', 'y', 'iy', 'g', 'gy', 'd']

/** A regular expression that `RegExp` accepts; a core may refuse it. */
export function randomRegex(random: Random): RegExp {
  for (;;) {
    const flags = random.pick(FLAGS)
    let names = 0
    const atoms = flags.includes('u') ? [...ATOMS, ...UNICODE_ATOMS] : ATOMS
    const term = (depth: number): string => {
      const inner = depth > 0 && random.chance(0.25) ? group(depth - 1) : random.pick(atoms)
      return random.chance(0.3) ? inner + random.pick(QUANTIFIERS) : inner
    }
    const group = (depth: number): string => {
      const opening = random.pick(['(?:', '(?:', '(', `(?<g${names++}>`])
      return `${opening}${alternatives(depth)})`
    }
    const alternatives = (depth: number): string =>
      random
        .some(1, random.chance(0.3) ? 2 : 1, () => random.some(1, 3, () => term(depth)).join(''))
        .join('|')
    try {
      return new RegExp((random.chance(0.5) ? '^' : '') + alternatives(2), flags)
    } catch {
      // Something that is none: another one.
    }
  }
}

/** What says which topics an expression matches. */
export function regexMatcher({ source, flags }: RegExp): (topic: string) => boolean {
  // Only an expression that must begin with a `$` sees addresses; none of the above does.
  return (topic) => !topic.startsWith('$') && new RegExp(source, flags).test(topic)
}

/**
 * Whether engines differ on an expression: with `u`, V8 finds `\B` inside of surrogate pairs, against the standard that the
 * native core follows.
 */
export function isUnsettled({ source, flags }: RegExp, topic: string): boolean {
  return flags.includes('u') && source.includes('\\B') && /[\ud800-\udfff]/.test(topic)
}
