/** Parts of a frame start on a boundary: copies between buffers that are aligned alike are several times faster. */
import { ALIGNMENT } from '../core/native/layout.js'

/** `bytes` rounded up to where the next part may start. */
export function padded(bytes: number): number {
  return (bytes + ALIGNMENT - 1) & -ALIGNMENT
}
