/** The bytes of a key, its header included, so that four of them are compared at a time. */
export interface KeyBytes {
  readonly bytes: Uint8Array
  readonly length: number
  /** The bytes by fours, the highest first, but for the last one to four; empty where there are fewer than four. */
  readonly words: readonly number[]
  /** The last four of them, some of which may be in `words`, too. */
  readonly last: number
}

/** A copy of `bytes`. */
export function keyBytes(bytes: Uint8Array): KeyBytes {
  const copy = new Uint8Array(bytes)
  const { length } = copy
  const view = new DataView(copy.buffer)
  const words: number[] = []
  for (let at = 0; at + 4 < length; at += 4) words.push(view.getInt32(at))
  return { bytes: copy, length, words, last: length < 4 ? 0 : view.getInt32(length - 4) }
}
