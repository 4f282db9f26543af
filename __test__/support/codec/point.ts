/** A codec of `bincode`, for two threads. */
import { bincode } from 'busbar'

/** Of points. */
export const point = bincode.codec(
  'point',
  bincode.struct({ x: bincode.i64, name: bincode.option(bincode.string) }),
)
