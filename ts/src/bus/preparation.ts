/** What happens to a message before it is sent: its contract's schema looks at it, interceptors see it, it is frozen. */
import { validate } from '../codec/validation.js'
import type { Message } from '../contract/messages.js'
import { asynchronousSchema } from '../errors.js'
import type { Said } from '../link/envelope.js'
import type { EntrySettings } from '../options/entry.js'
import { freezeDeeply } from './freeze.js'
import type { Interceptors } from './interceptors.js'

/** A message as it is sent in the end. */
export interface Prepared<Settings extends Said> {
  readonly payload: unknown
  readonly settings: Settings
}

/** The preparation of one attachment. */
export class Preparation {
  readonly #interceptors: Interceptors
  readonly #freezes: boolean

  constructor(interceptors: Interceptors, freezes: boolean) {
    this.#interceptors = interceptors
    this.#freezes = freezes
  }

  /** Whether anything happens to messages of topics of which the contract says `entry`. */
  isNeeded(entry: EntrySettings | undefined): boolean {
    return this.#freezes || this.#interceptors.seesSent || entry?.schema !== undefined
  }

  /** Prepares a message at once; throws what a schema or an interceptor says no with. */
  now<Settings extends Said>(
    kind: Message['kind'],
    topic: string,
    payload: unknown,
    settings: Settings,
    entry: EntrySettings | undefined,
  ): Prepared<Settings> {
    if (!this.isNeeded(entry)) return { payload, settings }
    const valid = entry?.schema === undefined ? payload : validate(entry.schema, topic, 'payload', payload)
    if (valid instanceof Promise) {
      // Nobody waits for it any more.
      valid.catch(() => {})
      throw asynchronousSchema(topic)
    }
    return this.#intercept(kind, topic, valid, settings)
  }

  /** As {@link now}, for a sender who can wait for a schema. */
  async later<Settings extends Said>(
    kind: Message['kind'],
    topic: string,
    payload: unknown,
    settings: Settings,
    entry: EntrySettings | undefined,
  ): Promise<Prepared<Settings>> {
    const valid =
      entry?.schema === undefined ? payload : await validate(entry.schema, topic, 'payload', payload)
    return this.#intercept(kind, topic, valid, settings)
  }

  #intercept<Settings extends Said>(
    kind: Message['kind'],
    topic: string,
    given: unknown,
    settings: Settings,
  ): Prepared<Settings> {
    const { envelope, key, priority } = settings
    const { id, headers = {} } = envelope ?? {}
    const named = { ...(id !== undefined && { id }), ...(key !== undefined && { key }) }
    const sent = this.#interceptors.sent({ topic, payload: given, kind, headers, priority, ...named })
    const payload = this.#freezes ? freezeDeeply(sent.payload) : sent.payload
    if (sent.headers === headers) return { payload, settings }
    return { payload, settings: { ...settings, envelope: { id, headers: sent.headers } } }
  }
}
