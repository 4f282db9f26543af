/** What needs no encoder: bytes, of which one copy goes in and one comes out, and texts. */
// The global of that name is a getter, which would be asked for each message.
import { Buffer } from 'node:buffer'
import type { Encoded } from './encoded.js'
import * as numbers from './numbers.js'
import { isWide, textBytes } from './text.js'
import { bytesOf, UINT8_ARRAY, viewNumber } from './views.js'

/** A text as it is. */
export function encodeText(text: string, narrowCodec: number, wideCodec: number): Encoded {
  const wide = isWide(text)
  return { codec: wide ? wideCodec : narrowCodec, bytes: textBytes(text, wide) }
}

/** Bytes as they are, in place; undefined where `payload` is none. */
export function encodeBytes(payload: unknown): Encoded | undefined {
  if (!(ArrayBuffer.isView(payload) || payload instanceof ArrayBuffer)) return undefined
  // As most are: without a look at its prototype, for which V8 leaves what it has compiled.
  if ((payload as object).constructor === Uint8Array && payload instanceof Uint8Array)
    return { codec: numbers.CODEC_VIEWS + UINT8_ARRAY, bytes: payload }
  if (Buffer.isBuffer(payload)) return { codec: numbers.CODEC_BUFFER, bytes: payload }
  const number = viewNumber(payload)
  return number === undefined ? undefined : { codec: numbers.CODEC_VIEWS + number, bytes: bytesOf(payload) }
}
