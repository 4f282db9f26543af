/** The codecs of the library as it ships, which users see only through a bus. */
const dist = new URL('./codec/', import.meta.resolve('busbar'))

const inside = <Module>(path: string): Promise<Module> => import(new URL(path, dist).href)

/** Payloads as bytes. */
export const { encodePayload, decodePayload }: typeof import('../../../ts/src/codec/payload.js') =
  await inside('payload.js')

/** The codecs of a bus. */
export const { Codecs }: typeof import('../../../ts/src/codec/codecs.js') = await inside('codecs.js')

/** The numbers of codecs in frames. */
export const numbers: typeof import('../../../ts/src/codec/numbers.js') = await inside('numbers.js')

/** Bytes in the midst of others. */
export const { stretchOf }: typeof import('../../../ts/src/codec/stretch.js') = await inside('stretch.js')

/** MessagePack. */
export const { encodeMsgpack, decodeMsgpack }: typeof import('../../../ts/src/codec/msgpack.js') =
  await inside('msgpack.js')

/** What objects look like. */
export const { Shapes }: typeof import('../../../ts/src/codec/msgpack/shapes.js') =
  await inside('msgpack/shapes.js')

/** Where the module of MessagePack is, for a process of its own. */
export const msgpackModule: string = new URL('msgpack.js', dist).href

/** What a payload is after its way through a codec, in memory that is not its own and is overwritten afterwards. */
export function travelled(payload: unknown, codec: string): unknown {
  const codecs = new Codecs(codec)
  const encoded = encodePayload('topic', payload, codecs)
  const memory = Buffer.from(new ArrayBuffer(encoded.bytes.length + 24)).fill(0x91)
  memory.set(encoded.bytes, 8)
  const bytes = memory.subarray(8, 8 + encoded.bytes.length)
  const decoded = decodePayload('topic', encoded.codec, stretchOf(bytes), codecs)
  memory.fill(0xc1)
  return decoded
}
