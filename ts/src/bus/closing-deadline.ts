/** Until when whoever closes something waits. What is said of it later may only bring it nearer. */

/** The deadline; see the head of this file. */
export class ClosingDeadline {
  readonly #over: Promise<void>
  readonly #signals = new Set<AbortSignal>()
  readonly #listeners: ((leftMs: number) => void)[] = []
  #pass = (): void => {}
  #endMs = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #isEnded = false

  /** @param signal - it is over at once when that is aborted */
  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#over = new Promise((resolve) => {
      this.#pass = resolve
    })
    this.hasten(timeoutMs, signal)
  }

  /** How long it is still waited, in whole milliseconds; 0 when it is over. */
  get leftMs(): number {
    return Math.max(0, Math.ceil(this.#endMs - performance.now()))
  }

  /** How long it has been over, in milliseconds; 0 while it is not. */
  get overForMs(): number {
    return Math.max(0, performance.now() - this.#endMs)
  }

  /** Waits no longer than so many milliseconds from now, nor after `signal` is aborted. */
  hasten(timeoutMs: number, signal: AbortSignal | undefined): void {
    if (this.#isEnded) return
    if (signal?.aborted === true) this.#endIn(0)
    else {
      this.#endIn(timeoutMs)
      if (signal === undefined || this.#signals.has(signal)) return
      this.#signals.add(signal)
      signal.addEventListener('abort', this.#aborted)
    }
  }

  /** Has `listener` called with what is left whenever that has become less than it was. */
  onHastened(listener: (leftMs: number) => void): void {
    this.#listeners.push(listener)
  }

  /** Waits for `done`, not past the deadline, and at most `limitMs`. */
  async raceWith(done: Promise<unknown>, limitMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    if (limitMs >= this.leftMs) {
      await Promise.race([done, this.#over])
      return
    }
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs)
    })
    await Promise.race([done, this.#over, limit])
    clearTimeout(timer)
  }

  /** Nothing is waited for any more. */
  end(): void {
    this.#isEnded = true
    clearTimeout(this.#timer)
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#aborted)
    this.#signals.clear()
    this.#listeners.length = 0
  }

  readonly #aborted = (): void => this.#endIn(0)

  #endIn(ms: number): void {
    const endMs = performance.now() + ms
    if (endMs >= this.#endMs) return
    this.#endMs = endMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#pass, ms)
    for (const listener of this.#listeners) listener(ms)
  }
}
