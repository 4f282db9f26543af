/** What a handler says of the message that it has. */
import type { NakOptions } from '../contract/messages.js'
import { integer, members } from './check.js'

/** The wait before the next attempt that `nak()` asks for; undefined: what the retry policy says. */
export function nakDelayMs(options: NakOptions | undefined): number | undefined {
  const { delay } = members('nak()', options, ['delay'])
  return delay === undefined ? undefined : integer('delay', delay, 0, 0)
}

/** By how much `extend()` puts off the end of the attempt. */
export function extensionMs(ms: unknown): number {
  return integer('the time that extend() adds', ms ?? null, 0, 1)
}
