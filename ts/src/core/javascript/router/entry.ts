/** One endpoint as the routing table knows it, and the lists of those that share a pattern. */

import * as layout from '../../native/layout.js'

/** An endpoint in the table; one object, however many places of the table it is in. */
export interface Entry {
  readonly endpoint: number
  /** The attachment that runs it. */
  readonly attachment: number
  readonly isHandler: boolean
  /** Higher goes first; for handlers, a tier of its own. */
  readonly priority: number
  /** Its share of the messages where they are shared by weight. */
  readonly weight: number
  /** What a sender has to know of it: see `layout.FLAG_*`. */
  readonly flags: number
  /** The plan that it was last added to: a plan has each endpoint once. */
  plan: number
  /** How specific the most specific of its patterns is that matched for that plan. */
  specificity: number
}

/** The entries of one pattern, oldest first: ids only grow, so that is their order, and each is found by bisection. */
export type Entries = Entry[]

/** Adds the youngest of all entries; one that is there already counts once. */
export function add(entries: Entries, entry: Entry): void {
  if (entries.at(-1) !== entry) entries.push(entry)
}

/** Takes an entry out; `false` when it was not there. */
export function remove(entries: Entries, entry: Entry): boolean {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.endpoint ?? 0) < entry.endpoint) low = middle + 1
    else high = middle
  }
  if (entries[low] !== entry) return false
  entries.splice(low, 1)
  return true
}

/** Whether `attachment` sees an endpoint: one for its own thread alone is seen by no other. */
export function isSeenBy(attachment: number, entry: Entry): boolean {
  return entry.attachment === attachment || !isThreadOnly(entry)
}

/** Whether it is for its own thread alone. */
export function isThreadOnly({ flags }: Entry): boolean {
  return (flags & layout.FLAG_THREAD_ONLY) !== 0
}
