/** What a type of a schema is, and how it says where in a value something is wrong. */
import type { Input } from './input.js'
import type { Output } from './output.js'

/**
 * A type of a schema: values of `T` in JavaScript, and their layout in Rust. Made by the functions of this module.
 *
 * @typeParam T - its values in JavaScript
 */
export interface Type<T> {
  /** Writes a value; throws a {@link Misfit} where it is none of this type. */
  readonly write: (value: T, output: Output) => void
  /** Reads a value; throws where the bytes are none of this type. */
  readonly read: (input: Input) => T
  /** How many bytes a value has at least: a list cannot have more of them than there are bytes. */
  readonly minBytes: () => number
  /** Whether `undefined` is one of its values, so that an option of it would have no way to say that it is none. */
  readonly isNullable?: boolean
}

/** A type, whatever its values are. */
// biome-ignore lint/suspicious/noExplicitAny: values go in and come out, so no other type fits all.
export type AnyType = Type<any>

/** The values of a type, or of a codec made of one: `type Order = bincode.Value<typeof order>`. */
export type Value<T> =
  T extends Type<infer V> ? V : T extends { decode(bytes: Uint8Array): infer V } ? V : never

/** A value that is none of its type. Its message says where, as seen from the payload. */
export class Misfit extends TypeError {
  #path = ''
  readonly #expected: string

  constructor(expected: string, got: unknown) {
    super()
    this.#expected = `must be ${expected}, got ${shown(got)}`
  }

  /** It lies in a part of something larger. */
  within(place: string): this {
    this.#path = `${place}${this.#path}`
    return this
  }

  override get message(): string {
    return `payload${this.#path} ${this.#expected}`
  }
}

/** Writes a part of a value, and tells which where it does not fit. */
export function writePart<T>(type: Type<T>, value: T, output: Output, place: string | number): void {
  try {
    type.write(value, output)
  } catch (error) {
    throw error instanceof Misfit ? error.within(typeof place === 'number' ? `[${place}]` : place) : error
  }
}

/** Asks once for a number, and not before it is needed: a type that is `lazy` is not there before. */
export function once(ask: () => number): () => number {
  let answer: number | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value).slice(8, -1)
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value)
}
