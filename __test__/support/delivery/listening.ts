/** A mailbox, and what it has told. */
import type { Mailbox as AnyMailbox } from '../../../ts/src/delivery/mailbox/mailbox.js'
import type { MailboxSettings } from '../../../ts/src/delivery/mailbox/settings.js'
import { Mailbox } from './inside.js'
import type { Parcel } from './parcel.js'

/** See the head of this file. */
export interface Listening {
  readonly mailbox: AnyMailbox<Parcel>
  /** In the order in which it was told, such as `dropped 3` and `high`. */
  readonly told: string[]
  /** Moves the clock, which starts at 1 ms. */
  pass(ms: number): void
  /** How often the clock was read. */
  reads(): number
  /** Is told, too, and may do something with the mailbox. */
  interfere: (word: string) => void
}

/** A mailbox for one at a time, of a capacity of 4, unless told otherwise; the marks are at the edges. */
export function listening(settings: Partial<MailboxSettings> = {}): Listening {
  const capacity = settings.capacity ?? 4
  const complete = { concurrency: 1, capacity, ordered: false, high: capacity, low: 0, ...settings }
  let nowMs = 1
  let reads = 0
  const told: string[] = []
  const tell = (word: string): void => {
    told.push(word)
    listening.interfere(word)
  }
  const about =
    (word: string) =>
    ({ id }: Parcel): void =>
      tell(`${word} ${id}`)
  const listener = {
    dropped: about('dropped'),
    expired: about('expired'),
    admitted: about('admitted'),
    lapsed: about('lapsed'),
    high: () => tell('high'),
    low: () => tell('low'),
  }
  const now = (): number => {
    reads++
    return nowMs
  }
  const listening: Listening = {
    mailbox: new Mailbox(complete, listener, now),
    told,
    pass: (ms) => {
      nowMs += ms
    },
    reads: () => reads,
    interfere: () => {},
  }
  return listening
}

/** Takes, and ends, all that may start one after the other; the ids in that order. */
export function drained(mailbox: AnyMailbox<Parcel>): number[] {
  const ids: number[] = []
  for (let entry = mailbox.take(); entry !== undefined; entry = mailbox.take()) {
    ids.push(entry.id)
    mailbox.done(entry)
  }
  return ids
}
