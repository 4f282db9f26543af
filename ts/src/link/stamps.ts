/**
 * When messages are sent, in milliseconds since the Unix epoch. To read the clock takes the tenth part of all that a small
 * message to another thread costs its sender, and thousands are sent within one of its milliseconds. So where one came
 * within the millisecond of the one before it, the next few are said to have been sent then, too; never one of a later batch.
 */

/** So many messages at most are sent at a time that was read for another. */
const MOST_LEFT = 15

/** The times of one attachment's messages. */
export class Stamps {
  #lastMs = 0
  /** For how many messages more that is the time. */
  #left = 0
  #stride = 0
  readonly #nowMs: () => number

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
  }

  /** When a message is sent that is sent now. */
  next(): number {
    if (this.#left === 0) return this.#read()
    this.#left--
    return this.#lastMs
  }

  /** A batch was handed over: whatever has the thread now may take its time. */
  batchOver(): void {
    this.#left = 0
  }

  #read(): number {
    const nowMs = this.#nowMs()
    this.#stride = nowMs === this.#lastMs ? Math.min(2 * this.#stride + 1, MOST_LEFT) : 0
    this.#left = this.#stride
    this.#lastMs = nowMs
    return nowMs
  }
}
