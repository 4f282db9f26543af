/** Reads values. Whatever the bytes are, it ends: with a value, or with an error. */
import { put } from '../own-property.js'
import { viewOf } from '../views.js'
import { errorFrom } from './errors.js'
import * as format from './format.js'
import { Input } from './input.js'
import { MAX_KEYS, type Place, Shapes } from './shapes.js'

/** An array of more is not given its length beforehand: what claims a length may not hold it. */
const KNOWN_LENGTH = 64
/** The cause of an error, and its errors, are in arrays of their own. */
const MAX_LEVELS = 2 * format.MAX_DEPTH

/** A decoder; see the head of `msgpack.ts`. */
export class Decoder {
  readonly #input = new Input()
  readonly #shapes = new Shapes()
  /** The values of objects that are being read, those of the outer ones below. Its length is not what is in use. */
  readonly #values: unknown[] = []
  #top = 0
  #highest = 0
  #depth = 0

  /** The value of the bytes from `start` to `end` of some memory, which may be overwritten afterwards; throws where they have none. */
  decode(memory: ArrayBufferLike, start: number, end: number): unknown {
    const input = this.#input
    input.begin(memory, start, end)
    try {
      const value = this.#value()
      if (input.left < 0) throw new RangeError('it ends too early')
      if (input.left > 0) throw new RangeError(`${input.left} bytes of it are left over`)
      return value
    } finally {
      this.#depth = 0
      // Nothing is held on to.
      const used = Math.max(this.#highest, this.#top)
      for (let index = 0; index < used; index++) this.#values[index] = undefined
      this.#highest = 0
      this.#top = 0
      input.finish()
    }
  }

  #value(): unknown {
    return this.tagged(this.#input.byte())
  }

  /** What begins with the byte `tag`; for the code that is compiled for its whole. */
  tagged(tag: number): unknown {
    const input = this.#input
    if (tag < 0x80) return tag
    if (tag < 0x90) return this.#map(tag & 0x0f)
    if (tag < 0xa0) return this.#array(tag & 0x0f)
    if (tag < 0xc0) return input.text(tag & 0x1f)
    if (tag >= 0xe0) return tag - 0x100
    switch (tag) {
      case format.NIL:
        return null
      case format.FALSE:
        return false
      case format.TRUE:
        return true
      case format.FLOAT_32:
        return input.float32()
      case format.FLOAT_64:
        return input.float64()
      case format.UINT_8:
        return input.byte()
      case format.UINT_16:
        return input.uint16()
      case format.UINT_32:
        return input.uint32()
      case format.UINT_64:
        return input.uint64()
      case format.INT_8:
        return input.int8()
      case format.INT_16:
        return input.int16()
      case format.INT_32:
        return input.int32()
      case format.INT_64:
        return input.int64()
      default:
        return this.#long(tag)
    }
  }

  /** What has a length of its own. */
  #long(tag: number): unknown {
    const input = this.#input
    switch (tag) {
      case format.STR_8:
        return input.text(input.byte())
      case format.STR_16:
        return input.text(input.uint16())
      case format.STR_32:
        return input.text(input.uint32())
      case format.ARRAY_16:
        return this.#array(input.uint16())
      case format.ARRAY_32:
        return this.#array(input.uint32())
      case format.MAP_16:
        return this.#map(input.uint16())
      case format.MAP_32:
        return this.#map(input.uint32())
      case format.BIN_8:
        return Buffer.from(input.bytes(input.byte()))
      case format.BIN_16:
        return Buffer.from(input.bytes(input.uint16()))
      case format.BIN_32:
        return Buffer.from(input.bytes(input.uint32()))
      case format.EXT_8:
        return this.#extension(input.byte())
      case format.EXT_16:
        return this.#extension(input.uint16())
      case format.EXT_32:
        return this.#extension(input.uint32())
      case format.FIXEXT_1:
      case format.FIXEXT_2:
      case format.FIXEXT_4:
      case format.FIXEXT_8:
      case format.FIXEXT_16:
        return this.#extension(1 << (tag - format.FIXEXT_1))
      default:
        throw new RangeError(`0x${tag.toString(16)} begins nothing`)
    }
  }

