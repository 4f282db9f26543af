/** A sample of how long handlers take: of all that came since it was last taken, each is in it with the same chance. */

/** So many of an interval tell its slowest hundredth well enough. */
const MOST = 2_000

/** The sample. */
export class Durations {
  readonly #random: () => number
  #sample: number[] = []
  #seen = 0

  /** @param random - from 0 to below 1 */
  constructor(random: () => number) {
    this.#random = random
  }

  /** One more, in milliseconds. */
  add(ms: number): void {
    this.#seen++
    if (this.#sample.length < MOST) {
      this.#sample.push(ms)
      return
    }
    const at = Math.floor(this.#random() * this.#seen)
    if (at < MOST) this.#sample[at] = ms
  }

  /** Takes the sample, and begins anew. */
  take(): readonly number[] {
    const sample = this.#sample
    this.#sample = []
    this.#seen = 0
    return sample
  }
}
