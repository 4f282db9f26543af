/** Codecs: values as bytes, and back. */
import { deserialize, serialize } from 'node:v8'
import type { Packr, Unpackr } from 'msgpackr'
import type { Role } from '../harness/case.js'
import { versionOf } from './version.js'

/** A codec that can be measured. Each contender asks for one of its own. */
export interface CodecEngine {
  readonly name: string
  readonly version: string
  readonly role: Role
  open(): Promise<Coding>
}

/** Both directions; the bytes are valid until the next value is encoded. */
export interface Coding {
  encode(value: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

/** Ours, which users see only through a bus. */
export const busbarMsgpack: CodecEngine = {
  name: 'busbar',
  version: '',
  role: 'busbar',
  open: async () => {
    const url = new URL('./codec/msgpack.js', import.meta.resolve('busbar'))
    const own = (await import(url.href)) as typeof import('../../ts/src/codec/msgpack.js')
    return { encode: own.encodeMsgpack, decode: own.decodeMsgpack }
  },
}

/** Its own choice, and what a bus needs of it: `Map`, `Set` and errors survive, each message says its own shapes. */
export const msgpackrRecords: CodecEngine = msgpackr('msgpackr', { useRecords: true, moreTypes: true })

/** MessagePack as all others read it: keys as texts, and no types but its own. */
export const msgpackrPlain: CodecEngine = msgpackr('msgpackr, plain objects', { useRecords: false })

/** Shapes are told once per stream. */
export const STREAM: object = { sequential: true, moreTypes: true }

/** A message cannot be read without those before it. */
export const msgpackrStream: CodecEngine = msgpackr('msgpackr, sequential', STREAM)

/** What Node.js has. */
export const structuredClone: CodecEngine = {
  name: 'node:v8 serialize',
  version: process.versions.v8,
  role: 'peer',
  open: async () => ({ encode: serialize, decode: deserialize }),
}

/** What JavaScript has, as UTF-8. */
export const json: CodecEngine = {
  name: 'JSON',
  version: process.versions.v8,
  role: 'peer',
  open: async () => ({
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) =>
      JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as unknown,
  }),
}

function msgpackr(name: string, options: object): CodecEngine {
  return {
    name,
    version: versionOf('msgpackr'),
    role: 'peer',
    open: async () => {
      const { packr, unpackr } = await openMsgpackr(options)
      return { encode: (value) => packr.pack(value), decode: (bytes) => unpackr.unpack(bytes) as unknown }
    },
  }
}

/** Both sides, without the native extension, which is built or fetched by a script when the package is installed. */
export async function openMsgpackr(options: object): Promise<{ packr: Packr; unpackr: Unpackr }> {
  process.env['MSGPACKR_NATIVE_ACCELERATION_DISABLED'] = 'true'
  const { isNativeAccelerationEnabled, Packr, Unpackr } = await import('msgpackr')
  if (isNativeAccelerationEnabled) throw new Error('the native extension was loaded before')
  // What was told in a stream is known to one who listens to it, and that is another than who tells it.
  const unpackr = new Unpackr({ copyBuffers: true, ...options })
  return { packr: new Packr({ copyBuffers: true, ...options }), unpackr }
}
