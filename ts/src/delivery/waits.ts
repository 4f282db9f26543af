/** Those that wait for an endpoint to come to rest, each for its own kind of rest. */
import type { Caller } from './caller.js'

interface Wait {
  readonly isOver: () => boolean
  readonly resolve: () => void
}

/** What waits for one endpoint. */
export class Waits {
  #waiting: Wait[] = []
  /** Calls that are not to be waited for: each says how many messages it has in hand now. */
  readonly #excused = new Map<object, () => number>()

  /** Whether anybody waits. */
  get isAny(): boolean {
    return this.#waiting.length > 0
  }

  /** How many messages run that are not to be waited for. */
  get excused(): number {
    let sum = 0
    for (const count of this.#excused.values()) sum += count()
    return sum
  }

  /** Resolves when it is over, as far as {@link tell} is called then. */
  until(isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ isOver, resolve }))
  }

  /** From inside a call something is done that waits for its endpoint: it is not to wait for that call. */
  excuse({ identity, messages, isRunning }: Caller): void {
    this.#excused.set(identity, () => (isRunning() ? messages : 0))
  }

  /** Tells those whose waiting is over. */
  tell(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) {
      if (one.isOver()) one.resolve()
      else this.#waiting.push(one)
    }
  }
}
