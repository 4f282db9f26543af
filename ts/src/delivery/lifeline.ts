/**
 * What the work on one message hangs on: it is cut when nobody needs the work any more. It is made when somebody asks for
 * it, the handler for its signal or a request that is made inside the handler, so other messages do without.
 */
import { type BusError, deadlinePassed, isAbort } from '../errors.js'
import type { TimerId } from '../link/timers.js'
import type { Lifelines } from './lifelines.js'

/** What goes down with a message: a request that its handler has made. */
export interface Dependent {
  /** Nobody needs the outcome any more; must not throw. */
  cut(reason: unknown): void
}

/** What a request may hang on: it goes down with it. */
export interface Support {
  /** Has `dependent` cut when this is. */
  add(dependent: Dependent): void
  /** It does not matter any more to `dependent`. */
  delete(dependent: Dependent): void
}

/** The lifeline; see the head of this file. */
export class Lifeline implements Support {
  readonly #lines: Lifelines
  readonly #topic: string
  readonly #dueMs: number
  readonly #dependents = new Set<Dependent>()
  #controller: AbortController | undefined
  #timer: TimerId | undefined
  #error: BusError | undefined

  /** @param dueMs - when its caller stops waiting, in milliseconds of the core's clock; 0 for never */
  constructor(lines: Lifelines, topic: string, dueMs: number) {
    this.#lines = lines
    this.#topic = topic
    this.#dueMs = dueMs
  }

  /** Why it was cut; undefined while it holds. */
  get error(): BusError | undefined {
    return this.#error
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#error === undefined) this.#timer = this.#lines.at(this.#dueMs, () => this.expire())
      // The deadline may have passed already.
      if (this.#error !== undefined) this.#controller.abort(this.#error)
    }
    return this.#controller.signal
  }

  add(dependent: Dependent): void {
    this.#dependents.add(dependent)
  }

  delete(dependent: Dependent): void {
    this.#dependents.delete(dependent)
  }

  /** Nobody needs the work any more, and why. */
  cut(error: BusError): void {
    if (this.#error === undefined) {
      this.#error = error
      this.#controller?.abort(error)
    }
    const dependents = [...this.#dependents]
    this.release()
    const reason = isAbort(error) ? error.cause : error
    for (const dependent of dependents) dependent.cut(reason)
  }

  /** The work is done, or nobody will do it: what may still happen does not matter. */
  release(): void {
    this.#lines.delete(this)
    this.#dependents.clear()
    if (this.#timer !== undefined) this.#lines.cancel(this.#timer)
    this.#timer = undefined
  }

  /** The deadline has passed. What depends on it has one of its own, which is not later. */
  expire(): void {
    if (this.#timer !== undefined) this.#lines.cancel(this.#timer)
    this.#timer = undefined
    if (this.#error !== undefined) return
    this.#error = deadlinePassed(this.#topic)
    this.#controller?.abort(this.#error)
  }
}
