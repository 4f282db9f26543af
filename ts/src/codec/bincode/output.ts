/** The bytes that are written, in one of the two layouts of integers. */

/** How integers are laid out: `standard` gives small ones fewer bytes, `legacy` gives each its full size. */
export type Layout = 'standard' | 'legacy'

const INITIAL_BYTES = 256
const MAX_BYTES = 2 ** 31 - 1

/** The output of one value. All of it is little endian. */
export class Output {
  readonly #isVariable: boolean
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES)
  #at = 0
  #depth = 0

  constructor(layout: Layout) {
    this.#isVariable = layout === 'standard'
  }

  /** What is written. */
  taken(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#at))
  }

  byte(byte: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = byte
  }

  /** An unsigned integer of 2 or 4 bytes. */
  unsigned(value: number, size: number): void {
    if (!this.#isVariable) this.#fixed(value, size)
    else if (value < 251) this.byte(value)
    else {
      const bytes = value < 0x10000 ? 2 : 4
      this.byte(bytes === 2 ? 251 : 252)
      this.#fixed(value, bytes)
    }
  }

  /** A signed integer of 2 or 4 bytes. */
  signed(value: number, size: number): void {
    if (!this.#isVariable) this.#fixed(size === 2 ? value & 0xffff : value >>> 0, size)
    // Zigzag: small ones of either sign are small.
    else this.unsigned(value < 0 ? -2 * value - 1 : 2 * value, 4)
  }

  /** An unsigned integer of 8 or 16 bytes. */
  bigUnsigned(value: bigint, size: number): void {
    if (!this.#isVariable) this.#bigFixed(value, size)
    else if (value <= 0xffff_ffffn) this.unsigned(Number(value), 4)
    else {
      const bytes = value < 1n << 64n ? 8 : 16
      this.byte(bytes === 8 ? 253 : 254)
      this.#bigFixed(value, bytes)
    }
  }

  /** A signed integer of 8 or 16 bytes. */
  bigSigned(value: bigint, size: number): void {
    if (!this.#isVariable) this.#bigFixed(BigInt.asUintN(size * 8, value), size)
    else this.bigUnsigned(value < 0n ? -2n * value - 1n : 2n * value, size)
  }

  float32(value: number): void {
    this.#room(4)
    this.#at = this.#bytes.writeFloatLE(value, this.#at)
  }

  float64(value: number): void {
    this.#room(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** How many elements or bytes follow: an integer of 8 bytes. */
  length(length: number): void {
    if (this.#isVariable) this.unsigned(length, 4)
    else this.#bigFixed(BigInt(length), 8)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** UTF-8 of so many bytes. */
  text(text: string, bytes: number): void {
    this.#room(bytes)
    this.#bytes.write(text, this.#at)
    this.#at += bytes
  }

  /** One level deeper; what refers to itself is refused rather than written without end. */
  nested(maxDepth: number, write: () => void): void {
    if (++this.#depth > maxDepth) throw new RangeError(`it is nested more than ${maxDepth} levels deep`)
    write()
    this.#depth--
  }

  #fixed(value: number, size: number): void {
    this.#room(size)
    this.#at = this.#bytes.writeUIntLE(value, this.#at, size)
  }

  #bigFixed(value: bigint, size: number): void {
    this.#room(size)
    for (let shift = 0n; shift < size * 8; shift += 64n) {
      this.#at = this.#bytes.writeBigUInt64LE((value >> shift) & 0xffff_ffff_ffff_ffffn, this.#at)
    }
  }

  #room(needed: number): void {
    const length = this.#at + needed
    if (length <= this.#bytes.length) return
    if (length > MAX_BYTES) throw new RangeError(`it has more than ${MAX_BYTES} bytes`)
    const grown = Buffer.allocUnsafe(Math.min(Math.max(length, this.#bytes.length * 2), MAX_BYTES))
    grown.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = grown
  }
}
