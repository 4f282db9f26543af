/**
 * The bytes that are read, at a place that moves on. What lies behind their end is other messages: numbers may be read
 * there, which is noticed in the end; lengths are checked at once, so that none of them makes anybody wait.
 */
import { SHORT_BYTES, shortAscii } from './ascii.js'
import * as format from './format.js'
import type { KeyBytes } from './key-bytes.js'

/** UTF-16 of one text on its way; a longer one gets memory of its own. */
const UNITS = Buffer.from(new ArrayBuffer(1 << 13))
/** Memory as large as this is not held on to. */
const KEPT_BYTES = 1 << 20

const NOTHING = new ArrayBuffer(0)

/** The input of one decoder. */
export class Input {
  /** The memory that the bytes lie in. */
  #memory: ArrayBufferLike = NOTHING
  /** All of it: so neither of the two need be made for each message. */
  #bytes: Buffer = Buffer.from(NOTHING)
  #view: DataView = new DataView(NOTHING)
  /** Where reading goes on; may be set back to where it has been. */
  at = 0
  /** Where the bytes end. */
  end = 0

  /** Reads the bytes from `start` to `end` of `memory` from now on. */
  begin(memory: ArrayBufferLike, start: number, end: number): void {
    if (memory !== this.#memory) {
      this.#memory = memory
      this.#bytes = Buffer.from(memory)
      this.#view = new DataView(memory)
    }
    this.at = start
    this.end = end
  }

