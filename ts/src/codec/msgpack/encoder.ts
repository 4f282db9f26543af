/** Writes values. */
import { bytesOf, viewNumber } from '../views.js'
import { headOf, MAX_ERRORS, ownOf, read, textOf } from './errors.js'
import * as format from './format.js'
import { hasJson, kindOf } from './kinds.js'
import { Output } from './output.js'
import { MAX_KEYS, type Place, Shapes } from './shapes.js'

const hasOwn = Object.prototype.hasOwnProperty

/** An encoder; see the head of `msgpack.ts`. */
export class Encoder {
  readonly #output = new Output()
  readonly #shapes = new Shapes()
  #depth = 0
  #isBusy = false
  /** The errors that are being written: one may lead back to itself, through what Node.js or a library hangs on it. */
  readonly #errors = new Set<object>()

  /** The bytes of `value`, valid until the next call; throws on what cannot be encoded. */
  encode(value: unknown): Uint8Array {
    // A getter may publish while its object is encoded.
    if (this.#isBusy) return new Encoder().encode(value)
    this.#isBusy = true
    try {
      this.value(value)
      return this.#output.taken()
    } catch (error) {
      this.#output.truncate(0)
      this.#errors.clear()
      throw error
    } finally {
      this.#depth = 0
      this.#isBusy = false
    }
  }

  /** Writes a part of what is encoded; for the code that is compiled for its whole. */
  value(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.text(value)
        break
      case 'number':
        this.#output.number(value)
        break
      case 'object':
        if (value === null) this.#output.byte(format.NIL)
        else this.#object(value)
        break
      case 'boolean':
        this.#output.byte(value ? format.TRUE : format.FALSE)
        break
      case 'undefined':
        this.#undefined()
        break
      case 'bigint':
        this.#bigint(value)
        break
      default:
        throw new TypeError(`a ${typeof value} has no encoding`)
    }
  }

  #object(value: object): void {
    if (++this.#depth > format.MAX_DEPTH) throw new RangeError('it is nested more than 1,000 levels deep')
    if (Array.isArray(value)) this.#array(value)
    else {
      const prototype: unknown = Object.getPrototypeOf(value)
      if (prototype === Object.prototype || prototype === null) this.#members(value)
      else this.#instance(value, prototype as object)
    }
    this.#depth--
  }

