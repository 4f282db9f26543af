/** What became of the messages of all endpoints that there ever were in a thread. */
import type { EndpointStats } from '../contract/stats.js'
import type { Endpoint } from '../delivery/endpoint.js'

/** The totals of one attachment. Of an endpoint that has gone nothing is kept but its numbers. */
export class Totals {
  /** They take nothing more, and have not finished. */
  readonly #leaving = new Set<Endpoint>()
  #gone: EndpointStats = NOTHING

  /** An endpoint takes nothing more: it is counted with the rest when it has finished. */
  left(endpoint: Endpoint): void {
    this.#leaving.add(endpoint)
    void endpoint.idle().then(() => {
      // Not within the same turn: what was on its way to it has been refused by now, and counted.
      this.#leaving.delete(endpoint)
      this.#gone = sum(this.#gone, endpoint.stats())
    })
  }

  /** How many have not finished. */
  get leaving(): number {
    return this.#leaving.size
  }

  /** The sum over those that are `present`, and all that were. */
  with(present: Iterable<Endpoint>): EndpointStats {
    let total = this.#gone
    for (const endpoint of this.#leaving) total = sum(total, endpoint.stats())
    for (const endpoint of present) total = sum(total, endpoint.stats())
    return total
  }
}

const NOTHING: EndpointStats = {
  accepted: 0,
  processed: 0,
  failed: 0,
  deadLettered: 0,
  retried: 0,
  dropped: 0,
  expired: 0,
  refused: 0,
  running: 0,
  queued: 0,
  postponed: 0,
}

function sum(one: EndpointStats, other: EndpointStats): EndpointStats {
  return {
    accepted: one.accepted + other.accepted,
    processed: one.processed + other.processed,
    failed: one.failed + other.failed,
    deadLettered: one.deadLettered + other.deadLettered,
    retried: one.retried + other.retried,
    dropped: one.dropped + other.dropped,
    expired: one.expired + other.expired,
    refused: one.refused + other.refused,
    running: one.running + other.running,
    queued: one.queued + other.queued,
    postponed: one.postponed + other.postponed,
  }
}
