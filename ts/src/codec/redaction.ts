/** Leaves out of a value what has one of some names, however deep it is. */

/** Deeper than anybody describes an error; what is below is left out, too. */
const MAX_DEPTH = 32

/** A copy of `value` without the members that are named; what can have none is not copied. */
export function without(value: unknown, names: ReadonlySet<string>, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (depth === MAX_DEPTH) return undefined
  const inner = (one: unknown): unknown => without(one, names, depth + 1)
  if (Array.isArray(value)) return value.map(inner)
  if (value instanceof Set) return new Set([...value].map(inner))
  if (value instanceof Map) {
    const kept = [...value].filter(([key]) => !names.has(key))
    return new Map(kept.map(([key, one]) => [inner(key), inner(one)]))
  }
  if (value instanceof Date || value instanceof RegExp || value instanceof ArrayBuffer) return value
  // Also an error, or the instance of a class: it would arrive as a plain object, or lose its own properties.
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !names.has(name))
      .map(([name, one]) => [name, inner(one)]),
  )
}
