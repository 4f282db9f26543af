/** What a policy chooses from, and with. */

/** One of several equal handlers. */
export interface Balanced {
  readonly endpoint: number
  /** Its share under the policy `weighted`: a positive integer. */
  readonly weight: number
}

/** What a message and its sender know that a policy may ask for. */
export interface Circumstances {
  /** What messages that belong together have in common. */
  readonly key: string | undefined
  /** How many messages this thread has sent to an endpoint that it has not answered yet. */
  pendingOf(endpoint: number): number
}

/** A policy at work on one plan: it may keep state from one choice to the next. */
export interface Balancer {
  /** The index of the candidate that gets the message. */
  choose(candidates: readonly Balanced[], circumstances: Circumstances): number
}
