/** Who receives one topic, as this thread sees it. */
import type { Balance } from '../contract/addresses.js'
import type { TopicDefaults } from '../options/topic.js'
import type { Balanced, Balancer, Circumstances } from './balance/balancer.js'
import type { Balancers } from './balance/balancers.js'

/** What holds for the messages of a topic. */
export interface TopicTerms {
  /** Where their sender says nothing. */
  readonly defaults: TopicDefaults
  /** Whether an event of which nothing is said needs nothing but its receivers. */
  readonly isPlain: boolean
}

/** An endpoint that a message goes to by itself, in any thread. */
export interface Recipient<Local> {
  readonly endpoint: number
  readonly attachment: number
  /** What it asks for: see `layout.FLAG_*`. */
  readonly flags: number
  /** The receiver itself, where it is in this thread. */
  readonly local: Local | undefined
}

/** A handler of the topic. */
export interface Candidate<Local> extends Recipient<Local>, Balanced {
  /** Its share under the policy `weighted`. */
  readonly weight: number
}

/** The core's answer for one topic; `Local` is what this thread calls its own receivers. */
export class Plan<Local> {
  readonly topic: string
  /** How many subscriptions match, in all threads. */
  readonly matched: number
  /** This thread's subscriptions that are not held, in the order in which they receive. */
  readonly locals: readonly Local[]
  /** The other attachments that have such. */
  readonly remotes: readonly number[]
  /** The subscriptions, of any thread, whose messages the core holds until they are settled. */
  readonly held: readonly Recipient<Local>[]
  /** The best tier of handlers: one of them gets a message. */
  readonly handlers: readonly Candidate<Local>[]
  /** What holds for its messages where their sender says nothing. */
  readonly defaults: TopicDefaults
  /** Whether an event of which nothing is said needs nothing but its receivers. */
  readonly isPlain: boolean
  /** Compared with the cache's before each use; an outdated plan is never used. */
  generation: number
  /** The policy that was asked for last, so that it need not be looked up again. */
  #balance: Balance | undefined
  #balancer: Balancer | undefined

  constructor(
    topic: string,
    { defaults, isPlain }: TopicTerms,
    generation: number,
    matched: number,
    locals: readonly Local[],
    remotes: readonly number[],
    held: readonly Recipient<Local>[],
    handlers: readonly Candidate<Local>[],
  ) {
    this.topic = topic
    this.defaults = defaults
    this.isPlain = isPlain
    this.generation = generation
    this.matched = matched
    this.locals = locals
    this.remotes = remotes
    this.held = held
    this.handlers = handlers
  }

  /**
   * The handler that is to get a message.
   *
   * @param except - an endpoint that is passed over while there is another; 0 for none
   */
  choose(
    balance: Balance,
    circumstances: Circumstances,
    balancers: Balancers,
    except = 0,
  ): Candidate<Local> | undefined {
    const { handlers } = this
    if (handlers.length < 2) return handlers[0]
    if (except !== 0) {
      const others = handlers.filter(({ endpoint }) => endpoint !== except)
      return others[balancers.of(balance, others).choose(others, circumstances)]
    }
    if (this.#balancer === undefined || this.#balance !== balance) {
      this.#balancer = balancers.of(balance, handlers)
      this.#balance = balance
    }
    return handlers[this.#balancer.choose(handlers, circumstances)]
  }
}
