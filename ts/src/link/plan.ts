/** Who receives one topic, as this thread sees it. */
import type { Balance, Prefer } from '../contract/addresses.js'
import { FLAG_GUARDED } from '../core/native/layout.js'
import type { TopicDefaults } from '../options/topic.js'
import type { Balanced, Balancer, Circumstances } from './balance/balancer.js'
import type { Balancers } from './balance/balancers.js'

/** What holds for the messages of a topic. */
export interface TopicTerms {
  /** Where their sender says nothing. */
  readonly defaults: TopicDefaults
  /** Whether an event of which nothing is said needs nothing but its receivers. */
  readonly isPlain: boolean
  /** Whether its receivers see the payload as it is, too. */
  readonly isBare: boolean
  /** Whether a request of which nothing is said needs nothing but its handler, and its reply nobody but the caller. */
  readonly isSimplyAsked: boolean
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

/** What this thread calls its own receivers, as far as a plan needs to know them. */
export interface Scoped {
  readonly settings: { readonly threadOnly: boolean }
  /** What an event looks at that goes to nobody else. */
  readonly way: object
}

/** How one of equal handlers is chosen. */
export interface Choosing {
  readonly balance: Balance
  readonly prefer: Prefer
}

/** Equal handlers that one is chosen from. */
class Equals<Local> {
  readonly handlers: readonly Candidate<Local>[]
  /** The policy that was asked for last, so that it need not be looked up again. */
  #balance: Balance | undefined
  #balancer: Balancer | undefined

  constructor(handlers: readonly Candidate<Local>[]) {
    this.handlers = handlers
  }

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

/** The core's answer for one topic; `Local` is what this thread calls its own receivers. */
export class Plan<Local extends Scoped> {
  // First what each message asks for.
  /** Compared with the cache's before each use; an outdated plan is never used. */
  generation: number
  /** The only receiver of an event of which nothing is said, where it is in this thread and nothing is in between. */
  readonly only: Local | undefined
  /** The only handler of a request of which nothing is said, as above. */
  readonly onlyHandler: Candidate<Local> | undefined
  /** The same, where it is in another thread. */
  readonly onlyElsewhere: Candidate<Local> | undefined
  readonly topic: string
  /** How many subscriptions match, in all threads. */
  readonly matched: number
  /** This thread's subscriptions that are not held, in the order in which they receive. */
  readonly locals: readonly Local[]
  /** The other attachments that have subscriptions that are not held. */
  readonly remotes: readonly number[]
  /** The subscriptions, of any thread, whose messages the core holds until they are settled. */
  readonly held: readonly Recipient<Local>[]
  /** The best tier of handlers: one of them gets a message. */
  readonly handlers: readonly Candidate<Local>[]
  // Made when they are asked for: most topics are of this thread, have no handlers, or nobody to choose among.
  #shared: readonly Local[] | undefined
  #all: Equals<Local> | undefined
  #near: Equals<Local> | undefined
  /** What holds for its messages where their sender says nothing. */
  readonly defaults: TopicDefaults
  /** Whether an event of which nothing is said needs nothing but its receivers. */
  readonly isPlain: boolean
  /** Whether its receivers see the payload as it is, too. */
  readonly isBare: boolean
  /** Whether an event went to its only receiver before. */
  wasUsed = false

  constructor(
    topic: string,
    { defaults, isPlain, isBare, isSimplyAsked }: TopicTerms,
    generation: number,
    matched: number,
    locals: readonly Local[],
    remotes: readonly number[],
    held: readonly Recipient<Local>[],
    handlers: readonly Candidate<Local>[],
  ) {
    this.generation = generation
    this.only = isPlain && isBare && matched === 1 ? locals[0] : undefined
    const handler = isSimplyAsked ? onlyWilling(handlers) : undefined
    const isHere = handler?.local !== undefined
    this.onlyHandler = isHere && isBare ? handler : undefined
    this.onlyElsewhere = isHere ? undefined : handler
    this.topic = topic
    this.defaults = defaults
    this.isPlain = isPlain
    this.isBare = isBare
    this.matched = matched
    this.locals = locals
    this.remotes = remotes
    this.held = held
    this.handlers = handlers
  }

  /** Those of them that other threads see, too: who gets what another thread has published. */
  get shared(): readonly Local[] {
    this.#shared ??= this.locals.every(isShared) ? this.locals : this.locals.filter(isShared)
    return this.#shared
  }

  /**
   * The handler that is to get a message.
   *
   * @param except - an endpoint that is passed over while there is another; 0 for none
   */
  choose(
    { balance, prefer }: Choosing,
    circumstances: Circumstances,
    balancers: Balancers,
    except = 0,
  ): Candidate<Local> | undefined {
    return this.#equals(prefer, except).choose(balance, circumstances, balancers)
  }

  #equals(prefer: Prefer, except: number): Equals<Local> {
    const others = except === 0 ? [] : this.handlers.filter(({ endpoint }) => endpoint !== except)
    if (others.length > 0) return equalsOf(others, prefer)
    this.#all ??= new Equals(this.handlers)
    if (prefer !== 'local' || except !== 0) return this.#all
    this.#near ??= this.#nearest(this.#all)
    return this.#near
  }

  /** Those of this thread, or all where there is none. */
  #nearest(all: Equals<Local>): Equals<Local> {
    const near = this.handlers.filter(({ local }) => local !== undefined)
    return near.length === 0 || near.length === this.handlers.length ? all : new Equals(near)
  }
}

/** The only one of some handlers, where it never says no to a message. */
function onlyWilling<Local>(handlers: readonly Candidate<Local>[]): Candidate<Local> | undefined {
  const handler = handlers.length === 1 ? handlers[0] : undefined
  return handler === undefined || (handler.flags & FLAG_GUARDED) !== 0 ? undefined : handler
}

function isShared({ settings }: Scoped): boolean {
  return !settings.threadOnly
}

/** One of some equal handlers; undefined where there are none. */
export function chosenOf<Local>(
  handlers: readonly Candidate<Local>[],
  { balance, prefer }: Choosing,
  circumstances: Circumstances,
  balancers: Balancers,
): Candidate<Local> | undefined {
  return equalsOf(handlers, prefer).choose(balance, circumstances, balancers)
}

/** Those that one is chosen from: of this thread, where those are preferred and there are any. */
function equalsOf<Local>(handlers: readonly Candidate<Local>[], prefer: Prefer): Equals<Local> {
  const near = prefer === 'local' ? handlers.filter(({ local }) => local !== undefined) : handlers
  return new Equals(near.length === 0 ? handlers : near)
}
