/** The codec `structured-clone`: what `postMessage` does, but for what it transfers or shares. Circles survive. */
import { DefaultDeserializer, DefaultSerializer } from 'node:v8'
import { bytesOf, viewNumber, viewOf } from './views.js'

/** What is a view of bytes goes by our numbers: Node.js hands out views of the message, which is overwritten. */
const BUFFER = 0

class Serializer extends DefaultSerializer {
  _writeHostObject(value: object): void {
    const number = viewNumber(value)
    if (!ArrayBuffer.isView(value) || number === undefined) throw new TypeError('it has no structured clone')
    const bytes = bytesOf(value)
    this.writeUint32(Buffer.isBuffer(value) ? BUFFER : number)
    this.writeUint32(bytes.length)
    this.writeRawBytes(bytes)
  }
}

class Deserializer extends DefaultDeserializer {
  _readHostObject(): ArrayBuffer | ArrayBufferView {
    const number = this.readUint32()
    const bytes = this.readRawBytes(this.readUint32())
    return number === BUFFER ? Buffer.from(bytes) : viewOf(number, new Uint8Array(bytes))
  }
}

/** The bytes of `value`. Throws on what cannot be cloned. */
export function encodeStructuredClone(value: unknown): Uint8Array {
  const serializer = new Serializer()
  serializer.writeHeader()
  serializer.writeValue(value)
  return serializer.releaseBuffer()
}

/** The value that `bytes` stand for. Throws on bytes that stand for none. */
export function decodeStructuredClone(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes)
  deserializer.readHeader()
  const value: unknown = deserializer.readValue()
  // Where it has come to, which it says by nothing else.
  const left = bytes.byteOffset + bytes.byteLength - deserializer.readRawBytes(0).byteOffset
  if (left > 0) throw new RangeError(`${left} bytes of it are left over`)
  return value
}
