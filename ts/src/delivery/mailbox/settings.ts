/** What a mailbox is made with, and what is left of it. */

/** What a mailbox is told when it is made; all of it is checked elsewhere. */
export interface MailboxSettings {
  /** How many entries run at a time: 1 or more. */
  readonly concurrency: number
  /** How many accepted entries wait behind those: 1 or more. */
  readonly capacity: number
  /** Whether entries of the same key run one after the other. */
  readonly ordered: boolean
  /** The marks at which the listener is told, from 1 to `capacity`, and from 0 to below `high`. */
  readonly high: number
  readonly low: number
}

/** Of those that were taken out by {@link Mailbox.clear}. */
export interface Cleared<E> {
  /** Those that were accepted, postponed ones included, in the order of their lanes. */
  readonly accepted: readonly E[]
  /** Those that waited for room. */
  readonly waiting: readonly E[]
}
