/** Keeps the thread alive while there is a reason to. */

/** Long enough not to wake anybody, short enough for a timer. */
const FOREVER_MS = 2 ** 31 - 1

/** One handle of the event loop, held while it is wanted. */
export class KeepAlive {
  #timer: NodeJS.Timeout | undefined
  #wanted = false
  #allowed = true
  #ended = false

  /** Whether there is a reason to stay. */
  want(wanted: boolean): void {
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#apply()
  }

  /** Whether a reason counts. */
  allow(allowed: boolean): void {
    this.#allowed = allowed
    this.#apply()
  }

  #apply(): void {
    if (this.#ended) return
    if (this.#wanted && this.#allowed) {
      this.#timer ??= setInterval(() => {}, FOREVER_MS)
      this.#timer.ref()
    } else {
      this.#timer?.unref()
    }
  }

  /** Lets go for good. */
  end(): void {
    this.#ended = true
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
