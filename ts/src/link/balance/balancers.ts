/**
 * The policies at work, one for each set of equal handlers: topics that the same handlers share take turns together, so
 * that a thousand topics with one message each are spread as evenly as one topic with a thousand.
 */
import type { Balance } from '../../contract/addresses.js'
import type { Balanced, Balancer } from './balancer.js'
import { Hash } from './hash.js'
import { LeastPending } from './least-pending.js'
import { Random } from './random.js'
import { RoundRobin } from './round-robin.js'
import { Weighted } from './weighted.js'

const POLICIES: Readonly<Record<Balance, new () => Balancer>> = {
  'round-robin': RoundRobin,
  random: Random,
  'least-pending': LeastPending,
  weighted: Weighted,
  hash: Hash,
}

/** How many sets are remembered; one that is forgotten begins its turns anew. */
const MAX_SETS = 4_096

/** The policies of one attachment. */
export class Balancers {
  readonly #bySet = new Map<string, Balancer>()

  /** The policy for a set of handlers. */
  of(balance: Balance, candidates: readonly Balanced[]): Balancer {
    const set = `${balance} ${candidates.map(({ endpoint }) => endpoint).join(' ')}`
    let balancer = this.#bySet.get(set)
    if (balancer === undefined) {
      balancer = new POLICIES[balance]()
      const oldest = this.#bySet.size < MAX_SETS ? undefined : this.#bySet.keys().next().value
      if (oldest !== undefined) this.#bySet.delete(oldest)
      this.#bySet.set(set, balancer)
    }
    return balancer
  }
}
