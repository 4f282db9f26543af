/**
 * Counts what has been sent and not yet been answered, and tells the sender when to wait.
 *
 * A sender that never waits is faster than any receiver, and everything in between piles up in memory. With a limit,
 * memory is flat whether a thousand flights are replayed or a billion.
 */

/** The counter. It has one sender: only one may wait at a time. */
export class InFlight {
  readonly #limit: number
  #count = 0
  #wanted = 0
  #resume: (() => void) | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether the sender should wait for {@link room}. */
  get isFull(): boolean {
    return this.#count >= this.#limit
  }

  /** One more is under way. */
  enter(): void {
    this.#count++
  }

  /** One is done. */
  leave(): void {
    this.#count--
    if (this.#count > this.#wanted) return
    this.#resume?.()
    this.#resume = undefined
  }

  /** Resolves when half of the places are free: so the sender goes on in batches, not one by one. */
  room(): Promise<void> {
    return this.#until(Math.floor(this.#limit / 2))
  }

  /** Resolves when nothing is under way. */
  drained(): Promise<void> {
    return this.#until(0)
  }

  #until(count: number): Promise<void> {
    if (this.#count <= count) return Promise.resolve()
    this.#wanted = count
    return new Promise((resolve) => {
      this.#resume = resolve
    })
  }
}
