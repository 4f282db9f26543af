/**
 * Which topics were asked for before, as far as their hashes tell. What is asked for a second time may come again and is
 * worth remembering; a stream of topics that never come again leaves a number here and nothing else.
 */

/** The hashes that were seen last; see the head of this file. */
export class Sights {
  readonly #count: number
  /** Pairs of hashes, by their lower bits. Made when it is needed. */
  #hashes: Uint32Array | undefined

  /** @param topics - about how many are told apart */
  constructor(topics: number) {
    this.#count = 2 ** Math.ceil(Math.log2(Math.max(topics, 2)))
  }

  /** Whether a topic of this hash was seen not long ago; it is seen now. */
  isSecond(hash: number): boolean {
    this.#hashes ??= new Uint32Array(this.#count)
    const hashes = this.#hashes
    const at = hash & (this.#count - 2)
    if (hashes[at] === hash || hashes[at + 1] === hash) return true
    // At random: of topics that come in turn, and share a pair, each would push out another before that comes again.
    hashes[at + (Math.random() < 0.5 ? 0 : 1)] = hash
    return false
  }
}
