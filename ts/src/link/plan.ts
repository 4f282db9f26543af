/** Who receives one topic, as this thread sees it. */
import type { Balance } from '../contract/addresses.js'
import type { Balanced, Balancer, Circumstances } from './balance/balancer.js'
import { balancer } from './balance/policies.js'

/** A handler of the topic, in any thread. */
export interface Candidate<Local> extends Balanced {
  readonly attachment: number
  /** Its share under the policy `weighted`. */
  readonly weight: number
  /** The receiver itself, where it is in this thread. */
  readonly local: Local | undefined
}

/** The core's answer for one topic; `Local` is what this thread calls its own receivers. */
export class Plan<Local> {
  readonly topic: string
  /** How many subscriptions match, in all threads. */
  readonly matched: number
  /** This thread's subscriptions, in the order in which they receive. */
  readonly locals: readonly Local[]
  /** The other attachments that have subscriptions. */
  readonly remotes: readonly number[]
  /** The best tier of handlers: one of them gets a message. */
  readonly handlers: readonly Candidate<Local>[]
  /** Compared with the cache's before each use; an outdated plan is never used. */
  generation: number
  /** The policies at work: made when one is asked for, and kept with the plan. */
  readonly #balancers = new Map<Balance, Balancer>()

  constructor(
    topic: string,
    generation: number,
    matched: number,
    locals: readonly Local[],
    remotes: readonly number[],
    handlers: readonly Candidate<Local>[],
  ) {
    this.topic = topic
    this.generation = generation
    this.matched = matched
    this.locals = locals
    this.remotes = remotes
    this.handlers = handlers
  }

  /** The handler that is to get a message. */
  choose(balance: Balance, circumstances: Circumstances): Candidate<Local> | undefined {
    const { handlers } = this
    if (handlers.length < 2) return handlers[0]
    let policy = this.#balancers.get(balance)
    if (policy === undefined) {
      policy = balancer(balance)
      this.#balancers.set(balance, policy)
    }
    return handlers[policy.choose(handlers, circumstances)]
  }
}
