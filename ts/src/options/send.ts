/** The options of `publish()`, `send()` and `request()`. */
import type { Headers } from '../contract/messages.js'
import type { PublishOptions, RequestOptions, SendOptions } from '../contract/options.js'
import { integer, members, text, texts } from './check.js'

/** What a sender says about a message besides its payload; absent where it says nothing. */
export interface Envelope {
  readonly id: string | undefined
  readonly headers: Headers | undefined
}

const PUBLISH = ['id', 'headers']
const SEND = ['id', 'headers', 'timeout']

/** Checks the options of `publish()`. */
export function publishEnvelope(options: PublishOptions | undefined): Envelope | undefined {
  return options === undefined ? undefined : envelope(members('publish()', options, PUBLISH))
}

/** Checks the options of `send()` and `request()`. */
export function sendEnvelope(owner: string, options: SendOptions | RequestOptions | undefined): Envelope | undefined {
  return options === undefined ? undefined : envelope(members(owner, options, SEND))
}

/** The time-out of `send()` and `request()`, in milliseconds. */
export function timeoutMs(options: SendOptions | RequestOptions | undefined, fallbackMs: number): number {
  return options === undefined ? fallbackMs : integer('timeout', options.timeout, fallbackMs, 1)
}

function envelope(given: Readonly<Record<string, unknown>>): Envelope | undefined {
  const id = text('id', given['id'])
  const headers = texts('headers', given['headers'])
  return id === undefined && headers === undefined ? undefined : { id, headers }
}
