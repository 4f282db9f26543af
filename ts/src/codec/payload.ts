/** How a payload becomes bytes for another thread, by what it is; within a thread nothing is encoded. */
import { payloadNotDecodable, payloadNotEncodable } from '../errors.js'
import { decodeMsgpack, encodeMsgpack } from './msgpack.js'
import { reasonOf, unencodable } from './unencodable.js'

/** How the bytes of a payload are to be read: the codec's number in a frame. */
export const CODEC_NONE = 0
export const CODEC_BYTES = 1
export const CODEC_BUFFER = 2
export const CODEC_ARRAY_BUFFER = 3
export const CODEC_TEXT = 4
export const CODEC_MSGPACK = 5
export const CODEC_TEXT_UTF16 = 6

/** A payload as it travels. `bytes` is valid until the next payload is encoded. */
export interface Encoded {
  readonly codec: number
  readonly bytes: Uint8Array
}

const NOTHING: Encoded = { codec: CODEC_NONE, bytes: new Uint8Array(0) }

/** Encodes a payload; throws `ERR_BUS_PAYLOAD_NOT_ENCODABLE` with the path of what cannot travel. */
export function encodePayload(topic: string, payload: unknown): Encoded {
  if (payload === undefined) return NOTHING
  if (typeof payload === 'string') return encodeText(payload)
  if (Buffer.isBuffer(payload)) return { codec: CODEC_BUFFER, bytes: payload }
  if (payload instanceof Uint8Array && payload.constructor === Uint8Array)
    return { codec: CODEC_BYTES, bytes: payload }
  if (payload instanceof ArrayBuffer) return { codec: CODEC_ARRAY_BUFFER, bytes: new Uint8Array(payload) }
  try {
    return { codec: CODEC_MSGPACK, bytes: encodeMsgpack(payload) }
  } catch (error) {
    throw payloadNotEncodable(topic, unencodable(payload) ?? reasonOf(error), error)
  }
}

/** A lone surrogate has no UTF-8: a text that holds one would arrive as another text. */
function encodeText(text: string): Encoded {
  return text.isWellFormed()
    ? { codec: CODEC_TEXT, bytes: Buffer.from(text) }
    : { codec: CODEC_TEXT_UTF16, bytes: Buffer.from(text, 'utf16le') }
}

/** Decodes a payload into values of its own: `bytes` may be overwritten afterwards. */
export function decodePayload(topic: string, codec: number, bytes: Uint8Array): unknown {
  switch (codec) {
    case CODEC_NONE:
      return undefined
    case CODEC_BYTES:
      return copyOf(bytes)
    case CODEC_BUFFER:
      return Buffer.from(bytes)
    case CODEC_ARRAY_BUFFER:
      return copyOf(bytes).buffer
    case CODEC_TEXT:
      return viewOf(bytes).toString()
    case CODEC_TEXT_UTF16:
      return viewOf(bytes).toString('utf16le')
    default:
      try {
        return decodeMsgpack(bytes)
      } catch (error) {
        throw payloadNotDecodable(topic, error)
      }
  }
}

/** Not `slice()`: that of a Buffer, which `bytes` may be, is a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
