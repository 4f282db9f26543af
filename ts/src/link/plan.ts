/** Who receives one topic, as this thread sees it. */

/** A handler of the topic, in any thread. */
export interface Candidate<Local> {
  readonly endpoint: number
  readonly attachment: number
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
  #turn = 0

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

  /** The handler whose turn it is. */
  nextHandler(): Candidate<Local> | undefined {
    const { handlers } = this
    if (handlers.length < 2) return handlers[0]
    const turn = this.#turn < handlers.length ? this.#turn : 0
    this.#turn = turn + 1
    return handlers[turn]
  }
}