  #array(values: readonly unknown[]): void {
    // A getter may make it longer.
    const { length } = values
    this.#output.array(length)
    // By index: a hole is undefined, and nobody's iterator is asked.
    for (let index = 0; index < length; index++) this.value(values[index])
  }

  #members(value: object): void {
    let whole: Place | undefined = this.#shapes.root
    for (const key in value) {
      if (!hasOwn.call(value, key)) continue
      whole = whole.step(key)
      if (whole === undefined) break
    }
    const write = whole?.writer()
    if (write === undefined) this.#byKey(value)
    else write(value, this, this.#output)
  }

  /** The members of an object of which there have not been many. */
  #byKey(value: object): void {
    // Looked at once: a getter, or a proxy, may give it others, and their number comes first.
    const keys = Object.keys(value)
    this.#output.map(keys.length)
    let place = keys.length > MAX_KEYS ? undefined : this.#shapes.root
    for (const key of keys) {
      const next: Place | undefined = place?.step(key)
      if (next !== undefined) this.#output.key(next.bytes)
      else if (place === undefined) this.text(key)
      place = next ?? (place && this.#place(place, key))
      this.value(value[key as never])
    }
  }

  /** Writes a key that is not known to follow `place`; its place, if it gets one. */
  #place(place: Place, key: string): Place | undefined {
    const start = this.#output.length
    this.text(key)
    return this.#shapes.place(place, key, this.#output.since(start))
  }

  #instance(value: object, prototype: object): void {
    switch (kindOf(value, prototype)) {
      case 'date':
        this.#date((value as Date).getTime())
        break
      case 'map':
        this.#map(value as Map<unknown, unknown>)
        break
      case 'set':
        this.#set(value as Set<unknown>)
        break
      case 'bytes':
        this.#bytes(value as ArrayBuffer | ArrayBufferView)
        break
      case 'error':
        this.#error(value as Error)
        break
      case 'regexp':
        this.#regexp(value as RegExp)
        break
      case 'primitive':
        this.value(value.valueOf())
        break
      case 'instance':
        if (hasJson(value)) this.value(value.toJSON())
        else this.#members(value)
        break
      default:
        throw new TypeError('a part of it has no encoding')
    }
  }

  #undefined(): void {
    this.#output.byte(format.FIXEXT_1)
    this.#output.byte(format.TYPE_UNDEFINED)
    this.#output.byte(0)
  }

  text(text: string): void {
    if (this.#output.text(text)) return
    const units = Buffer.from(text, 'utf16le')
    this.#output.extension(format.TYPE_TEXT_UTF16, units.length)
    this.#output.raw(units)
  }

  #bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value) {
      this.#output.bigint64(value)
      return
    }
    const digits = (value < 0n ? -value : value).toString(16)
    const magnitude = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
    this.#output.extension(format.TYPE_BIGINT, magnitude.length + 1)
    this.#output.byte(value < 0n ? 1 : 0)
    this.#output.raw(magnitude)
  }

  /** As MessagePack has it: seconds and nanoseconds, together in 64 bits where the seconds have no more than 34. */
  #date(timeMs: number): void {
    if (Number.isNaN(timeMs)) {
      this.#output.extension(format.TYPE_NO_DATE, 0)
      return
    }
    const seconds = Math.floor(timeMs / 1_000)
    const nanoseconds = (timeMs - seconds * 1_000) * 1_000_000
    const isShort = seconds >= 0 && seconds < 2 ** 34
    const stamp = new DataView(new ArrayBuffer(isShort ? 8 : 12))
    if (isShort) stamp.setBigUint64(0, (BigInt(nanoseconds) << 34n) | BigInt(seconds))
    else {
      stamp.setUint32(0, nanoseconds)
      stamp.setBigInt64(4, BigInt(seconds))
    }
    this.#output.extension(format.TYPE_TIMESTAMP, stamp.byteLength)
    this.#output.raw(new Uint8Array(stamp.buffer))
  }

  #map(map: Map<unknown, unknown>): void {
    const start = this.#output.beginExtension(format.TYPE_MAP)
    for (const [key, value] of map) {
      this.value(key)
      this.value(value)
    }
    this.#output.endExtension(start)
  }

  #set(set: Set<unknown>): void {
    const start = this.#output.beginExtension(format.TYPE_SET)
    for (const member of set) this.value(member)
    this.#output.endExtension(start)
  }

  #bytes(value: ArrayBuffer | ArrayBufferView): void {
    const bytes = bytesOf(value)
    const number = Buffer.isBuffer(value) ? undefined : viewNumber(value)
    if (number === undefined) this.#output.binary(bytes)
    else {
      this.#output.extension(format.TYPE_VIEW, bytes.length + 1)
      this.#output.byte(number)
      this.#output.raw(bytes)
    }
  }

  #regexp({ source, flags }: RegExp): void {
    const start = this.#output.beginExtension(format.TYPE_REGEXP)
    this.text(source)
    this.text(flags)
    this.#output.endExtension(start)
  }

  /** An error always travels: what of it cannot, is left behind. */
  #error(error: Error): void {
    if (this.#errors.has(error) || this.#errors.size === MAX_ERRORS) {
      throw new TypeError('errors that contain each other without end have no encoding')
    }
    this.#errors.add(error)
    const start = this.#output.beginExtension(format.TYPE_ERROR)
    for (const part of headOf(error)) this.value(part)
    const cause = read(() => error.cause)
    const causes = cause === undefined ? [] : [cause]
    if (!this.#tried(() => this.value(causes))) this.value([textOf(cause)])
    const errors = read(() => (error as AggregateError).errors)
    if (!Array.isArray(errors) || !this.#tried(() => this.value(errors))) this.#output.byte(format.NIL)
    for (const [name, value] of ownOf(error)) {
      this.#tried(() => {
        this.text(name)
        this.value(value)
      })
    }
    this.#output.endExtension(start)
    this.#errors.delete(error)
  }

  /** Whether `write` could; where not, nothing of it is left. */
  #tried(write: () => void): boolean {
    const { length } = this.#output
    const depth = this.#depth
    const above = [...this.#errors]
    try {
      write()
      return true
    } catch {
      this.#output.truncate(length)
      this.#depth = depth
      this.#errors.clear()
      for (const error of above) this.#errors.add(error)
      return false
    }
  }
}
