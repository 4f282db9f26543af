/**
 * Decides what is timed. To read the clock twice costs more than a handler that returns at once, and what else a message
 * needs that is timed costs more again. So not every message is timed where there are many of them: of each sampler the
 * first in a second, then on average one in two, in four, and so on; and fewer of each where there are many samplers, because
 * a thread has an allowance for all of them. One that is timed stands for those that were passed over before it, so that the
 * whole is as if each were.
 */

import { monotonicMs } from './clock.js'

/** Each is timed until there were so many. */
const FIRST_SAMPLES = 128
/** From then on, half as many are timed after each so many: what is timed takes another way, which is code to be fetched. */
const SAMPLES_PER_STRIDE = 32
/** At the least one in so many is timed, on average. */
const GREATEST_STRIDE = 1_024

/** So many may be timed in a slice of time in a thread: that is some hundredths of it. */
const SAMPLES_PER_SLICE = 100
/** Milliseconds. */
const SLICE_MS = 10
/** So many at a time after a rest: each of a few hundred messages is timed, and of thousands not only the beginning. */
const MOST_SAMPLES = 1_000
/** How many times fewer a sampler asks for when nothing is left. Few steps, because thousands of samplers take each. */
const RESTRAINT = 32
/** How fast a sampler comes back from passing over many, by the second. */
const RELAXATION = 8

/**
 * A countdown where nobody measures: hardly any message is timed. It fits into what the engine holds without an object.
 */
export const FAR: number = 2 ** 30 - 1

/** What a thread may time. */
export class Allowance {
  readonly #nowMs: () => number
  #left = 0
  #sliceMs = Number.NEGATIVE_INFINITY

  constructor(nowMs: () => number = monotonicMs) {
    this.#nowMs = nowMs
  }

  /** Whether one more may be timed now. */
  get isLeft(): boolean {
    return this.#left > 0 || this.#isNewSlice()
  }

  /** One is timed. */
  use(): void {
    this.#left--
  }

  #isNewSlice(): boolean {
    const nowMs = this.#nowMs()
    const slices = (nowMs - this.#sliceMs) / SLICE_MS
    if (slices < 1) return false
    this.#sliceMs = nowMs
    this.#left = Math.min(Math.floor(slices) * SAMPLES_PER_SLICE, MOST_SAMPLES)
    return true
  }
}

/** That of this thread. */
const ofThread = new Allowance()

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
  #weight = 1
  #stride = 1
  #taken = 0

  /** Returns for how many the one stands that is timed now, or 0 where it is not; and decides which is next. */
  take(allowance: Allowance = ofThread): number {
    if (!allowance.isLeft) {
      this.#restrain()
      return 0
    }
    allowance.use()
    const weight = this.#weight
    const most = this.#stride === 1 ? FIRST_SAMPLES : SAMPLES_PER_STRIDE
    if (++this.#taken >= most && this.#stride < GREATEST_STRIDE) {
      this.#stride *= 2
      this.#taken = 0
    }
    this.countdown = this.#gap()
    this.#weight = this.countdown
    return weight
  }

  /** Before the next one, which is to be timed: whether it is not after all, because nothing is left. */
  passesOver(allowance: Allowance = ofThread): boolean {
    if (allowance.isLeft) return false
    this.#restrain()
    // That one is yet to be counted down.
    this.countdown++
    return true
  }

  /** A second has passed: there may be fewer now. */
  relax(): void {
    this.#stride = Math.max(1, this.#stride / RELAXATION)
    this.#taken = 0
  }

  #restrain(): void {
    this.#stride = Math.min(this.#stride * RESTRAINT, GREATEST_STRIDE)
    this.#taken = 0
    this.countdown = this.#gap()
    this.#weight += this.countdown
  }

  #gap(): number {
    return this.#stride === 1 ? 1 : 1 + Math.floor(random() * (2 * this.#stride - 1))
  }
}
