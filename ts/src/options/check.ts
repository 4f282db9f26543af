/** Checks of single options; each returns the value, or its default, or throws. */
import { invalidOption, unknownOption } from '../errors.js'

/** The greatest duration, in milliseconds, and the greatest count: what a signed 32-bit integer holds. */
export const MAX_INTEGER: number = 2 ** 31 - 1

/** What `owner` may be given: refuses anything but an object, and names that it does not know. */
export function members(
  owner: string,
  given: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (given === undefined) return {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalidOption(`the options of ${owner}`, 'an object', given)
  }
  for (const name of Object.keys(given)) if (!known.includes(name)) throw unknownOption(owner, name, known)
  return given as Record<string, unknown>
}

/** An integer from `min` to `max`. */
export function integer(
  name: string,
  value: unknown,
  fallback: number,
  min: number,
  max: number = MAX_INTEGER,
): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw invalidOption(name, `an integer from ${min} to ${max}`, value)
}

/** A number from `min` to `max`, whole or not. */
export function number(name: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && value >= min && value <= max) return value
  throw invalidOption(name, `a number from ${min} to ${max}`, value)
}

/** One of some texts. */
export function oneOf<Text extends string>(
  name: string,
  value: unknown,
  fallback: Text | undefined,
  allowed: readonly Text[],
): Text | undefined {
  if (value === undefined) return fallback
  const found = allowed.find((text) => text === value)
  if (found !== undefined) return found
  throw invalidOption(name, `one of ${allowed.join(', ')}`, value)
}

/** Yes or no. */
export function flag(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value === 'boolean') return value
  throw invalidOption(name, 'true or false', value)
}

/** A text that is the rest of an address: what a topic may hold. */
export function label(name: string, value: unknown): string | undefined {
  return tokens(name, value, MAX_LABEL_BYTES)
}

/** A text that is a part of a topic. */
export function tokens(name: string, value: unknown, maxBytes: number): string | undefined {
  const given = text(name, value)
  if (given === undefined || (isTokens(given) && Buffer.byteLength(given) <= maxBytes)) return given
  const expected = `at most ${maxBytes} bytes of tokens with '.' between, without wildcards and control characters`
  throw invalidOption(name, expected, value)
}

/** A topic has 255, and the longest prefix of an address is `$service.`. */
const MAX_LABEL_BYTES = 246

function isTokens(given: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  return given.isWellFormed() && !/[*?\u0000-\u001f\u007f]|^\.|\.\.|\.$/.test(given)
}

/** Some names, each once, sorted: so that the same names are the same text. */
export function names(name: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')) {
    return [...new Set<string>(value)].sort()
  }
  throw invalidOption(name, 'an array of strings that are not empty', value)
}

/** A text that is not empty. */
export function text(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw invalidOption(name, 'a string that is not empty', value)
}

/** A function, of whatever type the compiler has seen to. */
export function callable<Callable extends (...given: never[]) => unknown>(
  name: string,
  value: unknown,
): Callable | undefined {
  if (value === undefined || typeof value === 'function') return value as Callable | undefined
  throw invalidOption(name, 'a function', value)
}

/** A signal, of this realm or another. */
export function abortSignal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value
  if (typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value) {
    return value as AbortSignal
  }
  throw invalidOption(name, 'an AbortSignal', value)
}

/** Texts by name. */
export function texts(name: string, value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidOption(name, 'an object whose values are strings', value)
  }
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== 'string') throw invalidOption(`${name}.${key}`, 'a string', entry)
  }
  return value as Readonly<Record<string, string>>
}
