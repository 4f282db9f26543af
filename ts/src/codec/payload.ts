/**
 * Payloads as bytes, for another thread; within a thread nothing is encoded. What is nothing, a text or bytes gets no
 * encoder, unless its topic has a codec of the user's own.
 */
import { payloadNotDecodable, payloadNotEncodable } from '../errors.js'
import { BUILT_IN, type Codecs } from './codecs.js'
import { encodeBytes, encodeText } from './direct.js'
import type { Encoded } from './encoded.js'
import { decodeJson, encodeJson } from './json.js'
import { decodeMsgpackIn, encodeMsgpack } from './msgpack.js'
import * as numbers from './numbers.js'
import { decodeOwn, encodeOwn } from './own.js'
import type { Stretch } from './stretch.js'
import { decodeStructuredClone, encodeStructuredClone } from './structured-clone.js'
import { textOf } from './text.js'
import { reasonOf, unencodable } from './unencodable.js'
import { VIEWS, viewOf } from './views.js'

export type { Encoded } from './encoded.js'

const NOTHING: Encoded = { codec: numbers.CODEC_NONE, bytes: new Uint8Array(0) }

/**
 * Encodes a payload by the codec of its topic; throws `ERR_BUS_PAYLOAD_NOT_ENCODABLE` with the path of what cannot travel.
 *
 * @param codecs - those of the bus; default: all topics have the codec that is the default of defaults
 */
export function encodePayload(topic: string, payload: unknown, codecs: Codecs = BUILT_IN): Encoded {
  if (payload === undefined) return NOTHING
  const name = codecs.nameFor(topic)
  try {
    switch (name) {
      case 'msgpack':
        return direct(payload) ?? { codec: numbers.CODEC_MSGPACK, bytes: encodeMsgpack(payload) }
      case 'json':
        return (
          direct(payload) ?? encodeText(encodeJson(payload), numbers.CODEC_JSON, numbers.CODEC_JSON_UTF16)
        )
      case 'structured-clone':
        return (
          direct(payload) ?? {
            codec: numbers.CODEC_STRUCTURED_CLONE,
            bytes: encodeStructuredClone(payload),
          }
        )
      case 'bytes':
        return bytesAlone(payload)
      default:
        return { codec: numbers.CODEC_OWN, bytes: encodeOwn(codecs.own(name), payload) }
    }
  } catch (error) {
    throw payloadNotEncodable(topic, whyNot(name, payload, error), error)
  }
}

/**
 * Decodes a payload into values of its own: its bytes may be overwritten afterwards, unless they are all of their memory.
 * Throws `ERR_BUS_PAYLOAD_NOT_DECODABLE`.
 *
 * @param codec - the number in the frame
 * @param codecs - those of the bus; default: none but what is built in
 */
export function decodePayload(
  topic: string,
  codec: number,
  stretch: Stretch,
  codecs: Codecs = BUILT_IN,
): unknown {
  try {
    return decoded(codec, stretch, codecs)
  } catch (error) {
    throw payloadNotDecodable(topic, reasonOf(error), error)
  }
}

function direct(payload: unknown): Encoded | undefined {
  return typeof payload === 'string'
    ? encodeText(payload, numbers.CODEC_TEXT, numbers.CODEC_TEXT_UTF16)
    : encodeBytes(payload)
}

function bytesAlone(payload: unknown): Encoded {
  const encoded = encodeBytes(payload)
  if (encoded === undefined) throw new TypeError('it is no bytes')
  return encoded
}

function decoded(codec: number, stretch: Stretch, codecs: Codecs): unknown {
  const { bytes, buffer, start, end, isOwn } = stretch
  switch (codec) {
    case numbers.CODEC_NONE:
      return undefined
    case numbers.CODEC_BUFFER:
      return isOwn ? buffer : Buffer.from(buffer.subarray(start, end))
    case numbers.CODEC_TEXT:
      return textOf(stretch, false)
    case numbers.CODEC_TEXT_UTF16:
      return textOf(stretch, true)
    case numbers.CODEC_MSGPACK:
      return decodeMsgpackIn(stretch)
    case numbers.CODEC_JSON:
      return decodeJson(textOf(stretch, false))
    case numbers.CODEC_JSON_UTF16:
      return decodeJson(textOf(stretch, true))
    case numbers.CODEC_STRUCTURED_CLONE:
      return decodeStructuredClone(buffer.subarray(start, end))
    case numbers.CODEC_OWN:
      return decodeOwn(codecs, stretch)
    default:
      if (codec < numbers.CODEC_VIEWS || codec >= numbers.CODEC_VIEWS + VIEWS) {
        throw new RangeError(`there is no codec with the number ${codec}`)
      }
      return viewOf(codec - numbers.CODEC_VIEWS, isOwn ? bytes : bytes.slice(start, end))
  }
}

/** Our encoder leaves to a search what others say themselves. */
function whyNot(name: string, payload: unknown, error: unknown): string {
  const reason = reasonOf(error)
  return name === 'msgpack' ? (unencodable(payload) ?? reason) : `its codec '${name}' says: ${reason}`
}
