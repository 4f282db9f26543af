/** What holds any number of values of one type. */
import { Misfit, type Type, writePart } from './type.js'

/** How deep a type that holds itself may be nested. */
const MAX_DEPTH = 500

/** `Vec`, and slices: an array. For `Vec<u8>` there is {@link bytes}. */
export function vec<T>(type: Type<T>): Type<T[]> {
  return {
    write: (value, output) => {
      if (!Array.isArray(value)) throw new Misfit('an array', value)
      output.length(value.length)
      for (let index = 0; index < value.length; index++) writePart(type, value[index] as T, output, index)
    },
    read: (input) => {
      const length = input.length(type.minBytes())
      const values: T[] = []
      for (let index = 0; index < length; index++) values.push(type.read(input))
      return values
    },
    minBytes: () => 1,
  }
}

/**
 * `[T; length]`: an array of so many values.
 *
 * @param length - an integer from 0 on
 */
export function array<T>(type: Type<T>, length: number): Type<T[]> {
  return {
    write: (value, output) => {
      if (!Array.isArray(value) || value.length !== length)
        throw new Misfit(`an array of ${length} elements`, value)
      for (let index = 0; index < length; index++) writePart(type, value[index] as T, output, index)
    },
    read: (input) => {
      const values: T[] = []
      for (let index = 0; index < length; index++) values.push(type.read(input))
      return values
    },
    minBytes: () => length * type.minBytes(),
  }
}

/** `HashMap` and `BTreeMap`: a Map, written in its own order. */
export function map<K, V>(keys: Type<K>, values: Type<V>): Type<Map<K, V>> {
  return {
    write: (value, output) => {
      if (!(value instanceof Map)) throw new Misfit('a Map', value)
      output.length(value.size)
      for (const [key, inner] of value) {
        writePart(keys, key as K, output, '.<key>')
        writePart(values, inner as V, output, '.<value>')
      }
    },
    read: (input) => {
      const length = input.length(keys.minBytes() + values.minBytes())
      const read = new Map<K, V>()
      for (let index = 0; index < length; index++) read.set(keys.read(input), values.read(input))
      if (read.size !== length) throw new RangeError('a key of a Map comes twice in it')
      return read
    },
    minBytes: () => 1,
  }
}

/** `HashSet` and `BTreeSet`: a Set, written in its own order. */
export function set<T>(type: Type<T>): Type<Set<T>> {
  return {
    write: (value, output) => {
      if (!(value instanceof Set)) throw new Misfit('a Set', value)
      output.length(value.size)
      for (const member of value) writePart(type, member as T, output, '.<member>')
    },
    read: (input) => {
      const length = input.length(type.minBytes())
      const read = new Set<T>()
      for (let index = 0; index < length; index++) read.add(type.read(input))
      if (read.size !== length) throw new RangeError('a member of a Set comes twice in it')
      return read
    },
    minBytes: () => 1,
  }
}

/**
 * A type that is not there yet: for one that holds itself, as a tree does. It may be nested 500 levels deep.
 *
 * @example
 * type Tree = { value: number; children: Tree[] }
 * const tree: bincode.Type<Tree> = bincode.struct({ value: bincode.u32, children: bincode.vec(bincode.lazy(() => tree)) })
 */
export function lazy<T>(make: () => Type<T>): Type<T> {
  let made: Type<T> | undefined
  let isAsked = false
  const type = (): Type<T> => {
    made ??= make()
    return made
  }
  return {
    write: (value, output) => output.nested(MAX_DEPTH, () => type().write(value, output)),
    read: (input) => input.nested(MAX_DEPTH, () => type().read(input)),
    minBytes: () => {
      // What holds itself ends somewhere, and says so: in a list or an option or an enum, of a byte at least.
      if (isAsked) return 1
      isAsked = true
      try {
        return type().minBytes()
      } finally {
        isAsked = false
      }
    },
  }
}
