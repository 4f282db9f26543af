/** Codecs by name, and those of the user's own. */
import type { AnyCodec, CodecName } from '../contract/codecs.js'
import { invalidOption } from '../errors.js'

/** What no codec of the user's own may be called; `bincode` is a family of codecs that each have a name. */
const TAKEN: readonly string[] = ['msgpack', 'json', 'structured-clone', 'bytes', 'bincode']

/** A name has one byte for its length where it travels. */
const MAX_NAME_BYTES = 255

/** The name of a codec, if one was given; it need not be known in this thread. */
export function codecName(name: string, value: unknown): CodecName | undefined {
  if (value === undefined) return undefined
  if (isName(value) && value !== 'bincode') return value
  throw invalidOption(name, 'the name of a codec', value)
}

/** Codecs of the user's own. */
export function ownCodecs(name: string, value: unknown): readonly AnyCodec[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalidOption(name, 'an array of codecs', value)
  const seen = new Set<string>()
  for (const [index, codec] of value.entries()) {
    const place = `${name}[${index}]`
    if (typeof codec !== 'object' || codec === null) throw invalidOption(place, 'a codec', codec)
    const { name: own, encode, decode } = codec as Partial<AnyCodec>
    if (!isName(own) || TAKEN.includes(own)) {
      const expected = `a string of 1 to ${MAX_NAME_BYTES} bytes, and none of ${TAKEN.join(', ')}`
      throw invalidOption(`${place}.name`, expected, own)
    }
    if (seen.has(own)) throw invalidOption(`${place}.name`, 'that of no other codec', own)
    seen.add(own)
    if (typeof encode !== 'function') throw invalidOption(`${place}.encode`, 'a function', encode)
    if (typeof decode !== 'function') throw invalidOption(`${place}.decode`, 'a function', decode)
  }
  return value as AnyCodec[]
}

function isName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || !value.isWellFormed()) return false
  return Buffer.byteLength(value) <= MAX_NAME_BYTES
}
