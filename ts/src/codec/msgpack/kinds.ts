/** What an object is that is neither an array nor a plain object. */
import { types } from 'node:util'

/** What an object is; `none` is what cannot travel. */
export type ObjectKind =
  | 'bytes'
  | 'date'
  | 'error'
  | 'instance'
  | 'map'
  | 'none'
  | 'primitive'
  | 'regexp'
  | 'set'

/** Of the classes that most objects are of, and of those of users that have been seen. */
const byPrototype = new WeakMap<object, ObjectKind | 'tagged'>([
  [Object.prototype, 'instance'],
  [Date.prototype, 'date'],
  [Map.prototype, 'map'],
  [Set.prototype, 'set'],
  [Error.prototype, 'error'],
  [Buffer.prototype, 'bytes'],
  [Uint8Array.prototype, 'bytes'],
])

/** What `value`, an object with the prototype `prototype`, is. */
export function kindOf(value: object, prototype: object): ObjectKind {
  let kind = byPrototype.get(prototype)
  if (kind === undefined) {
    kind = look(value, prototype)
    byPrototype.set(prototype, kind)
  }
  if (kind !== 'tagged') return kind
  return Object.keys(value).length === 0 && !hasJson(value) ? 'none' : 'instance'
}

/** Not by `instanceof` alone: what comes from another realm, as in a test runner, is an instance of another class. */
function look(value: object, prototype: object): ObjectKind | 'tagged' {
  if (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) return 'bytes'
  if (types.isMap(value)) return 'map'
  if (types.isSet(value)) return 'set'
  if (types.isDate(value)) return 'date'
  if (types.isRegExp(value)) return 'regexp'
  if (types.isNativeError(value) || value instanceof Error) return 'error'
  if (types.isBoxedPrimitive(value)) return 'primitive'
  // What the platform hands out names its class by a tag: a promise, a weak collection, shared memory, a generator. All
  // that such a thing is lies inside of it, so it would arrive as an empty object.
  return Symbol.toStringTag in prototype ? 'tagged' : 'instance'
}

/** Whether it says itself what it is as data: a URL does, a Temporal date, the decimals of many libraries. */
export function hasJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}
