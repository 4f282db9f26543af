/** Requests that ask for a stream. */
import type { Address } from '../contract/addresses.js'
import type { Stream } from '../contract/streams.js'
import type { Clock } from '../link/clock.js'
import type { Timers } from '../link/timers.js'
import type { Channels } from '../operate/tracing/channels.js'
import type { EntrySettings } from '../options/entry.js'
import type { StreamSettings } from '../options/stream.js'
import type { AbortSignals } from './abort-signals.js'
import { topicOf } from './address.js'
import { Reader } from './reader.js'
import type { Requests } from './requests.js'
import { hangOn, termsOf } from './terms.js'
import { ValidStream } from './valid-stream.js'

/** The parts of an attachment that a stream passes through. */
export interface StreamParts {
  readonly requests: Requests
  readonly channels: Channels
  readonly signals: AbortSignals
  readonly timers: Timers
  readonly clock: Clock
}

/** The streams that are read in one attachment. */
export class Streams {
  readonly #parts: StreamParts
  readonly #open = new Set<Reader>()
  readonly #whenIdle: (() => void)[] = []

  constructor(parts: StreamParts) {
    this.#parts = parts
  }

  /** Makes a stream that asks when it is read. Throws when `target` is neither a topic nor an address. */
  stream(
    target: string | Address,
    payload: unknown,
    settings: StreamSettings,
    entry: EntrySettings | undefined,
  ): Stream<unknown> {
    const { channels, requests, signals, timers, clock } = this.#parts
    const topic = topicOf(target)
    const { prefetch, idleTimeoutMs } = settings
    const ask = async (reader: Reader): Promise<void> => {
      this.#open.add(reader)
      const terms = termsOf(topic, settings, clock)
      reader.hangsBy(hangOn(terms, signals, reader))
      const own = { ...terms, signal: undefined, outer: reader }
      await channels.request({ topic, kind: 'request', payload }, settings, (traced) =>
        requests.ask(target, topic, payload, traced, own, entry, reader),
      )
    }
    const reader = new Reader({ topic, prefetch, idleTimeoutMs, timers, ask, onEnd: this.#ended })
    const schema = entry?.item ?? entry?.reply
    return schema === undefined ? reader : new ValidStream(reader, topic, schema)
  }

  /** Resolves when there are none that have begun and not ended. */
  idle(): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  readonly #ended = (reader: Reader): void => {
    this.#open.delete(reader)
    if (this.#open.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}
