/**
 * The signals that requests hang on. A signal has one listener of this bus, however many requests hang on it, and none as
 * soon as no request does: a signal that lives as long as the process collects nothing, and a thousand requests on one
 * cost no more than a thousand on a thousand.
 */
import type { Dependent } from '../delivery/lifeline.js'

/** The signals of one attachment. */
export class AbortSignals {
  readonly #watches = new WeakMap<AbortSignal, Watch>()

  /** Cuts `dependent` when `signal` aborts. */
  add(signal: AbortSignal, dependent: Dependent): void {
    let watch = this.#watches.get(signal)
    if (watch === undefined) {
      watch = new Watch()
      this.#watches.set(signal, watch)
    }
    watch.add(signal, dependent)
  }

  /** It does not matter any more to `dependent`. */
  delete(signal: AbortSignal, dependent: Dependent): void {
    this.#watches.get(signal)?.delete(signal, dependent)
  }
}

/** One signal; it is handed in, because what is kept with a key must not keep the key. */
class Watch {
  readonly #dependents = new Set<Dependent>()

  add(signal: AbortSignal, dependent: Dependent): void {
    if (this.#dependents.size === 0) signal.addEventListener('abort', this.#aborted)
    this.#dependents.add(dependent)
  }

  delete(signal: AbortSignal, dependent: Dependent): void {
    if (!this.#dependents.delete(dependent) || this.#dependents.size > 0) return
    signal.removeEventListener('abort', this.#aborted)
  }

  readonly #aborted = (event: Event): void => {
    const { reason } = event.target as AbortSignal
    // Each takes itself out, the last one the listener too.
    for (const dependent of [...this.#dependents]) dependent.cut(reason)
  }
}
