/** A codec of a type. */
import type { Codec } from '../../contract/codecs.js'
import { invalidOption } from '../../errors.js'
import { Input } from './input.js'
import { type Layout, Output } from './output.js'
import type { Type } from './type.js'

/** How a codec of `bincode` is made. */
export interface BincodeOptions {
  /**
   * How integers are laid out, as the configurations of the crate: `standard` of `bincode` 2, which gives small ones fewer
   * bytes, or `legacy`, which is that of `bincode` 1; default `standard`. Both are little endian.
   */
  readonly layout?: Layout | undefined
}

const LAYOUTS: readonly unknown[] = ['standard', 'legacy']

/**
 * A codec that lays values out as the Rust crate `bincode` does, so that Rust reads what JavaScript writes and the other
 * way round. Two topics whose values have different types have two codecs, and each its own name.
 *
 * @typeParam T - the values
 * @param name - the name of the codec: it travels with each payload
 * @param type - what the values are
 * @throws BusError `ERR_BUS_INVALID_OPTION`
 * @example
 * const order = bincode.codec('order', bincode.struct({ id: bincode.u64, note: bincode.option(bincode.string) }))
 * type Order = bincode.Value<typeof order>
 * const bus = open('shop', { codecs: [order] })
 */
export function codec<T>(name: string, type: Type<T>, options: BincodeOptions = {}): Codec<T> {
  const { layout = 'standard' } = options
  if (!LAYOUTS.includes(layout)) throw invalidOption('layout', `one of ${LAYOUTS.join(', ')}`, layout)
  return {
    name,
    encode: (value) => {
      const output = new Output(layout)
      type.write(value, output)
      return output.taken()
    },
    decode: (bytes) => {
      const input = new Input(bytes, layout)
      const value = type.read(input)
      input.end()
      return value
    },
  }
}
