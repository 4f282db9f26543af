/** Makes dead letters: gives them to the core to keep, and tells of them. */
import type { Codecs } from '../codec/codecs.js'
import { encodeLetter, type Letter } from '../codec/letter.js'
import type { DeathReason } from '../contract/dead-letters.js'
import type { Pattern } from '../contract/patterns.js'
import { ReceivedMessage } from '../delivery/message.js'
import { PLAIN } from '../link/envelope.js'
import type { Hop } from '../link/hop.js'
import type { Settlements } from '../link/settlements.js'
import type { Events } from './events.js'

/** The endpoint that had a message last. */
export interface LastEndpoint {
  readonly id: number
  readonly pattern: Pattern
  readonly name: string | undefined
}

/** The dead letters that one attachment makes. */
export class Burials {
  readonly #hop: Hop
  readonly #codecs: Codecs
  readonly #settlements: Settlements
  readonly #events: Events

  constructor(hop: Hop, codecs: Codecs, settlements: Settlements, events: Events) {
    this.#hop = hop
    this.#codecs = codecs
    this.#settlements = settlements
    this.#events = events
  }

  /** Keeps a message as a dead letter, instead of as a delivery. */
  bury(message: ReceivedMessage, last: LastEndpoint, error: unknown, reason: DeathReason): void {
    const { delivery } = ReceivedMessage.originOf(message)
    const letter = letterOf(message, last, error, reason)
    this.#hop.bury(encodeLetter(letter, this.#codecs))
    // Behind the dead letter: at no moment is it in neither place.
    if (delivery !== undefined) this.#settlements.settle(delivery)
    this.#events.deadLetter(letter)
  }
}

function letterOf(message: ReceivedMessage, last: LastEndpoint, error: unknown, reason: DeathReason): Letter {
  const { topic, payload, id, headers, key, timestamp, sender } = message
  const { delivery } = ReceivedMessage.originOf(message)
  return {
    topic,
    payload,
    kind: message.kind === 'event' ? 'event' : 'notification',
    id,
    headers,
    key,
    lane: (ReceivedMessage.envelopeOf(message) ?? PLAIN).lane,
    timestamp,
    sender,
    error,
    reason,
    attempts: delivery?.attempts ?? 1,
    history: [...(delivery?.history ?? [])],
    endpoint: last.id,
    pattern: last.pattern,
    name: last.name,
    buriedAt: Date.now(),
  }
}
