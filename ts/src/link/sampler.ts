/**
 * Decides what is timed. To read the clock twice costs more than a handler that returns at once, so not every message is
 * timed where there are many of them: each of the first in a second, then on average one in two, in four, and so on; and
 * fewer of each where there are many samplers. One that is timed stands for those that were passed over before it, so that
 * the whole is as if each were.
 */

/** After so many, half as many are timed. */
const SAMPLES_PER_STRIDE = 128
/** At the least one in so many is timed, on average. */
const GREATEST_STRIDE = 1_024

/** As many are timed in a second in this thread before each sampler passes over more: that is half a hundredth of its time. */
const SAMPLES_PER_SECOND = 20_000
/** How fast a sampler comes back from passing over many, by the second. */
const RELAXATION = 8

/** How many have been timed in this second. */
let timed = 0

/** A second has passed in this thread. */
export function newSecond(): void {
  timed = 0
}

let state = 0x9e37_79b9

/** A number from 0 to less than 1, by xorshift: good enough to be out of step with whatever repeats itself. */
function random(): number {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) / 2 ** 32
}

/** The sampler of one stream of messages. */
export class Sampler {
  /** How many are to come until one is timed, that one included: whoever counts it down to 0 calls {@link take}. */
  countdown = 1
  /** How many the next one stands for. */
  #gap = 1
  #stride = 1
  #taken = 0

  /** One is timed: returns for how many it stands, and decides which is next. */
  take(): number {
    const weight = this.#gap
    if (++timed > SAMPLES_PER_SECOND) {
      // At once: where there are thousands of samplers, each step of each would be one too many.
      this.#stride = GREATEST_STRIDE
      this.#taken = 0
    } else if (++this.#taken >= SAMPLES_PER_STRIDE && this.#stride < GREATEST_STRIDE) {
      this.#stride *= 2
      this.#taken = 0
    }
    this.#gap = this.#stride === 1 ? 1 : 1 + Math.floor(random() * (2 * this.#stride - 1))
    this.countdown = this.#gap
    return weight
  }

  /** A second has passed: there may be fewer now. */
  relax(): void {
    this.#stride = Math.max(1, this.#stride / RELAXATION)
    this.#taken = 0
  }
}
