/**
 * Payloads by codecs of the user's own. The name of the codec goes with the bytes: numbers would have to be agreed upon by
 * all threads before the first message, and a message that is kept would outlive the agreement.
 */
import type { AnyCodec } from '../contract/codecs.js'
import type { Codecs } from './codecs.js'

/** The name of a codec, and what it made of a payload. */
export function encodeOwn(codec: AnyCodec, payload: unknown): Uint8Array {
  const encoded: unknown = codec.encode(payload)
  if (!(encoded instanceof Uint8Array)) throw new TypeError('what it returned is no Uint8Array')
  const nameBytes = Buffer.byteLength(codec.name)
  const bytes = Buffer.allocUnsafe(1 + nameBytes + encoded.length)
  bytes[0] = nameBytes
  bytes.write(codec.name, 1)
  bytes.set(encoded, 1 + nameBytes)
  return bytes
}

/** What the codec that is named makes of the rest; its bytes are a copy, for it to keep. */
export function decodeOwn(codecs: Codecs, bytes: Uint8Array): unknown {
  const nameBytes = bytes[0] ?? 0
  if (nameBytes === 0 || nameBytes > bytes.length - 1) throw new RangeError('it names no codec')
  const { buffer, byteOffset } = bytes
  const name = Buffer.from(buffer, byteOffset + 1, nameBytes).toString()
  return codecs.own(name).decode(new Uint8Array(bytes.subarray(1 + nameBytes)))
}
