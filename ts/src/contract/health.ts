/** How an endpoint is, and what keeps messages away from one that is not well. */

/**
 * How an endpoint is:
 *
 * - `starting`: its check has not passed yet; it gets nothing
 * - `healthy`, `degraded`: it gets messages; `degraded` says that something is not as it should be
 * - `unhealthy`: it gets nothing until it has recovered
 * - `draining`: it was unregistered, and finishes what it had started
 * - `gone`: it has finished
 */
export type HealthState = 'starting' | 'healthy' | 'degraded' | 'unhealthy' | 'draining' | 'gone'

/** What a check says: nothing or true for well, `degraded`, or false for not well; so does throwing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a check that says nothing has passed.
export type HealthVerdict = void | boolean | 'degraded'

/** How it is found out how an endpoint is. */
export interface HealthOptions {
  /**
   * Asks whether it can work. It is not called again before it has ended; its signal aborts when its time is over.
   * Default: none, and only what is seen of the endpoint counts (`fullFor`, `stalledFor`).
   */
  check?: ((signal: AbortSignal) => HealthVerdict | Promise<HealthVerdict>) | undefined
  /** How long after a check the next one begins, in milliseconds: an integer from 1 to 2³¹−1; default 5,000. */
  interval?: number | undefined
  /** How long a check may take, in milliseconds: an integer from 1 to 2³¹−1; default 2,000. */
  timeout?: number | undefined
  /** How many checks in a row fail before it is `unhealthy`: an integer from 1 to 2³¹−1; default 3. */
  failureThreshold?: number | undefined
  /** How many checks in a row pass before one that was not usable is `healthy`: an integer from 1 to 2³¹−1; default 1. */
  successThreshold?: number | undefined
  /**
   * For how long its mailbox may be full before it is `unhealthy`, in milliseconds, as far as it is looked at every
   * `interval`: an integer from 0 (for ever) to 2³¹−1; default three times `interval`. It recovers at its `lowWatermark`.
   */
  fullFor?: number | undefined
  /**
   * How long the event loop of its thread may stand still, in milliseconds, before other threads take it for `unhealthy`,
   * found out up to one `interval` late: an integer from 0 (for ever) to 2³¹−1; default `interval`.
   */
  stalledFor?: number | undefined
}

/** What a circuit does: lets everything through, nothing, or a few messages to see how they end. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/**
 * When a circuit opens, and when it closes again. It counts how calls end, in a window that slides.
 *
 * While it is open, requests go to other handlers, or fail with `ERR_BUS_CIRCUIT_OPEN`; what is queued waits.
 */
export interface CircuitOptions {
  /** How many of the last calls count: an integer from 1 to 65,536; default 50. Not with `within`. */
  calls?: number | undefined
  /** Instead, that those count which have ended in so many last milliseconds, to a tenth: an integer from 10 to 2³¹−1. */
  within?: number | undefined
  /** How many calls must have ended before it may open: an integer from 1 to `calls`, or to 65,536; default 10, or `calls`. */
  minimum?: number | undefined
  /** Which share of them fails when it opens: a number above 0, up to 1; default 0.5. */
  failureRate?: number | undefined
  /** From how many milliseconds on a call is slow: an integer from 1 to 2³¹−1; default: none is. */
  slowCall?: number | undefined
  /** Which share of them is slow when it opens: a number above 0, up to 1; default 1. */
  slowRate?: number | undefined
  /** After how many milliseconds a call that has not ended counts as failed: an integer from 1 to 2³¹−1; default 30,000. */
  callTimeout?: number | undefined
  /** How long it stays open the first time, in milliseconds, doubled each time after: an integer from 1 to 2³¹−1; default 1,000. */
  initial?: number | undefined
  /** The longest that it stays open, before it is lengthened by `jitter`: an integer from 1 to 2³¹−1; default 30,000. */
  max?: number | undefined
  /** By which share of it that is lengthened at random, at most: a number from 0 to 1; default 0.2. */
  jitter?: number | undefined
  /** How many calls it lets through, half open, to see how they end: an integer from 1 to 65,536; default 3. */
  probes?: number | undefined
  /** Which errors count; those that do not are no failures. Default: all but that a caller has given up. */
  isFailure?: ((error: unknown) => boolean) | undefined
}

/**
 * The circuit of an endpoint, in its own thread.
 *
 * @example
 * const registration = bus.handle('mail.welcome', ({ to }) => console.log(to), { circuit: {} })
 * registration.circuit?.open()
 */
export interface Circuit {
  /** What it does. */
  readonly state: CircuitState
  /** Opens it, until it is closed by hand. */
  open(): void
  /** Closes it, and forgets how calls have ended. */
  close(): void
}
