/** The options of `publish()`, `send()` and `request()`. */
import type { Headers } from '../contract/messages.js'
import type { PublishOptions, RequestOptions, SendOptions } from '../contract/options.js'
import { type BalanceSettings, balanceSettings } from './balance.js'
import { integer, members, text, texts } from './check.js'

/** What a sender says about a message besides its payload; absent where it says nothing. */
export interface Envelope {
  readonly id: string | undefined
  readonly headers: Headers | undefined
}

const PUBLISH = ['id', 'headers']
const SEND = ['id', 'headers', 'timeout', 'balance', 'key']

/** Complete options of a message to one handler. */
export interface SendSettings extends BalanceSettings {
  readonly envelope: Envelope | undefined
  readonly timeoutMs: number
}

/** Checks the options of `publish()`. */
export function publishEnvelope(options: PublishOptions | undefined): Envelope | undefined {
  return options === undefined ? undefined : envelope(members('publish()', options, PUBLISH))
}

/** Checks the options of `send()` and `request()` and completes them; `defaults` are those of the bus, complete. */
export function sendSettings(
  owner: string,
  options: SendOptions | RequestOptions | undefined,
  defaults: SendSettings,
): SendSettings {
  if (options === undefined && defaults.balance !== 'hash') return defaults
  const given = members(owner, options, SEND)
  return {
    ...balanceSettings(given, defaults.balance),
    envelope: envelope(given),
    timeoutMs: integer('timeout', given['timeout'], defaults.timeoutMs, 1),
  }
}

function envelope(given: Readonly<Record<string, unknown>>): Envelope | undefined {
  const id = text('id', given['id'])
  const headers = texts('headers', given['headers'])
  return id === undefined && headers === undefined ? undefined : { id, headers }
}
