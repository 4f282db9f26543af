/** A pattern of any kind. */
import type { Pattern } from '../../../contract/patterns.js'
import { invalidPattern } from '../../../errors.js'
import { alternatives } from './braces.js'
import { isReserved, isTopic } from './exact.js'
import { Glob } from './glob.js'
import { noPattern, noPatternFrom } from './refusal.js'
import { RegexPattern } from './regex/pattern.js'
import { escaped } from './token-glob.js'

/** The longest source of a pattern, in bytes of UTF-8. */
const MAX_PATTERN_BYTES = 4_096

/**
 * What topics are matched with: one topic; globs, which differ from each other, and of which one is enough to match; or a
 * regular expression.
 */
export type CompiledPattern = string | readonly Glob[] | RegexPattern

/** Reads a pattern; throws `ERR_BUS_INVALID_PATTERN` with the place if it is malformed, too long, or could match no topic. */
export function compile(pattern: Pattern): CompiledPattern {
  const source = typeof pattern === 'string' ? pattern : pattern.source
  if (!source.isWellFormed()) throw invalidPattern(source)
  const bytes = Buffer.byteLength(source)
  if (bytes > MAX_PATTERN_BYTES) {
    const instead = `shorten it to ${MAX_PATTERN_BYTES} or fewer, or subscribe with several patterns`
    throw noPatternFrom(source, MAX_PATTERN_BYTES, `it is ${bytes} bytes of UTF-8 long: ${instead}`)
  }
  const compiled =
    typeof pattern === 'string' ? compileGlobs(source) : new RegexPattern(source, pattern.flags)
  if (seesReserved(compiled)) {
    const instead =
      'to be addressed, give the receiver a name, a service or a pool; else begin with another character'
    throw noPattern(source, 0, `a leading \`$\` is reserved for addresses: ${instead}`)
  }
  return compiled
}

/** Whether it begins with a `$`, be it in one of its alternatives only, and so sees addresses. */
function seesReserved(pattern: CompiledPattern): boolean {
  if (typeof pattern === 'string') return isReserved(pattern)
  if (pattern instanceof RegexPattern) return isReserved(pattern.prefix)
  return pattern.some((glob) => glob.seesReserved)
}

function compileGlobs(source: string): string | readonly Glob[] {
  // Most patterns are topics, and need no reading.
  if (!/[*?[\]{}\\]/.test(source) && isTopic(source)) return source
  if (source === '')
    throw noPattern(source, 0, 'it is empty and matches no topic: write `**` for every topic')
  const globs = new Map<string, Glob>()
  for (const pieces of alternatives(source)) {
    const glob = new Glob(source, pieces)
    globs.set(glob.source, glob)
  }
  const all = [...globs.values()]
  return (all.length === 1 ? all[0]?.exact : undefined) ?? all
}

/** Whether a topic matches. This looks at the whole pattern, so it is the measure of quicker ways, not one. */
export function matches(pattern: CompiledPattern, topic: string): boolean {
  if (typeof pattern === 'string') return pattern === topic
  return pattern instanceof RegexPattern
    ? pattern.matches(topic)
    : pattern.some((glob) => glob.matches(topic))
}

/** A pattern that is equal to this one, in the form that is the same for all that are. */
export function written(pattern: CompiledPattern): Pattern {
  if (typeof pattern === 'string') return escaped(pattern)
  if (pattern instanceof RegexPattern) return new RegExp(pattern.source, pattern.flags)
  const sources = pattern.map(({ source }) => source)
  return sources.length === 1 ? (sources[0] ?? '') : `{${sources.join(',')}}`
}
