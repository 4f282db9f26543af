/** Codecs for payloads that are not known by heart, as the ring uses them: what is read is read where it lies. */
import { openMsgpackr, STREAM } from '../codecs.js'
import { versionOf } from '../version.js'

/** Where the bytes lie: to ask a view for its buffer is a call out of what V8 has compiled. */
export interface Memory {
  readonly buffer: ArrayBufferLike
  readonly bytes: Uint8Array
}

/** One direction is used on each side; what is encoded is valid until the next value is. */
export interface PayloadCodec {
  encode(value: unknown): Uint8Array
  decode(place: Memory, start: number, end: number): unknown
}

/** Which there are. */
export type PayloadCodecName = 'busbar' | 'msgpackr'

/** The version of the package that it is from, if it is not ours. */
export function payloadCodecVersion(name: PayloadCodecName): string {
  return name === 'busbar' ? '' : versionOf(name)
}

/**
 * Ours, of which each message stands alone; or msgpackr's for streams, which says the shape of an object once, without its
 * native extension.
 */
export async function openPayloadCodec(name: PayloadCodecName): Promise<PayloadCodec> {
  if (name === 'busbar') {
    const url = new URL('./codec/msgpack/', import.meta.resolve('busbar'))
    const { Encoder } = (await import(
      new URL('encoder.js', url).href
    )) as typeof import('../../../ts/src/codec/msgpack/encoder.js')
    const { Decoder } = (await import(
      new URL('decoder.js', url).href
    )) as typeof import('../../../ts/src/codec/msgpack/decoder.js')
    const [encoder, decoder] = [new Encoder(), new Decoder()]
    return {
      encode: (value) => encoder.encode(value),
      decode: ({ buffer }, start, end) => decoder.decode(buffer, start, end),
    }
  }
  const { packr, unpackr } = await openMsgpackr(STREAM)
  return {
    encode: (value) => packr.pack(value),
    decode: ({ bytes }, start, end) => unpackr.unpack(bytes, { start, end }) as unknown,
  }
}
