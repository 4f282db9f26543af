/**
 * Payloads by codecs of the user's own. The name of the codec goes with the bytes: numbers would have to be agreed upon by
 * all threads before the first message, and a message that is kept would outlive the agreement.
 */
import type { AnyCodec } from '../contract/codecs.js'
import type { Codecs } from './codecs.js'
import type { Stretch } from './stretch.js'

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
export function decodeOwn(codecs: Codecs, { bytes, buffer, start, end }: Stretch): unknown {
  const nameBytes = start < end ? (bytes[start] ?? 0) : 0
  const nameEnd = start + 1 + nameBytes
  if (nameBytes === 0 || nameEnd > end) throw new RangeError('it names no codec')
  return codecs.own(buffer.toString('utf8', start + 1, nameEnd)).decode(bytes.slice(nameEnd, end))
}
