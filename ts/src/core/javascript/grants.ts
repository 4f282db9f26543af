/** The room that an attachment has taken in the inboxes of others, and in what the bus holds, for its next batch. */
import * as layout from '../native/layout.js'
import type { Bus } from './bus.js'
import type { Inbox } from './inbox.js'
import type { Room } from './room.js'

/** What is promised in one place. */
interface Promised {
  readonly room: Room
  bytes: number
}

/** The grants of one attachment. */
export class Grants {
  readonly #attachment: number
  readonly #bus: Bus
  readonly #inbox: Inbox
  /** By place. */
  readonly #promised = new Map<number, Promised>()

  /** @param inbox - its own */
  constructor(attachment: number, bus: Bus, inbox: Inbox) {
    this.#attachment = attachment
    this.#bus = bus
    this.#inbox = inbox
  }

  /** See `CoreAttachment.reserve`, and with `waits` `CoreAttachment.reserveOrWait`. */
  reserve(target: number, bytes: number, waits: boolean): number {
    const room = target === layout.HOLDINGS ? this.#bus.heldRoom : this.#bus.members.get(target)?.room
    if (room === undefined) return layout.BOUNDLESS
    const waiter = { attachment: this.#attachment, inbox: this.#inbox, about: target }
    const taken = waits ? room.takeOrWait(bytes, waiter) : room.take(bytes)
    const bytesBefore = this.#promised.get(target)?.bytes ?? 0
    if (taken > 0) this.#promised.set(target, { room, bytes: bytesBefore + taken })
    return taken
  }

  /** So many bytes were added in a place, for which something may have been promised. */
  use(target: number, bytes: number): void {
    const promised = this.#promised.get(target)
    if (promised === undefined) return
    const covered = Math.min(bytes, promised.bytes)
    promised.room.cover(covered)
    promised.bytes -= covered
  }

  /** A batch has been sent: what it has not used is free again. */
  giveBack(): void {
    const promised = [...this.#promised].sort(([one], [other]) => one - other)
    this.#promised.clear()
    for (const [, { room, bytes }] of promised) room.giveBack(bytes)
  }
}
