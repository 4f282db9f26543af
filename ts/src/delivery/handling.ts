/**
 * One try of a delivery: from the call of the handler to what becomes of it. It knows neither clock nor core: the
 * endpoint arms its time-out and carries out its verdict.
 *
 * A handler may say what it wants while it runs, by `message.ack()` and its sisters; the first word counts. The verdict is
 * carried out when the handler has settled, or when its time is over: a handler that does not settle must not keep a
 * message for ever, so what it says afterwards is not heard any more. Only who has acknowledged has no time-out, because
 * it keeps nothing but its slot.
 */

/** What becomes of a delivery after a try. */
export type Verdict =
  | { readonly kind: 'processed'; readonly failure?: Failure }
  /** Once more; after `delayMs`, or as the retry policy says. */
  | { readonly kind: 'retry'; readonly error: unknown; readonly delayMs: number | undefined }
  /** Never again: the handler has given it up. */
  | { readonly kind: 'bury'; readonly error: unknown }

/** What a handler has thrown, which may be anything. */
export interface Failure {
  readonly error: unknown
}

/** Hears of a try. Nothing of it may throw. */
export interface HandlingListener {
  /** The handler says that it is done with the message, while it goes on running. */
  acknowledged(handling: Handling): void
  /** The handler asks for `ms` more. */
  extended(handling: Handling, ms: number): void
}

/** The try; see the head of this file. */
export class Handling {
  /** Which it is: from 1. */
  readonly attempt: number
  readonly #listener: HandlingListener
  #said: Verdict | undefined
  #isOver = false

  constructor(attempt: number, listener: HandlingListener) {
    this.attempt = attempt
    this.#listener = listener
  }

  /** Whether a verdict has been carried out. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Whether the handler has said what is to become of the message. */
  get isSaid(): boolean {
    return this.#said !== undefined
  }

  ack(): void {
    if (this.#isOver || this.isSaid) return
    this.#said = { kind: 'processed' }
    this.#listener.acknowledged(this)
  }

  nak(delayMs: number | undefined): void {
    if (!this.#isOver)
      this.#said ??= { kind: 'retry', error: new Error('the handler gave the message back'), delayMs }
  }

  term(reason: string | undefined): void {
    if (!this.#isOver)
      this.#said ??= { kind: 'bury', error: new Error(reason ?? 'the handler gave the message up') }
  }

  extend(ms: number): void {
    if (!this.#isOver && !this.isSaid) this.#listener.extended(this, ms)
  }

  /** The handler fulfilled; undefined when it is too late. */
  fulfilled(): Verdict | undefined {
    return this.#end(this.#said ?? { kind: 'processed' })
  }

  /** The handler threw or rejected; undefined when it is too late. What it said before counts for more. */
  rejected(error: unknown): Verdict | undefined {
    return this.#end(withFailure(this.#said, error))
  }

  /** The time is over; undefined when that does not matter any more. */
  timedOut(error: unknown): Verdict | undefined {
    // Who has acknowledged is only slow to return.
    if (this.#said?.kind === 'processed') return undefined
    return this.#end(this.#said ?? { kind: 'retry', error, delayMs: undefined })
  }

  #end(verdict: Verdict): Verdict | undefined {
    if (this.#isOver) return undefined
    this.#isOver = true
    return verdict
  }
}

/** What a handler has said, when it has failed as well: the failure is the better reason, except of one that was given. */
function withFailure(said: Verdict | undefined, error: unknown): Verdict {
  switch (said?.kind) {
    case 'processed':
      return { kind: 'processed', failure: { error } }
    case 'bury':
      return said
    default:
      return { kind: 'retry', error, delayMs: said?.delayMs }
  }
}
