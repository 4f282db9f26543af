/** What stands between a mailbox and its handler, where something does: it may keep messages back, and hears how they end. */

/** How a try has ended: `ignored` says nothing about the handler. */
export type TryEnding = 'succeeded' | 'failed' | 'ignored'

/** The gate of one endpoint. */
export interface Gate {
  /** How many tries may begin now. */
  readonly room: number
  /** Whether a request is to be refused rather than wait: another endpoint can answer it. */
  readonly refusesRequests: boolean

  /** A try begins, whether there was room or not; returns what {@link Gate.end} takes. */
  begin(): number

  /** A try has begun to answer with a stream: from now on its reader decides how long it takes. */
  answers(call: number): void

  /**
   * A try has ended.
   *
   * @param error - what it failed with
   */
  end(call: number, how: TryEnding, error?: unknown): void
}

/** What a gate has to do with its endpoint. */
export interface Gated {
  /** How many messages wait. */
  readonly queued: number
  /** There is room now, or there is none any more. */
  gateMoved(): void
}
