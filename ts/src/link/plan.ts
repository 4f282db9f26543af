/** Who receives one topic, as this thread sees it. */
import type { Balance } from '../contract/addresses.js'
import type { Balanced, Balancer, Circumstances } from './balance/balancer.js'
import type { Balancers } from './balance/balancers.js'

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
  /** The policy that was asked for last, so that it need not be looked up again. */
  #balance: Balance | undefined
  #balancer: Balancer | undefined

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
  choose(balance: Balance, circumstances: Circumstances, balancers: Balancers): Candidate<Local> | undefined {
    const { handlers } = this
    if (handlers.length < 2) return handlers[0]
    if (this.#balancer === undefined || this.#balance !== balance) {
      this.#balancer = balancers.of(balance, handlers)
      this.#balance = balance
    }
    return handlers[this.#balancer.choose(handlers, circumstances)]
  }
}
