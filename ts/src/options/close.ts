/** The options of what closes: `close()`, `shutdown()` and those of workers. */
import type { CloseOptions } from '../contract/options.js'
import { abortSignal, integer, members } from './check.js'

const KNOWN = ['timeout', 'signal']

/** How long what is closed may take, complete. */
export interface CloseSettings {
  readonly timeoutMs: number
  /** Ends the waiting when it is aborted. */
  readonly signal: AbortSignal | undefined
}

/** How long handlers and mailboxes may take to finish. */
export function closeSettings(options: CloseOptions | undefined, verb: string = 'close()'): CloseSettings {
  const { timeout, signal } = members(verb, options, KNOWN)
  return { timeoutMs: integer('timeout', timeout, 5_000, 0), signal: abortSignal('signal', signal) }
}
