/** The options of `trace()`. */
import { integer, members, oneOf } from './check.js'
import { type RequestSettings, requestSettings } from './request.js'
import { type PublishSettings, publishSettings, type SendSettings, sendSettings } from './send.js'
import type { TopicDefaults } from './topic.js'

/** Complete options of a message whose way is reported: those of its kind, and how long the report waits. */
export type TraceSettings = { readonly timeoutMs: number } & (
  | { readonly kind: 'event'; readonly sending: PublishSettings }
  | { readonly kind: 'notification'; readonly sending: SendSettings }
  | { readonly kind: 'request'; readonly sending: RequestSettings }
)

const KINDS = ['event', 'notification', 'request'] as const
const MESSAGE = ['headers', 'key', 'priority']
const KNOWN = ['kind', 'timeout', 'guarantee', ...MESSAGE]
const KNOWN_OF_REQUEST = ['kind', 'timeout', ...MESSAGE]
const DEFAULT_TIMEOUT_MS = 5_000

/** Checks the options of `trace()` and completes them. */
export function traceSettings(options: unknown, defaults: TopicDefaults): TraceSettings {
  const { kind: given, timeout, ...others } = members('trace()', options, KNOWN)
  const kind = oneOf('kind', given, 'event', KINDS) ?? 'event'
  const timeoutMs = integer('timeout', timeout, DEFAULT_TIMEOUT_MS, 1)
  if (kind === 'event') return { kind, timeoutMs, sending: publishSettings(others, defaults.publish) }
  if (kind === 'notification') {
    // Accepted is not the end of its way.
    const sending = sendSettings({ ...others, timeout: timeoutMs, wait: 'processed' }, defaults.send)
    return { kind, timeoutMs, sending }
  }
  members('trace() of a request', options, KNOWN_OF_REQUEST)
  return { kind, timeoutMs, sending: requestSettings({ ...others, timeout: timeoutMs }, defaults.request) }
}
