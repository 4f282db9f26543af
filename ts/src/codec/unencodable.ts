/** Finds what it is in a payload that cannot be encoded: called only after an encoder has refused it. */

import { MAX_DEPTH } from './msgpack/format.js'
import { hasJson, kindOf } from './msgpack/kinds.js'

/** A longer path is shown by its two ends. */
const PATH_CHARACTERS = 160

/** What a search has come by. */
interface Trail {
  /** What is being looked into. */
  readonly above: Set<object>
  /** What is in order: it may be referred to over and over. */
  readonly innocent: Set<object>
}

/** The place and the kind of the first thing in `value` that cannot travel; undefined where none is found. */
export function unencodable(value: unknown): string | undefined {
  return search(value, 'payload', { above: new Set(), innocent: new Set() })
}

/** Why something was thrown, which may be anything: even something that throws when it is looked at. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'for a reason that cannot be shown'
  }
}

function search(value: unknown, path: string, trail: Trail): string | undefined {
  try {
    return look(value, path, trail)
  } catch (error) {
    return `${short(path)} cannot be read: ${reasonOf(error)}`
  }
}

function look(value: unknown, path: string, trail: Trail): string | undefined {
  if (typeof value === 'function') return `${short(path)} is a function`
  if (typeof value === 'symbol') return `${short(path)} is a symbol`
  if (typeof value !== 'object' || value === null) return undefined
  const { above, innocent } = trail
  if (above.has(value)) return `${short(path)} refers to an object that contains it`
  if (innocent.has(value)) return undefined
  if (above.size >= MAX_DEPTH) return `${short(path)} is nested more than 1,000 levels deep`
  above.add(value)
  try {
    const inside = members(value)
    if (inside === undefined) {
      return `${short(path)} is a ${Object.prototype.toString.call(value).slice(8, -1)}`
    }
    for (const [place, inner] of inside) {
      const found = search(inner, `${path}${place}`, trail)
      if (found !== undefined) return found
    }
    innocent.add(value)
  } finally {
    above.delete(value)
  }
  return undefined
}

type Members = Iterable<readonly [place: string, inner: unknown]>

/** What a value holds; undefined where it cannot travel itself. */
function members(value: object): Members | undefined {
  if (Array.isArray(value)) return value.map((inner: unknown, index) => [`[${index}]`, inner] as const)
  const prototype = Object.getPrototypeOf(value) as object | null
  switch (prototype === null ? 'instance' : kindOf(value, prototype)) {
    case 'none':
      return undefined
    case 'map':
      return entriesOf(value as Map<unknown, unknown>)
    case 'set':
      return [...(value as Set<unknown>)].map((inner) => ['.<member>', inner] as const)
    case 'instance':
      // An own one of a plain object is a function in it.
      return prototype !== null && prototype !== Object.prototype && hasJson(value)
        ? [['.toJSON()', value.toJSON()]]
        : Object.entries(value).map(([key, inner]) => [`.${key}`, inner] as const)
    default:
      // What of an error cannot travel is left behind, and in others there is nothing.
      return []
  }
}

function* entriesOf(map: Map<unknown, unknown>): Generator<readonly [place: string, inner: unknown]> {
  for (const [key, inner] of map) {
    yield ['.<key>', key]
    const isPlain = typeof key !== 'object' && typeof key !== 'function'
    yield [`.get(${isPlain ? String(key) : '<object>'})`, inner]
  }
}

function short(path: string): string {
  if (path.length <= PATH_CHARACTERS) return path
  return `${path.slice(0, PATH_CHARACTERS / 2)}…${path.slice(-PATH_CHARACTERS / 2)}`
}
