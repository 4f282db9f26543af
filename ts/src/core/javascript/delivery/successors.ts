/** Who is to have a delivery next, when the endpoint that it was for cannot have it, or does not want it. */
import { type Entry, isSeenBy } from '../router/entry.js'
import type { Table } from '../router/table.js'
import type { Held } from './ledger.js'
import type { Peers } from './peers.js'

/** The choice of an endpoint. */
export class Successors {
  readonly #table: Table
  readonly #peers: Peers
  /** Which of all deliveries that were passed on each endpoint got last. */
  readonly #lastTurns = new Map<number, number>()
  #turns = 0

  constructor(table: Table, peers: Peers) {
    this.#table = table
    this.#peers = peers
  }

  /**
   * The endpoint for a delivery, of those that its sender sends to: not the one that had it, where there is another; of
   * those that are as good as each other, the one that has not had a turn for the longest time.
   */
  next(held: Held): Entry | undefined {
    const all = held.isEvent ? this.#subscriptions(held) : this.#table.plan(held.topic).handlers
    const fitting = all.filter((entry) => isSeenBy(held.sender, entry))
    const others = fitting.filter(({ endpoint }) => endpoint !== held.endpoint)
    const candidates = others.length > 0 ? others : fitting
    const next = this.#inTurn(held.isEvent ? candidates : bestTier(candidates))
    if (next !== undefined) this.#lastTurns.set(next.endpoint, ++this.#turns)
    return next
  }

  /** An endpoint has left: nothing is known of it any more. */
  forget(endpoint: number): void {
    this.#lastTurns.delete(endpoint)
  }

  #subscriptions({ pattern }: Held): Entry[] {
    return pattern === undefined ? [] : this.#peers.subscriptions(pattern)
  }

  #inTurn(equals: readonly Entry[]): Entry | undefined {
    const turnOf = ({ endpoint }: Entry): number => this.#lastTurns.get(endpoint) ?? 0
    let next = equals[0]
    for (const entry of equals) if (next !== undefined && turnOf(entry) < turnOf(next)) next = entry
    return next
  }
}

/** Of handlers in the order of a plan, those that are as good as the first. */
function bestTier(handlers: readonly Entry[]): Entry[] {
  const [first] = handlers
  return handlers.filter(
    ({ priority, specificity }) => priority === first?.priority && specificity === first.specificity,
  )
}
