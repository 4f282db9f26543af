/** What a request needs to know of whoever reads the stream that it asks for. */
import type { ItemTaker } from '../link/correlation.js'
import type { CallerCall } from '../operate/callers.js'

/** The reading end of a stream. */
export interface Reading {
  /** For how many items there is room at first. */
  readonly room: number
  /** Tells the handler that there is room for more; set by whoever asks one. */
  grant: ((count: number) => void) | undefined
  /** Takes an item. */
  item(value: unknown): void
  /** There are no more items. */
  end(): void
  /** There are no more items, and why. */
  fail(error: unknown): void
  /** As {@link fail}, and the handler has to be told that no more are wanted. */
  refuse(error: unknown): void
}

/**
 * Tells `reading` what comes of one attempt. That the stream has begun, with an item or a good end, fulfils; an error before
 * that is not for the reader, because another handler may be asked yet.
 */
export class Hearer implements ItemTaker {
  readonly #reading: Reading
  readonly #begun: (value: unknown) => void
  readonly #failed: (error: unknown) => void
  readonly #call: CallerCall | undefined
  #hasBegun = false

  /** @param call - what the circuit of the caller counts; one that ends before it has begun is not told here */
  constructor(
    reading: Reading,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
    call: CallerCall | undefined,
  ) {
    this.#call = call
    this.#reading = reading
    this.#begun = fulfil
    this.#failed = reject
  }

  item(value: unknown): void {
    this.#begin()
    this.#reading.item(value)
  }

  unreadable(error: unknown): void {
    this.#begin()
    this.#call?.ended(error)
    this.#reading.refuse(error)
  }

  readonly fulfil = (): void => {
    this.#begin()
    this.#call?.ended()
    this.#reading.end()
  }

  readonly reject = (error: unknown): void => {
    if (!this.#hasBegun) {
      this.#failed(error)
      return
    }
    this.#call?.ended(error)
    this.#reading.fail(error)
  }

  #begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.#call?.answers()
    this.#begun(undefined)
  }
}
