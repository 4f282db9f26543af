/**
 * Texts without an encoder, as V8 has them: one byte for each character, or two. UTF-8 would be smaller for some, but V8
 * takes ten times as long to read it, and it has no lone surrogates.
 */
import type { Stretch } from './stretch.js'

/** Whether a text needs two bytes for each character. Takes no time where V8 has one byte for each, whatever the length. */
const WIDE = /[^\0-\xff]/

/** A longer text gets memory of its own. */
const scratch = Buffer.from(new ArrayBuffer(1 << 16))

/** Whether {@link textBytes} has two bytes for each character. */
export function isWide(text: string): boolean {
  return WIDE.test(text)
}

/** The bytes of `text`, valid until the next call. */
export function textBytes(text: string, wide: boolean): Uint8Array {
  const encoding = wide ? 'utf16le' : 'latin1'
  const length = wide ? text.length * 2 : text.length
  if (length > scratch.length) return Buffer.from(text, encoding)
  scratch.write(text, 0, encoding)
  return scratch.subarray(0, length)
}

/** The text of a stretch of bytes; throws where they can be none. */
export function textOf({ buffer, start, end }: Stretch, wide: boolean): string {
  if (wide && (end - start) % 2 !== 0) throw new RangeError(`${end - start} bytes are no UTF-16`)
  return buffer.toString(wide ? 'utf16le' : 'latin1', start, end)
}
