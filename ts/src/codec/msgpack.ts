/**
 * MessagePack, our own: in messages that stand alone, which any thread can read at any time, and yet as fast as streams in
 * which sender and receiver have agreed on the shapes of objects (`docs/decisions/msgpack.md`). Objects, arrays, texts,
 * numbers, Buffers and dates are written as MessagePack has them; what only JavaScript has is an extension.
 */
import { Decoder } from './msgpack/decoder.js'
import { Encoder } from './msgpack/encoder.js'
import type { Stretch } from './stretch.js'

const encoder = new Encoder()
const decoder = new Decoder()

/** The bytes of `value`, valid until the next call. Throws on what cannot be encoded. */
export function encodeMsgpack(value: unknown): Uint8Array {
  return encoder.encode(value)
}

/** The value that `bytes` stand for. Throws on bytes that stand for none. */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  return decoder.decode(bytes.buffer, bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
}

/** The value that the bytes of a stretch stand for; else as {@link decodeMsgpack}. */
export function decodeMsgpackIn({ memory, start, end }: Stretch): unknown {
  return decoder.decode(memory, start, end)
}
