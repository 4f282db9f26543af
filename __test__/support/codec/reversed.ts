/** A codec of a user's own: JSON from the back to the front, for anything but `undefined`. */
import type { Codec } from 'busbar'

/** It counts how often it is asked, and refuses what is `'unencodable'`; what is `'undecodable'` it writes, and cannot read. */
export const reversed: Codec & { encoded: number; decoded: number } = {
  name: 'reversed \u00fc',
  encoded: 0,
  decoded: 0,
  encode: (value) => {
    reversed.encoded++
    if (value === 'unencodable') throw new RangeError('not that')
    if (value === 'no bytes') return 'text' as unknown as Uint8Array
    return Buffer.from(JSON.stringify(value)).reverse()
  },
  decode: (bytes) => {
    reversed.decoded++
    const value: unknown = JSON.parse(Buffer.from(bytes).reverse().toString())
    if (value === 'undecodable') throw new RangeError('not this')
    return value
  },
}