  #array(length: number): unknown[] {
    this.#input.checked(length)
    this.#descend()
    const isSmall = length <= KNOWN_LENGTH
    const array: unknown[] = isSmall ? new Array(length) : []
    for (let index = 0; index < length; index++) {
      const value = this.#value()
      if (isSmall) array[index] = value
      else array.push(value)
    }
    this.#depth--
    return array
  }

  #map(length: number): unknown {
    // Each member has two.
    this.#input.checked(length * 2)
    this.#descend()
    const object = length > MAX_KEYS ? this.#members({}, 0, length) : this.#shaped(length)
    this.#depth--
    return object
  }

  #shaped(length: number): unknown {
    if (length === 0) return {}
    const { root } = this.#shapes
    const first = this.#next(root)
    if (first === undefined) return this.#members({}, 0, length)
    const read = first.whole?.reader(length)
    if (read !== undefined) return read(this.#input, this)
    const base = this.#top
    this.#values[this.#top++] = this.#value()
    return this.#rest(first, first, 1, length, base)
  }

  /** For a reader that is compiled: goes on behind `place`, where another key has come than it had expected. */
  resume(place: Place, first: Place, length: number, read: readonly unknown[]): unknown {
    const base = this.#top
    for (const value of read) this.#values[this.#top++] = value
    return this.#rest(place, first, read.length, length, base)
  }

  /** Reads the members of an object from the one with the number `from` on; those before it lie in `values` from `base` on. */
  #rest(last: Place, first: Place, from: number, length: number, base: number): unknown {
    const values = this.#values
    let place = last
    for (let index = from; index < length; index++) {
      const found = this.#next(place)
      if (found === undefined) {
        this.#leave(base)
        return this.#members(place.make(values, base), index, length)
      }
      place = found
      const value = this.#value()
      values[this.#top++] = value
    }
    this.#leave(base)
    first.whole = place
    return place.make(values, base)
  }

  #leave(base: number): void {
    if (this.#top > this.#highest) this.#highest = this.#top
    this.#top = base
  }

  /** The place of the next key; undefined, and nothing is read, if it gets none. */
  #next(place: Place): Place | undefined {
    const { next } = place
    return next !== undefined && this.#input.takes(next.bytes) ? next : this.#following(place)
  }

  /** The place of the next key, which is another than was expected; undefined, and nothing is read, if it gets none. */
  #following(place: Place): Place | undefined {
    const input = this.#input
    const { other } = place
    if (other !== undefined && input.takes(other.bytes)) {
      place.expect(other)
      return other
    }
    // What is no text is left to who reads one by one: to read it here as well would be to read all that is in it twice.
    if (!input.isAtText()) return undefined
    const start = input.at
    const key = this.#value()
    if (typeof key === 'string') {
      const known = place.following(key)
      if (known !== undefined) {
        place.expect(known)
        return known
      }
      const found = this.#shapes.place(place, key, input.since(start))
      if (found !== undefined) return found
    }
    input.at = start
    return undefined
  }

  /**
   * Gives an object, of which `index` members have been read, the rest of them. JavaScript knows objects by texts alone:
   * with another key it is a Map.
   */
  #members(object: object, index: number, length: number): unknown {
    for (let read = index; read < length; read++) {
      const key = this.#value()
      if (typeof key !== 'string') return this.#entries(new Map(Object.entries(object)), read, key, length)
      put(object, key, this.#value())
    }
    // Counted in the end: to ask for each key whether it is there would take twice as long.
    mustBe(Object.keys(object).length, length, 'a key of an object')
    return object
  }

  #entries(map: Map<unknown, unknown>, index: number, key: unknown, length: number): Map<unknown, unknown> {
    mustBe(map.size, index, 'a key of an object')
    map.set(key, this.#value())
    for (let read = index + 1; read < length; read++) map.set(this.#value(), this.#value())
    mustBe(map.size, length, 'a key of a Map')
    return map
  }

  #extension(length: number): unknown {
    const input = this.#input
    const type = input.byte()
    const end = input.at + input.checked(length)
    this.#descend()
    const value = this.#extended(type, length, end)
    this.#depth--
    if (input.at !== end) throw new RangeError(`an extension of type ${type} does not end where it announces`)
    return value
  }

  #extended(type: number, length: number, end: number): unknown {
    const input = this.#input
    switch (type) {
      case format.TYPE_UNDEFINED:
        input.at = end
        return undefined
      case format.TYPE_TIMESTAMP:
        return this.#date(length)
      case format.TYPE_NO_DATE:
        return new Date(Number.NaN)
      case format.TYPE_BIGINT:
        return bigint(input.bytes(length))
      case format.TYPE_TEXT_UTF16:
        if (length % 2 !== 0) throw new RangeError('a text in it is no UTF-16')
        return input.bytes(length).toString('utf16le')
      case format.TYPE_VIEW:
        if (length === 0) throw new RangeError('bytes in it are of no kind')
        return viewOf(input.byte(), new Uint8Array(input.bytes(end - input.at)))
      case format.TYPE_MAP: {
        const map = new Map<unknown, unknown>()
        let entries = 0
        for (; input.at < end; entries++) map.set(this.#value(), this.#value())
        mustBe(map.size, entries, 'a key of a Map')
        return map
      }
      case format.TYPE_SET: {
        const members = this.#until(end)
        const set = new Set(members)
        mustBe(set.size, members.length, 'a member of a Set')
        return set
      }
      case format.TYPE_REGEXP:
        return regexp(this.#until(end))
      case format.TYPE_ERROR:
        return errorFrom(this.#until(end))
      default:
        throw new RangeError(`there is no extension of type ${type}`)
    }
  }

  #until(end: number): unknown[] {
    const values: unknown[] = []
    while (this.#input.at < end) values.push(this.#value())
    return values
  }

  #date(length: number): Date {
    const input = this.#input
    let nanoseconds = 0
    let seconds: number
    if (length === 4) seconds = input.uint32()
    else if (length === 8) {
      const upper = input.uint32()
      nanoseconds = upper >>> 2
      seconds = (upper & 3) * 2 ** 32 + input.uint32()
    } else if (length === 12) {
      nanoseconds = input.uint32()
      seconds = Number(input.int64())
    } else throw new RangeError(`a date has no ${length} bytes`)
    const date = new Date(seconds * 1_000 + Math.floor(nanoseconds / 1_000_000))
    if (nanoseconds > 999_999_999 || Number.isNaN(date.getTime()))
      throw new RangeError('a date in it is none')
    return date
  }

  #descend(): void {
    if (++this.#depth > MAX_LEVELS) throw new RangeError('it is nested too deep')
  }
}

/** What comes twice is not what anybody has sent, and two readers would make two things of it. */
function mustBe(found: number, claimed: number, what: string): void {
  if (found !== claimed) throw new RangeError(`${what} comes twice in it`)
}

function bigint(bytes: Buffer): bigint {
  const digits = bytes.toString('hex', 1)
  if (digits === '' || (bytes[0] !== 0 && bytes[0] !== 1)) throw new RangeError('a BigInt in it is none')
  const magnitude = BigInt(`0x${digits}`)
  return bytes[0] === 1 ? -magnitude : magnitude
}

function regexp([source, flags, ...more]: readonly unknown[]): RegExp {
  if (typeof source !== 'string' || typeof flags !== 'string' || more.length > 0) {
    throw new TypeError('these are not the parts of a RegExp')
  }
  return new RegExp(source, flags)
}
