/** The bytes that are read, in one of the two layouts of integers. Whatever they are, reading them ends. */
import { isUtf8 } from 'node:buffer'
import type { Layout } from './output.js'

/** Elements without any bytes, as a unit, could be claimed without end; a list has no more of them than this. */
const MAX_EMPTY = 65_536

/** The input of one value. All of it is little endian. */
export class Input {
  readonly #isVariable: boolean
  readonly #bytes: Buffer
  #at = 0
  #depth = 0

  constructor(bytes: Uint8Array, layout: Layout) {
    this.#isVariable = layout === 'standard'
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Asserts that all has been read. */
  end(): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw new RangeError(`${left} bytes of it are left over`)
  }

  /** The next byte, which is still to be read; 0 where there is none. */
  peek(): number {
    return this.#bytes[this.#at] ?? 0
  }

  byte(): number {
    return this.#bytes[this.#advance(1)] as number
  }

  /** An unsigned integer of 2 or 4 bytes. */
  unsigned(size: number): number {
    if (!this.#isVariable) return this.#bytes.readUIntLE(this.#advance(size), size)
    const first = this.byte()
    if (first < 251) return first
    if (first === 251) return this.#bytes.readUInt16LE(this.#advance(2))
    if (first === 252 && size === 4) return this.#bytes.readUInt32LE(this.#advance(4))
    throw tooLarge(first)
  }

  /** A signed integer of 2 or 4 bytes. */
  signed(size: number): number {
    if (!this.#isVariable) return this.#bytes.readIntLE(this.#advance(size), size)
    const zigzag = this.unsigned(size)
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
  }

  /** An unsigned integer of 8 or 16 bytes. */
  bigUnsigned(size: number): bigint {
    if (!this.#isVariable) return this.#bigFixed(size)
    const first = this.byte()
    if (first < 251) return BigInt(first)
    if (first === 251) return BigInt(this.#bytes.readUInt16LE(this.#advance(2)))
    if (first === 252) return BigInt(this.#bytes.readUInt32LE(this.#advance(4)))
    if (first === 253) return this.#bigFixed(8)
    if (first === 254 && size === 16) return this.#bigFixed(16)
    throw tooLarge(first)
  }

  /** A signed integer of 8 or 16 bytes. */
  bigSigned(size: number): bigint {
    if (!this.#isVariable) return BigInt.asIntN(size * 8, this.#bigFixed(size))
    const zigzag = this.bigUnsigned(size)
    return zigzag % 2n === 0n ? zigzag / 2n : -(zigzag + 1n) / 2n
  }

  float32(): number {
    return this.#bytes.readFloatLE(this.#advance(4))
  }

  float64(): number {
    return this.#bytes.readDoubleLE(this.#advance(8))
  }

  /** How many elements follow, each of which has so many bytes at least. */
  length(minBytes: number): number {
    const length = this.bigUnsigned(8)
    const limit = minBytes === 0 ? MAX_EMPTY : (this.#bytes.length - this.#at) / minBytes
    if (length > limit) throw new RangeError('it ends before what it announces')
    return Number(length)
  }

  /** The next bytes, in place. */
  raw(length: number): Buffer {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** A text of so many bytes. */
  text(length: number): string {
    const bytes = this.raw(length)
    if (!isUtf8(bytes)) throw new RangeError('a text in it is no UTF-8')
    return bytes.toString()
  }

  /** One level deeper. */
  nested<T>(maxDepth: number, read: () => T): T {
    if (++this.#depth > maxDepth) throw new RangeError(`it is nested more than ${maxDepth} levels deep`)
    const value = read()
    this.#depth--
    return value
  }

  #bigFixed(size: number): bigint {
    const lower = this.#bytes.readBigUInt64LE(this.#advance(8))
    return size === 8 ? lower : lower | (this.#bytes.readBigUInt64LE(this.#advance(8)) << 64n)
  }

  /** Where the next `length` bytes begin, which are now read. */
  #advance(length: number): number {
    const start = this.#at
    if (length > this.#bytes.length - start) throw new RangeError('it ends too early')
    this.#at += length
    return start
  }
}

function tooLarge(first: number): RangeError {
  return new RangeError(`an integer in it is larger than its type (its first byte is ${first})`)
}
