/** Texts and bytes. */
import { Misfit, type Type } from './type.js'

/** `String`. A text with a lone surrogate is refused: Rust has none. */
export const string: Type<string> = {
  write: (value, output) => {
    if (typeof value !== 'string' || !value.isWellFormed()) throw new Misfit('a well-formed string', value)
    const bytes = Buffer.byteLength(value)
    output.length(bytes)
    output.text(value, bytes)
  },
  read: (input) => input.text(input.length(1)),
  minBytes: () => 1,
}

/** `char`: a string of one code point. */
export const char: Type<string> = {
  write: (value, output) => {
    const code = typeof value === 'string' ? value.codePointAt(0) : undefined
    const isOne = code !== undefined && value.length === (code > 0xffff ? 2 : 1) && value.isWellFormed()
    if (!isOne) throw new Misfit('a string of one code point', value)
    output.text(value, Buffer.byteLength(value))
  },
  read: (input) => {
    const first = input.peek()
    return input.text(first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)
  },
  minBytes: () => 1,
}

/** `Vec<u8>`, and `&[u8]`: any Uint8Array, a Buffer too, goes in, and a Uint8Array comes out. */
export const bytes: Type<Uint8Array> = {
  write: (value, output) => {
    if (!(value instanceof Uint8Array)) throw new Misfit('a Uint8Array', value)
    output.length(value.length)
    output.raw(value)
  },
  read: (input) => new Uint8Array(input.raw(input.length(1))),
  minBytes: () => 1,
}

/**
 * `[u8; length]`: a Uint8Array of so many bytes.
 *
 * @param length - an integer from 0 on
 */
export function fixedBytes(length: number): Type<Uint8Array> {
  return {
    write: (value, output) => {
      if (!(value instanceof Uint8Array) || value.length !== length) {
        throw new Misfit(`a Uint8Array of ${length} bytes`, value)
      }
      output.raw(value)
    },
    read: (input) => new Uint8Array(input.raw(length)),
    minBytes: () => length,
  }
}
