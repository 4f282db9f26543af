/** The options of `close()`. */
import type { CloseOptions } from '../contract/options.js'
import { integer, members } from './check.js'

const KNOWN = ['timeout']

/** How long handlers and mailboxes may take to finish, in milliseconds. */
export function closeTimeoutMs(options: CloseOptions | undefined): number {
  return integer('timeout', members('close()', options, KNOWN)['timeout'], 5_000, 0)
}