  /** Lets go of what was read, unless it is the memory that the next message lies in, too. */
  finish(): void {
    if (this.#bytes.length > KEPT_BYTES) this.begin(NOTHING, 0, 0)
  }

  /** How many bytes are left; negative where it has been read on beyond the end. */
  get left(): number {
    return this.end - this.at
  }

  /** The next byte; at the end of the memory, as everywhere behind the end, anything. */
  byte(): number {
    return this.#bytes[this.at++] ?? 0
  }

  /** Whether a text begins here, in UTF-8 or in UTF-16. */
  isAtText(): boolean {
    const tag = this.#bytes[this.at] ?? 0
    if ((tag >= 0xa0 && tag < 0xc0) || (tag >= format.STR_8 && tag <= format.STR_32)) return true
    const typeAt = extensionTypeAt(tag)
    return typeAt > 0 && this.#bytes[this.at + typeAt] === format.TYPE_TEXT_UTF16
  }

  uint16(): number {
    this.at += 2
    return this.#view.getUint16(this.at - 2)
  }

  uint32(): number {
    this.at += 4
    return this.#view.getUint32(this.at - 4)
  }

  int8(): number {
    return this.#view.getInt8(this.at++)
  }

  int16(): number {
    this.at += 2
    return this.#view.getInt16(this.at - 2)
  }

  int32(): number {
    this.at += 4
    return this.#view.getInt32(this.at - 4)
  }

  uint64(): bigint {
    this.at += 8
    return this.#view.getBigUint64(this.at - 8)
  }

  int64(): bigint {
    this.at += 8
    return this.#view.getBigInt64(this.at - 8)
  }

  float32(): number {
    this.at += 4
    return this.#view.getFloat32(this.at - 4)
  }

  float64(): number {
    this.at += 8
    return this.#view.getFloat64(this.at - 8)
  }

  /** A length that is claimed, of things that have a byte each at least. */
  checked(length: number): number {
    if (length > this.end - this.at) throw new RangeError('it ends before what it announces')
    return length
  }

  /** The next `length` bytes, in place. */
  bytes(length: number): Buffer {
    this.checked(length)
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  /** The bytes from `start` on that have been read, in place. */
  since(start: number): Buffer {
    return this.#bytes.subarray(start, this.at)
  }

  /** A text of `length` bytes of UTF-8; throws where they are none. */
  text(length: number): string {
    this.checked(length)
    const bytes = this.#bytes
    const start = this.at
    const end = start + length
    this.at = end
    if (length > SHORT_BYTES) return this.#longText(start, end)
    return this.#isAscii(start, length) ? shortAscii(bytes, start, length) : this.#utf8(start, end)
  }

  #isAscii(start: number, length: number): boolean {
    if (length < 4) {
      const bytes = this.#bytes
      let union = 0
      for (let index = start; index < start + length; index++) union |= bytes[index] as number
      return union < 0x80
    }
    const view = this.#view
    // By fours, the last of which may be looked at twice.
    let union = view.getInt32(start + length - 4)
    for (let at = start; at + 4 < start + length; at += 4) union |= view.getInt32(at)
    return (union & 0x80808080) === 0
  }

  /** Whether the next bytes are those of a known key; they are passed over if so. */
  takes(key: KeyBytes): boolean {
    const { length, words, last } = key
    const view = this.#view
    const start = this.at
    if (length < 4) {
      const { bytes } = key
      const here = this.#bytes
      for (let index = 0; index < length; index++) if (here[start + index] !== bytes[index]) return false
    } else {
      const lastAt = start + length - 4
      if (lastAt + 4 > this.end || view.getInt32(lastAt) !== last) return false
      for (let index = 0; index < words.length; index++) {
        if (view.getInt32(start + 4 * index) !== words[index]) return false
      }
    }
    this.at = start + length
    return true
  }

  /** For compiled code: the same for a key of four bytes, as a number. */
  takes1(length: number, last: number): boolean {
    const { at } = this
    if (at + length > this.end || this.#view.getInt32(at) !== last) return false
    this.at = at + length
    return true
  }

  /** Of five to eight: the first four, and the last. */
  takes2(length: number, first: number, last: number): boolean {
    const { at } = this
    if (at + length > this.end) return false
    const view = this.#view
    if (view.getInt32(at) !== first || view.getInt32(at + length - 4) !== last) return false
    this.at = at + length
    return true
  }

  /** Of nine to twelve. */
  takes3(length: number, first: number, second: number, last: number): boolean {
    const { at } = this
    if (at + length > this.end) return false
    const view = this.#view
    if (view.getInt32(at) !== first || view.getInt32(at + 4) !== second) return false
    if (view.getInt32(at + length - 4) !== last) return false
    this.at = at + length
    return true
  }

  /** Of thirteen to sixteen. */
  takes4(length: number, first: number, second: number, third: number, last: number): boolean {
    const { at } = this
    if (at + length > this.end) return false
    const view = this.#view
    if (view.getInt32(at) !== first || view.getInt32(at + 4) !== second) return false
    if (view.getInt32(at + 8) !== third || view.getInt32(at + length - 4) !== last) return false
    this.at = at + length
    return true
  }

  #longText(start: number, end: number): string {
    const bytes = this.#bytes
    for (let index = start; index < end; index++) {
      if ((bytes[index] as number) >= 0x80) return this.#utf8(start, end)
    }
    return bytes.toString('latin1', start, end)
  }

  /** For what is not ASCII, V8 takes several times as long as this; and it passes over what is no UTF-8. */
  #utf8(start: number, end: number): string {
    const bytes = this.#bytes
    const units = (end - start) * 2 <= UNITS.length ? UNITS : Buffer.allocUnsafeSlow((end - start) * 2)
    const words = new Uint16Array(units.buffer)
    let count = 0
    for (let at = start; at < end; ) {
      const first = bytes[at] as number
      if (first < 0x80) {
        words[count++] = first
        at++
        continue
      }
      const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
      const code = at + length <= end ? codePoint(bytes, at, first, length) : -1
      if (code < 0) throw new RangeError('a text in it is no UTF-8')
      at += length
      if (code < 0x10000) words[count++] = code
      else {
        words[count++] = 0xd800 + ((code - 0x10000) >> 10)
        words[count++] = 0xdc00 + ((code - 0x10000) & 0x3ff)
      }
    }
    return units.toString('utf16le', 0, count * 2)
  }
}

/** The code point of several bytes; −1 where they are none, or longer than they need be. */
function codePoint(bytes: Buffer, at: number, first: number, length: number): number {
  let code = first & (0x7f >> length)
  for (let index = 1; index < length; index++) {
    const next = bytes[at + index] as number
    if ((next & 0xc0) !== 0x80) return -1
    code = (code << 6) | (next & 0x3f)
  }
  if (first < 0xc2 || first > 0xf4) return -1
  if (length === 3) return code < 0x800 || (code >= 0xd800 && code < 0xe000) ? -1 : code
  return length === 4 && (code < 0x10000 || code > 0x10ffff) ? -1 : code
}

/** How many bytes behind its tag the type of an extension stands; 0 where the tag begins none. */
function extensionTypeAt(tag: number): number {
  if (tag >= format.FIXEXT_1 && tag <= format.FIXEXT_16) return 1
  if (tag === format.EXT_8) return 2
  if (tag === format.EXT_16) return 3
  return tag === format.EXT_32 ? 5 : 0
}
