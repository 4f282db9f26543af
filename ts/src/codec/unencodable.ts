/** Finds what it is in a payload that cannot be encoded: called only after an encoder has refused it. */

/** The place and the kind of the first thing in `value` that cannot travel; undefined where none is found. */
export function unencodable(value: unknown): string | undefined {
  return search(value, 'payload', new Set())
}

function search(value: unknown, path: string, above: Set<unknown>): string | undefined {
  if (typeof value === 'function') return `${path} is a function`
  if (typeof value === 'symbol') return `${path} is a symbol`
  if (typeof value !== 'object' || value === null) return undefined
  if (above.has(value)) return `${path} refers to an object that contains it`
  for (const Class of [Promise, WeakMap, WeakSet, WeakRef, SharedArrayBuffer]) {
    if (value instanceof Class) return `${path} is a ${Class.name}`
  }
  // Deeper than any encoder goes: what is wrong then is the depth itself.
  if (above.size > 1_000) return `${path} is nested more than 1,000 levels deep`
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
      yield [`.get(${String(key)})`, inner]
    }
  } else if (value instanceof Set) {
    for (const inner of value) yield ['.<member>', inner]
  } else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) yield [`[${index}]`, inner]
  } else {
    for (const [key, inner] of Object.entries(value)) yield [`.${key}`, inner]
  }
}
