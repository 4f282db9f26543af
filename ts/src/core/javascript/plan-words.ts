/** Plans as words; see `CoreAttachment.resolve`. */

import * as layout from '../native/layout.js'
import { type Entry, isSeenBy } from './router/entry.js'
import type { Plan } from './router/plan.js'

/** How many words there are before the first endpoint (the last is a hash), and how many a handler and a held subscription take. */
const COUNTS = 6
const HANDLER_WORDS = 6
const SUBSCRIBER_WORDS = 3

/** What plans are written to. */
export class PlanWords {
  #words = new Uint32Array(1_024)

  /** The words of a plan, as `attachment` sees it; valid until the next call. */
  write(plan: Plan, attachment: number, topic: string): Uint32Array {
    const subscriptions = seenBy(attachment, plan.subscriptions)
    const handlers = seenBy(attachment, plan.handlers)
    const most = COUNTS + subscriptions.length * SUBSCRIBER_WORDS + handlers.length * HANDLER_WORDS
    if (most > this.#words.length) this.#words = new Uint32Array(most * 2)
    const words = this.#words
    const held = subscriptions.filter(isHeld)
    const plain = held.length === 0 ? subscriptions : subscriptions.filter((entry) => !isHeld(entry))
    let at = COUNTS
    for (const entry of plain) if (entry.attachment === attachment) words[at++] = entry.endpoint
    const here = at - COUNTS
    if (here < plain.length) {
      const elsewhere = new Set(plain.map((entry) => entry.attachment))
      elsewhere.delete(attachment)
      for (const other of [...elsewhere].sort((one, other) => one - other)) words[at++] = other
    }
    words[0] = subscriptions.length
    words[1] = here
    words[2] = at - COUNTS - here
    words[3] = handlers.length
    words[4] = held.length
    words[5] = hashOf(topic)
    for (const entry of handlers) {
      words[at++] = entry.endpoint
      words[at++] = entry.attachment
      words[at++] = entry.priority
      words[at++] = entry.specificity
      words[at++] = entry.weight
      words[at++] = entry.flags
    }
    words.set(asWords(held), at)
    return words
  }
}

/** FNV-1a, of characters instead of bytes. */
function hashOf(topic: string): number {
  let hash = 0x811c_9dc5
  for (let at = 0; at < topic.length; at++) hash = Math.imul(hash ^ topic.charCodeAt(at), 0x0100_0193)
  // Whatever is taken of it: the upper bits know of all characters.
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Endpoint, attachment and flags of each subscription that `attachment` sees. */
export function subscribers({ subscriptions }: Plan, attachment: number): Uint32Array {
  return asWords(seenBy(attachment, subscriptions))
}

function asWords(subscriptions: readonly Entry[]): Uint32Array {
  return Uint32Array.from(
    subscriptions.flatMap(({ endpoint, attachment, flags }) => [endpoint, attachment, flags]),
  )
}

function seenBy(attachment: number, entries: readonly Entry[]): readonly Entry[] {
  const isSeen = (entry: Entry): boolean => isSeenBy(attachment, entry)
  return entries.every(isSeen) ? entries : entries.filter(isSeen)
}

function isHeld({ flags }: Entry): boolean {
  return (flags & layout.FLAG_HELD) !== 0
}
