/** MessagePack, in messages that stand alone. Map, Set, Date, BigInt, typed arrays, Error and undefined survive. */
import { addExtension, Packr, Unpackr } from 'msgpackr'

const options = { moreTypes: true, useRecords: true, copyBuffers: true } as const
const packr = new Packr(options)
const unpackr = new Unpackr(options)

// Left alone, these would be written as empty objects, and a function as undefined: silently something else.
Object.assign(packr, { writeFunction: refuse })
for (const Class of [Promise, WeakMap, WeakSet, WeakRef, SharedArrayBuffer]) {
  addExtension({ Class, write: refuse } as unknown as Parameters<typeof addExtension>[0])
}

/** The bytes of `value`, valid until the next call. Throws on what cannot be encoded. */
export function encodeMsgpack(value: unknown): Uint8Array {
  return packr.pack(value)
}

/** The value that `bytes` stand for. Throws on bytes that stand for none. */
export function decodeMsgpack(bytes: Uint8Array): unknown {
  return unpackr.unpack(bytes)
}

function refuse(value: unknown): never {
  throw new TypeError(`${typeof value} has no encoding`)
}
