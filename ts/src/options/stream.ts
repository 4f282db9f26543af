/** The options of `stream()`. */
import type { StreamOptions } from '../contract/options.js'
import { integer, members } from './check.js'
import type { EntrySettings } from './entry.js'
import { ASK, type RequestSettings, requestSettings } from './request.js'

/** Complete options of a request that asks for a stream. */
export interface StreamSettings extends RequestSettings {
  /** How many items the handler may be ahead of the reader. */
  readonly prefetch: number
  /** How long an item may take; 0 for as long as the whole. */
  readonly idleTimeoutMs: number
}

const KNOWN = [...ASK, 'prefetch', 'idleTimeout']

/** Checks the options of `stream()` and completes them; `defaults` are complete, and `entry` is what the contract says. */
export function streamSettings(
  options: StreamOptions | undefined,
  defaults: RequestSettings,
  entry: EntrySettings | undefined,
): StreamSettings {
  const { prefetch, idleTimeout, ...others } = members('stream()', options, KNOWN)
  return {
    ...requestSettings(options === undefined ? undefined : others, defaults),
    prefetch: integer('prefetch', prefetch, entry?.prefetch ?? 16, 1),
    idleTimeoutMs: integer('idleTimeout', idleTimeout, entry?.idleTimeoutMs ?? 0, 1),
  }
}
