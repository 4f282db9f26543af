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

/** Adds an entry, as a rule the youngest of all; one that is there already counts once. */
export function add(entries: Entries, entry: Entry): void {
  const youngest = entries.at(-1)
  if (youngest === undefined || youngest.endpoint < entry.endpoint) {
    entries.push(entry)
    return
  }
  // One that was out for a while is back.
  const at = placeOf(entries, entry)
  if (entries[at] !== entry) entries.splice(at, 0, entry)
}

/** Takes an entry out; `false` when it was not there. */
export function remove(entries: Entries, entry: Entry): boolean {
  const at = placeOf(entries, entry)
  if (entries[at] !== entry) return false
  entries.splice(at, 1)
  return true
}

/** Where an entry is, or is to be. */
function placeOf(entries: Entries, { endpoint }: Entry): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.endpoint ?? 0) < endpoint) low = middle + 1
    else high = middle
  }
  return low
}

/** Whether `attachment` sees an endpoint: one for its own thread alone is seen by no other. */
export function isSeenBy(attachment: number, entry: Entry): boolean {
  return entry.attachment === attachment || !isThreadOnly(entry)
}

/** Whether it is for its own thread alone. */
export function isThreadOnly({ flags }: Entry): boolean {
  return (flags & layout.FLAG_THREAD_ONLY) !== 0
}
