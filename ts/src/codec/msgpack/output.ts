/** The bytes that are written: a buffer that grows, and MessagePack's numbers, texts and headers. */
import * as format from './format.js'
import type { KeyBytes } from './key-bytes.js'

const INITIAL_BYTES = 1 << 14
/** A larger buffer, needed for one large value, is given back after it. */
const KEPT_BYTES = 1 << 20
/** No message may have as much; what does is a structure that refers to its parts over and over. */
const MAX_BYTES = 2 ** 31 - 1
/** A text of so many characters is written faster here than by a call into Node.js. */
const SHORT_CHARACTERS = 48
/** The longest header. */
const HEADER_BYTES = 5
/** Below this, values of the same length share a view. */
const SHARED_BYTES = 512

/** The output of one encoder. */
export class Output {
  #bytes = Buffer.from(new ArrayBuffer(INITIAL_BYTES))
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  /** Views of the first bytes, by their length. */
  #views: Uint8Array[] = []

  /** How many bytes are written. */
  get length(): number {
    return this.#at
  }

  /** Takes back all but the first `length` bytes. */
  truncate(length: number): void {
    this.#at = length
  }

  /** What is written from `start` on, in place. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#at)
  }

  /** What is written, valid until the next value is. */
  taken(): Uint8Array {
    const bytes = this.#bytes
    const length = this.#at
    this.#at = 0
    let taken = this.#views[length]
    if (taken === undefined) {
      taken = bytes.subarray(0, length)
      if (length < SHARED_BYTES) this.#views[length] = taken
    }
    if (bytes.length > KEPT_BYTES) this.#allocate(INITIAL_BYTES)
    return taken
  }

  byte(byte: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#at++] = byte
  }

  number(value: number): void {
    if (this.#at + 9 > this.#bytes.length) this.#grow(9)
    // Not so -0, which is 0 as an integer.
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) this.#integer(value)
    else if (value >>> 0 === value && value !== 0) this.#uint32(format.UINT_32, value)
    else {
      this.#bytes[this.#at] = format.FLOAT_64
      this.#view.setFloat64(this.#at + 1, value)
      this.#at += 9
    }
  }

