/**
 * How full a mailbox is: what has to be known of it for each message. It is an object of its own so that its owner can
 * have it at hand: where many endpoints take turns, each further object on the way to a handler is one that the processor
 * does not have in its caches, and waiting for it costs more than all the rest.
 */

/** The slots of a mailbox; only the mailbox changes them, and whoever has taken one by {@link Slots.tryTake}. */
export class Slots {
  /** How many are taken. */
  running = 0
  /** How many there are: 0 while it is paused. */
  limit = 0
  /** How many entries are accepted and do not run. */
  length = 0

  /** Takes a slot, unless something waits for one. */
  tryTake(): boolean {
    if (this.length !== 0 || this.running >= this.limit) return false
    this.running++
    return true
  }
}
