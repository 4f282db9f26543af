/** The numbers of a bus in one thread: what its parts have counted, put together. */
import type { BusHoldings, BusStats } from '../contract/stats.js'
import type { CoreAttachment } from '../core/core.js'
import type { Events } from './events.js'
import type { Publishing } from './publishing.js'
import type { Receivers } from './receivers.js'

/** The parts of an attachment that count. */
export interface StatisticsParts {
  readonly attachment: CoreAttachment
  readonly events: Events
  readonly publishing: Publishing
  readonly receivers: Receivers
}

const NOTHING: BusHoldings = {
  held: 0,
  parked: 0,
  scheduled: 0,
  retained: 0,
  deadLetters: 0,
  deadLettersEvicted: 0,
}

/** @param hasLeft - whether this thread has left the bus: what the others have is not its affair any more */
export function statisticsOf(
  { attachment, events, publishing, receivers }: StatisticsParts,
  hasLeft: boolean,
): BusStats {
  return {
    ...receivers.totals(),
    endpoints: receivers.count,
    published: publishing.count,
    unrouted: events.unroutedCount,
    holdings: hasLeft ? NOTHING : attachment.holdings(),
  }
}