  /** One that has 64 bits, signed or not. */
  bigint64(value: bigint): void {
    if (this.#at + 9 > this.#bytes.length) this.#grow(9)
    if (value < 0n) {
      this.#bytes[this.#at] = format.INT_64
      this.#view.setBigInt64(this.#at + 1, value)
    } else {
      this.#bytes[this.#at] = format.UINT_64
      this.#view.setBigUint64(this.#at + 1, value)
    }
    this.#at += 9
  }

  /** A text; false, and nothing is written, where it holds a lone surrogate: UTF-8 has none. */
  text(text: string): boolean {
    const { length } = text
    if (length >= SHORT_CHARACTERS) return this.#longText(text)
    if (this.#at + length + 2 > this.#bytes.length) this.#grow(length + 2)
    const bytes = this.#bytes
    const start = this.#at + (length < 32 ? 1 : 2)
    let union = 0
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      union |= unit
      bytes[start + index] = unit
    }
    if (union > 0x7f) return this.#shortText(text)
    if (length < 32) bytes[this.#at] = 0xa0 | length
    else {
      bytes[this.#at] = format.STR_8
      bytes[this.#at + 1] = length
    }
    this.#at = start + length
    return true
  }

  /** A known key, by four bytes at a time. */
  key({ bytes, length, words, last }: KeyBytes): void {
    const at = this.#at
    if (at + length > this.#bytes.length) this.#grow(length)
    if (length < 4) {
      for (let index = 0; index < length; index++) this.#bytes[this.#at + index] = bytes[index] as number
    } else {
      const view = this.#view
      for (let index = 0; index < words.length; index++) view.setInt32(at + 4 * index, words[index] as number)
      view.setInt32(at + length - 4, last)
    }
    this.#at = at + length
  }

  /** For compiled code: the `length` bytes of a key that has no more than four, in a word whose other bytes are 0. */
  words1(length: number, first: number): void {
    const at = this.#at
    if (at + 4 > this.#bytes.length) this.#grow(4)
    this.#view.setInt32(at, first)
    this.#at = at + length
  }

  /** Of five to eight. */
  words2(length: number, first: number, second: number): void {
    const at = this.#at
    if (at + 8 > this.#bytes.length) this.#grow(8)
    const view = this.#view
    view.setInt32(at, first)
    view.setInt32(at + 4, second)
    this.#at = at + length
  }

  /** Of nine to twelve. */
  words3(length: number, first: number, second: number, third: number): void {
    const at = this.#at
    if (at + 12 > this.#bytes.length) this.#grow(12)
    const view = this.#view
    view.setInt32(at, first)
    view.setInt32(at + 4, second)
    view.setInt32(at + 8, third)
    this.#at = at + length
  }

  /** Of thirteen to sixteen. */
  words4(length: number, first: number, second: number, third: number, fourth: number): void {
    const at = this.#at
    if (at + 16 > this.#bytes.length) this.#grow(16)
    const view = this.#view
    view.setInt32(at, first)
    view.setInt32(at + 4, second)
    view.setInt32(at + 8, third)
    view.setInt32(at + 12, fourth)
    this.#at = at + length
  }

  array(length: number): void {
    this.#header(length, 0x90, format.ARRAY_16)
  }

  map(length: number): void {
    this.#header(length, 0x80, format.MAP_16)
  }

  /** The header of an extension of `length` bytes. */
  extension(type: number, length: number): void {
    if (this.#at + 6 > this.#bytes.length) this.#grow(6)
    if (length < 256) {
      this.#bytes[this.#at++] = format.EXT_8
      this.#bytes[this.#at++] = length
    } else this.#uint32(format.EXT_32, length)
    this.#bytes[this.#at++] = type
  }

  /** Begins an extension whose length is not known; what it returns is for {@link endExtension}. */
  beginExtension(type: number): number {
    if (this.#at + 6 > this.#bytes.length) this.#grow(6)
    this.#uint32(format.EXT_32, 0)
    this.#bytes[this.#at++] = type
    return this.#at
  }

  endExtension(start: number): void {
    this.#view.setUint32(start - 5, this.#at - start)
  }

  /** Bytes as MessagePack has them. */
  binary(bytes: Uint8Array): void {
    const { length } = bytes
    if (this.#at + 5 > this.#bytes.length) this.#grow(5)
    if (length < 256) {
      this.#bytes[this.#at++] = format.BIN_8
      this.#bytes[this.#at++] = length
    } else if (length < 65_536) this.#uint16(format.BIN_16, length)
    else this.#uint32(format.BIN_32, length)
    this.raw(bytes)
  }

  /** Bytes without a header. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes
    if (this.#at + length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(bytes, this.#at)
    this.#at += length
  }

  #integer(value: number): void {
    const bytes = this.#bytes
    if (value >= 0) {
      if (value < 128) bytes[this.#at++] = value
      else if (value < 256) {
        bytes[this.#at++] = format.UINT_8
        bytes[this.#at++] = value
      } else if (value < 65_536) this.#uint16(format.UINT_16, value)
      else this.#uint32(format.UINT_32, value)
    } else if (value >= -32) bytes[this.#at++] = value
    else if (value >= -128) {
      bytes[this.#at++] = format.INT_8
      bytes[this.#at++] = value
    } else if (value >= -32_768) this.#uint16(format.INT_16, value)
    else this.#uint32(format.INT_32, value)
  }

  /** Also of a negative number: its lower bits are those of the integer of so many bits. */
  #uint16(tag: number, value: number): void {
    this.#bytes[this.#at] = tag
    this.#view.setUint16(this.#at + 1, value)
    this.#at += 3
  }

  #uint32(tag: number, value: number): void {
    this.#bytes[this.#at] = tag
    this.#view.setUint32(this.#at + 1, value)
    this.#at += 5
  }

  #header(length: number, fix: number, tag16: number): void {
    if (this.#at + HEADER_BYTES > this.#bytes.length) this.#grow(HEADER_BYTES)
    if (length < 16) this.#bytes[this.#at++] = fix | length
    else if (length < 65_536) this.#uint16(tag16, length)
    else this.#uint32(tag16 + 1, length)
  }

  #longText(text: string): boolean {
    const most = mostBytes(text)
    if (this.#at + HEADER_BYTES + most > this.#bytes.length) this.#grow(HEADER_BYTES + most)
    // As long as that of ASCII at first: how many bytes it has is known when it is written.
    const guess = textHeaderBytes(text.length)
    const start = this.#at + guess
    const length = this.#bytes.write(text, start, 'utf8')
    if (length !== text.length) {
      if (!text.isWellFormed()) return false
      const bytes = textHeaderBytes(length)
      if (bytes !== guess) this.#bytes.copyWithin(this.#at + bytes, start, start + length)
    }
    this.#textHeader(length)
    this.#at += length
    return true
  }

  #textHeader(length: number): void {
    if (length < 32) this.#bytes[this.#at++] = 0xa0 | length
    else if (length < 256) {
      this.#bytes[this.#at++] = format.STR_8
      this.#bytes[this.#at++] = length
    } else if (length < 65_536) this.#uint16(format.STR_16, length)
    else this.#uint32(format.STR_32, length)
  }

  /** For a short text that is not ASCII, a call into Node.js takes longer than this. */
  #shortText(text: string): boolean {
    const most = text.length * 3
    if (this.#at + HEADER_BYTES + most > this.#bytes.length) this.#grow(HEADER_BYTES + most)
    const start = this.#at + textHeaderBytes(text.length)
    const end = this.#utf8(text, start)
    if (end < 0) return false
    const length = end - start
    const bytes = textHeaderBytes(length)
    if (this.#at + bytes !== start) this.#bytes.copyWithin(this.#at + bytes, start, end)
    this.#textHeader(length)
    this.#at += length
    return true
  }

  /** Writes UTF-8 from `at` on; returns where it ends, or −1 at a lone surrogate. */
  #utf8(text: string, at: number): number {
    const bytes = this.#bytes
    for (let index = 0; index < text.length; index++) {
      let unit = text.charCodeAt(index)
      if (unit < 0x80) {
        bytes[at++] = unit
        continue
      }
      if (unit < 0x800) bytes[at++] = 0xc0 | (unit >> 6)
      else {
        if (unit >= 0xd800 && unit < 0xe000) {
          const low = unit < 0xdc00 ? text.charCodeAt(++index) - 0xdc00 : -1
          // Also at the end of the text, where there is no unit.
          if (!(low >= 0 && low < 0x400)) return -1
          unit = 0x10000 + ((unit & 0x3ff) << 10) + low
          bytes[at++] = 0xf0 | (unit >> 18)
          bytes[at++] = 0x80 | ((unit >> 12) & 0x3f)
        } else bytes[at++] = 0xe0 | (unit >> 12)
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f)
      }
      bytes[at++] = 0x80 | (unit & 0x3f)
    }
    return at
  }

  #grow(needed: number): void {
    const length = this.#at + needed
    if (length > MAX_BYTES) throw new RangeError(`it has more than ${MAX_BYTES} bytes`)
    const old = this.#bytes.subarray(0, this.#at)
    this.#allocate(Math.min(Math.max(length, this.#bytes.length * 2), MAX_BYTES))
    this.#bytes.set(old)
  }

  #allocate(bytes: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(bytes)
    this.#view = new DataView(this.#bytes.buffer)
    this.#views = []
  }
}

function textHeaderBytes(length: number): number {
  if (length < 32) return 1
  if (length < 256) return 2
  return length < 65_536 ? 3 : HEADER_BYTES
}

/** How many bytes of UTF-8 a text may have: for a long one, whose room would cost more than the count, exactly. */
function mostBytes(text: string): number {
  return text.length > 65_536 ? Buffer.byteLength(text) : text.length * 3
}
