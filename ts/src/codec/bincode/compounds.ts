/** What is put together of others, each in its place. */
import { invalidOption } from '../../errors.js'
import { put } from '../own-property.js'
import { type AnyType, Misfit, once, type Type, type Value, writePart } from './type.js'

/** The fields of a struct, in the order of its declaration. */
export type Fields = Readonly<Record<string, AnyType>>

/** `()`, and a struct without fields of its own: `undefined`. */
export const unit: Type<undefined> = {
  write: (value) => {
    if (value !== undefined) throw new Misfit('undefined', value)
  },
  read: () => undefined,
  minBytes: () => 0,
  isNullable: true,
}

/**
 * `struct`: an object. The order of its fields is that of the declaration, whatever order a value has.
 *
 * @param fields - the types of the fields by name; none may be like an integer, because JavaScript would move it
 * @example const point = bincode.struct({ x: bincode.f64, y: bincode.f64 })
 */
export function struct<F extends Fields>(fields: F): Type<{ [Name in keyof F]: Value<F[Name]> }> {
  const members = Object.entries(fields).map(([name, type]) => ({ name, type, place: placeOf(name) }))
  for (const { name } of members) checkName(name)
  return {
    write: (value, output) => {
      if (typeof value !== 'object' || value === null) throw new Misfit('an object', value)
      for (const { name, type, place } of members) writePart(type, value[name] as unknown, output, place)
    },
    read: (input) => {
      const object: Record<string, unknown> = {}
      for (const { name, type } of members) put(object, name, type.read(input))
      return object as { [Name in keyof F]: Value<F[Name]> }
    },
    minBytes: once(() => members.reduce((sum, { type }) => sum + type.minBytes(), 0)),
  }
}

/**
 * A tuple, and a tuple struct: an array of so many values.
 *
 * @example const entry = bincode.tuple(bincode.string, bincode.u32)
 */
export function tuple<T extends readonly AnyType[]>(
  ...types: T
): Type<{ -readonly [I in keyof T]: Value<T[I]> }> {
  return {
    write: (value, output) => {
      if (!Array.isArray(value) || value.length !== types.length) {
        throw new Misfit(`an array of ${types.length} elements`, value)
      }
      for (const [index, type] of types.entries()) writePart(type, value[index] as unknown, output, index)
    },
    read: (input) =>
      types.map((type) => type.read(input) as unknown) as { -readonly [I in keyof T]: Value<T[I]> },
    minBytes: once(() => types.reduce((sum, type) => sum + type.minBytes(), 0)),
  }
}

/** A value of an enum: which variant, and what that holds, unless it is a unit. */
export type Variant<V extends Fields> = {
  [Name in keyof V & string]: Value<V[Name]> extends undefined
    ? { kind: Name; value?: undefined }
    : { kind: Name; value: Value<V[Name]> }
}[keyof V & string]

/**
 * `enum`: an object with the name of the variant as its `kind`, and with what it holds as its `value`.
 *
 * @param types - what the variants hold, by name, in the order of the declaration in Rust
 * @example
 * const shape = bincode.variants({ circle: bincode.f64, rectangle: bincode.tuple(bincode.f64, bincode.f64), none: bincode.unit })
 * const value: bincode.Value<typeof shape> = { kind: 'circle', value: 2 }
 */
export function variants<V extends Fields>(types: V): Type<Variant<V>> {
  const list = Object.entries(types).map(([name, type]) => ({ name, type }))
  for (const { name } of list) checkName(name)
  const indices = new Map(list.map(({ name }, index) => [name, index]))
  const expected = `an object whose 'kind' is one of ${list.map(({ name }) => name).join(', ')}`
  return {
    write: (given, output) => {
      const { kind, value } = Object(given) as { kind?: unknown; value?: unknown }
      const index = indices.get(kind as string)
      if (index === undefined) throw new Misfit(expected, typeof kind === 'string' ? kind : given)
      output.unsigned(index, 4)
      writePart((list[index] as (typeof list)[number]).type, value, output, '.value')
    },
    read: (input) => {
      const index = input.unsigned(4)
      const variant = list[index]
      if (variant === undefined) throw new RangeError(`there is no variant ${index}`)
      const { name, type } = variant
      const value: unknown = type.read(input)
      return (value === undefined ? { kind: name } : { kind: name, value }) as Variant<V>
    },
    minBytes: () => 1,
  }
}

/**
 * `enum` whose variants hold nothing: the name of the variant.
 *
 * @param names - in the order of the declaration in Rust
 * @example const color = bincode.enumeration('red', 'green')
 */
export function enumeration<const Names extends readonly string[]>(...names: Names): Type<Names[number]> {
  const indices = new Map(names.map((name, index) => [name, index]))
  if (indices.size < names.length) throw invalidOption('the names of an enumeration', 'each another', names)
  return {
    write: (value, output) => {
      const index = indices.get(value)
      if (index === undefined) throw new Misfit(`one of ${names.join(', ')}`, value)
      output.unsigned(index, 4)
    },
    read: (input) => {
      const index = input.unsigned(4)
      const name = names[index]
      if (name === undefined) throw new RangeError(`there is no variant ${index}`)
      return name
    },
    minBytes: () => 1,
  }
}

/**
 * `Option`: a value, or `undefined`; `null` goes in as `undefined`.
 *
 * @throws BusError `ERR_BUS_INVALID_OPTION` for an option of an option or of a unit: `undefined` would mean two things
 */
export function option<T>(type: Type<T>): Type<T | undefined> {
  if (type.isNullable === true) {
    throw invalidOption('the type of an option', 'one without undefined among its values', type)
  }
  return {
    write: (value, output) => {
      const isSome = value !== undefined && value !== null
      output.byte(isSome ? 1 : 0)
      if (isSome) type.write(value, output)
    },
    read: (input) => {
      const byte = input.byte()
      if (byte > 1) throw new RangeError(`${byte} begins no Option`)
      return byte === 1 ? type.read(input) : undefined
    },
    minBytes: () => 1,
    isNullable: true,
  }
}

function placeOf(name: string): string {
  return `.${name}`
}

/** Of objects, JavaScript moves what is like an index to the front; and `__proto__` is no name like others. */
function checkName(name: string): void {
  if (name === '__proto__' || /^(?:0|[1-9]\d*)$/.test(name)) {
    throw invalidOption('the name of a field or a variant', 'no integer, and not __proto__', name)
  }
}
