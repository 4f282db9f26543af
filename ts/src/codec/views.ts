/** Kinds of bytes, by numbers that travel: `ArrayBuffer`, and everything that is a view of one. */
import { types } from 'node:util'

type Make = (buffer: ArrayBuffer) => ArrayBuffer | ArrayBufferView

/** In the order of their numbers, which must stay as they are. */
const MAKERS: readonly (readonly [name: string, bytesPerElement: number, make: Make])[] = [
  ['ArrayBuffer', 1, (buffer) => buffer],
  ['DataView', 1, (buffer) => new DataView(buffer)],
  ['Uint8Array', 1, (buffer) => new Uint8Array(buffer)],
  ['Int8Array', 1, (buffer) => new Int8Array(buffer)],
  ['Uint8ClampedArray', 1, (buffer) => new Uint8ClampedArray(buffer)],
  ['Int16Array', 2, (buffer) => new Int16Array(buffer)],
  ['Uint16Array', 2, (buffer) => new Uint16Array(buffer)],
  ['Int32Array', 4, (buffer) => new Int32Array(buffer)],
  ['Uint32Array', 4, (buffer) => new Uint32Array(buffer)],
  ['Float32Array', 4, (buffer) => new Float32Array(buffer)],
  ['Float64Array', 8, (buffer) => new Float64Array(buffer)],
  ['BigInt64Array', 8, (buffer) => new BigInt64Array(buffer)],
  ['BigUint64Array', 8, (buffer) => new BigUint64Array(buffer)],
  ['Float16Array', 2, makeFloat16Array],
]

/** The number of `Uint8Array`. */
export const UINT8_ARRAY: number = MAKERS.findIndex(([name]) => name === 'Uint8Array')

/** How many kinds there are. */
export const VIEWS: number = MAKERS.length

const NUMBERS: ReadonlyMap<string | undefined, number> = new Map(
  MAKERS.map(([name], number) => [name, number]),
)

/** The name of a typed array's class, whatever realm it is from and whoever extends it. */
const nameOf = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined

/** The number of what `value` is; `undefined` where it is no bytes. A view of shared memory is: it travels as it is now. */
export function viewNumber(value: object): number | undefined {
  if (ArrayBuffer.isView(value)) return NUMBERS.get(nameOf.call(value) ?? 'DataView')
  return types.isArrayBuffer(value) ? 0 : undefined
}

/** The bytes of what has a number, in place. */
export function bytesOf(value: ArrayBuffer | ArrayBufferView): Uint8Array {
  // A small one has no buffer until it is asked for it, and then it costs more than all the rest of a message.
  if (Object.getPrototypeOf(value) === Uint8Array.prototype) return value as Uint8Array
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
}

/**
 * Makes again what had a number; throws where its bytes cannot be such a thing.
 *
 * @param bytes - all of their memory, and nobody else's
 */
export function viewOf(number: number, bytes: Uint8Array<ArrayBuffer>): ArrayBuffer | ArrayBufferView {
  // As they are, for the same reason: without a look at their buffer.
  if (number === UINT8_ARRAY) return bytes
  const maker = MAKERS[number]
  if (maker === undefined) throw new RangeError(`there is no kind of bytes with the number ${number}`)
  const [name, bytesPerElement, make] = maker
  if (bytes.length % bytesPerElement !== 0) {
    throw new RangeError(`${bytes.length} bytes are no ${name}: each element has ${bytesPerElement}`)
  }
  return make(bytes.buffer)
}

/** Node.js has it from version 24 on; until then nobody there could have sent one. */
function makeFloat16Array(buffer: ArrayBuffer): ArrayBufferView {
  const found = (globalThis as { Float16Array?: new (buffer: ArrayBuffer) => ArrayBufferView }).Float16Array
  if (found === undefined) throw new RangeError('this version of Node.js has no Float16Array')
  return new found(buffer)
}
