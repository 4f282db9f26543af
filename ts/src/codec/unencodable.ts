/** Finds what it is in a payload that cannot be encoded: called only after an encoder has refused it. */

/** Deeper than any encoder goes: what is wrong then is the depth itself. */
const MAX_DEPTH = 1_000

/** A longer path is shown by its two ends. */
const PATH_CHARACTERS = 160

const CLASSES = [Promise, WeakMap, WeakSet, WeakRef, SharedArrayBuffer]

/** The place and the kind of the first thing in `value` that cannot travel; undefined where none is found. */
export function unencodable(value: unknown): string | undefined {
  return search(value, 'payload', new Set())
}

/** Why something was thrown, which may be anything: even something that throws when it is looked at. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'for a reason that cannot be shown'
  }
}

function search(value: unknown, path: string, above: Set<unknown>): string | undefined {
  try {
    return look(value, path, above)
  } catch (error) {
    return `${short(path)} cannot be read: ${reasonOf(error)}`
  }
}

function look(value: unknown, path: string, above: Set<unknown>): string | undefined {
  if (typeof value === 'function') return `${short(path)} is a function`
  if (typeof value === 'symbol') return `${short(path)} is a symbol`
  if (typeof value !== 'object' || value === null) return undefined
  if (above.has(value)) return `${short(path)} refers to an object that contains it`
  for (const Class of CLASSES) if (value instanceof Class) return `${short(path)} is a ${Class.name}`
  if (above.size > MAX_DEPTH) return `${short(path)} is nested more than 1,000 levels deep`
  above.add(value)
  try {
    for (const [place, inner] of members(value)) {
      const found = search(inner, `${path}${place}`, above)
      if (found !== undefined) return found
    }
  } finally {
    above.delete(value)
  }
  return undefined
}

function* members(value: object): Generator<[place: string, inner: unknown]> {
  if (ArrayBuffer.isView(value)) return
  if (value instanceof Map) {
    for (const [key, inner] of value) {
      yield ['.<key>', key]
      const isPlain = typeof key !== 'object' && typeof key !== 'function'
      yield [`.get(${isPlain ? String(key) : '<object>'})`, inner]
    }
  } else if (value instanceof Set) {
    for (const inner of value) yield ['.<member>', inner]
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield [`[${index}]`, inner]
  } else {
    for (const [key, inner] of Object.entries(value)) yield [`.${key}`, inner]
  }
}

function short(path: string): string {
  if (path.length <= PATH_CHARACTERS) return path
  return `${path.slice(0, PATH_CHARACTERS / 2)}…${path.slice(-PATH_CHARACTERS / 2)}`
}
