/** What holds for the messages of a topic where their sender says nothing: what the contract says, else the bus. */
import { type EntrySettings, isAnswered } from './entry.js'
import type { BusSettings } from './open.js'
import { type RequestSettings, requestDefaults } from './request.js'
import { type RetryPolicy, retryPolicy } from './retry.js'
import {
  type DeliverSettings,
  deliverDefaults,
  type PublishSettings,
  publishDefaults,
  type SendSettings,
  sendDefaults,
} from './send.js'

/** Complete defaults of a topic. */
export interface TopicDefaults {
  /** What the contract says of it, if anything. */
  readonly entry: EntrySettings | undefined
  readonly publish: PublishSettings
  readonly deliver: DeliverSettings
  readonly send: SendSettings
  readonly request: RequestSettings
  /** Of those receivers that say nothing themselves. */
  readonly retry: RetryPolicy
  /** As above. */
  readonly ackTimeoutMs: number
}

/** The defaults of a topic that a contract has an entry for, or of any other. */
export function topicDefaults(settings: BusSettings, entry: EntrySettings | undefined): TopicDefaults {
  const { defaults } = settings
  return {
    entry,
    publish: publishDefaults(settings, entry),
    deliver: deliverDefaults(settings, entry),
    send: sendDefaults(settings, entry),
    request: requestDefaults(settings, entry),
    retry: isAnswered(entry) ? defaults.retry : retryPolicy(entry?.retry, defaults.retry),
    ackTimeoutMs: entry?.ackTimeoutMs ?? defaults.ackTimeoutMs,
  }
}
