/** The options of `prometheus()`. */
import { integer, members } from './check.js'

/** How many receivers have series of their own; throws `ERR_BUS_INVALID_OPTION`. */
export function mostReceivers(options: unknown): number {
  const given = members('prometheus()', options, ['receivers'])
  return integer('receivers', given['receivers'], 500, 0, 16_384)
}
