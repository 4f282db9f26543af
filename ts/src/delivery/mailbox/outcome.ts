/** What is asked of a mailbox that is full, and what it says. */

/**
 * What becomes of an entry for which there is no room:
 *
 * - `wait`: it waits, and is accepted when there is room, in the order in which it came
 * - `reject` and `drop-newest`: it is not accepted; they differ in what its sender is told
 * - `drop-oldest`: it takes the room of the oldest of the lowest lane, of those that have not begun and are not held;
 *   where all those are of a higher lane than it is, it is not accepted
 * - `latest`: whether there is room or not, it takes the place of the entry of the same key that has not begun and is not
 *   held, and was offered with this policy, too; without one, and without room, it is not accepted
 */
export type Overflow = 'wait' | 'reject' | 'drop-newest' | 'drop-oldest' | 'latest'

/** What became of an entry when it was offered. */
export const Offered = {
  /** Accepted; it has a slot, and is to be run by whoever offered it. */
  started: 0,
  /** Accepted; {@link Mailbox.take} will give it. */
  queued: 1,
  /** Accepted in the place of another. */
  replaced: 2,
  /** Not accepted yet; the listener will hear when it is. */
  waiting: 3,
  /** Not accepted, and quietly so. */
  dropped: 4,
  /** Not accepted, and its sender is to be told. */
  refused: 5,
} as const

/** One of {@link Offered}. */
export type Offered = (typeof Offered)[keyof typeof Offered]

/**
 * Hears what becomes of entries other than by a call about them. The mailbox is in order whenever it tells, and may be
 * used meanwhile; nothing of this may throw.
 */
export interface MailboxListener<E> {
  /** An accepted entry made room, or way, for another that was offered. */
  dropped(entry: E): void
  /** An accepted entry is gone because nobody waits for it any more. */
  expired(entry: E): void
  /** One that waited is accepted. */
  admitted(entry: E): void
  /** One that waited was not accepted in time. */
  lapsed(entry: E): void
  /** As many as the high mark are accepted and do not run; told once until {@link MailboxListener.low}. */
  high(): void
  /** After a high, no more than the low mark are left; told once until {@link MailboxListener.high}. */
  low(): void
}
