/**
 * How full a mailbox is: what has to be known of it for each message. It is an object of its own so that its owner can
 * have it at hand: where many endpoints take turns, each further object on the way to a handler is one that the processor
 * does not have in its caches, and waiting for it costs more than all the rest.
 */

/** The slots of a mailbox; the mailbox changes them, and whoever owns them. */
export interface Slots {
  /** How many are taken. */
  running: number
  /** How many there are: 0 while it is paused. */
  limit: number
  /** How many entries are accepted and do not run. */
  length: number
  /** One is about to be taken, or something has to wait from now on: what the owner knew of them is no longer so. */
  shut(): void
}

/** Those of a mailbox whose owner does not look at them. */
export class OwnSlots implements Slots {
  running = 0
  limit = 0
  length = 0

  shut(): void {
    // Nobody has looked.
  }
}
