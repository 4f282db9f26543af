/** The numbers of a bus in one thread: what its parts have counted, put together. */
import type { BusHoldings, BusStats, HopStats } from '../contract/stats.js'
import type { CoreAttachment } from '../core/core.js'
import type { Hop } from '../link/hop.js'
import type { Guard } from '../operate/guard.js'
import type { Events } from './events.js'
import type { Publishing } from './publishing.js'
import type { Receivers } from './receivers.js'

/** The parts of an attachment that count. */
export interface StatisticsParts {
  readonly attachment: CoreAttachment
  readonly events: Events
  readonly hop: Hop
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
  heldBytes: 0,
  retainedBytes: 0,
}

/** @param hasLeft - whether this thread has left the bus: what the others have is not its affair any more */
export function statisticsOf(
  { attachment, events, hop, publishing, receivers }: StatisticsParts,
  hasLeft: boolean,
): BusStats {
  return {
    ...receivers.totals(),
    endpoints: receivers.count,
    published: publishing.count,
    unrouted: events.unroutedCount,
    ...conditionsOf(receivers.guards),
    hop: hopStats(hop, attachment, events),
    holdings: hasLeft ? NOTHING : attachment.holdings(),
  }
}

/** How many of those that are watched are in which state. */
export function conditionsOf(guards: Iterable<Guard>): Pick<BusStats, 'health' | 'circuits'> {
  const health = { starting: 0, healthy: 0, degraded: 0, unhealthy: 0, draining: 0, gone: 0 }
  const circuits = { closed: 0, open: 0, 'half-open': 0 }
  for (const guard of guards) {
    health[guard.health]++
    if (guard.circuit !== undefined) circuits[guard.circuit.state]++
  }
  return { health, circuits }
}

/** What is on its way between this thread and others. */
export function hopStats({ backlog }: Hop, attachment: CoreAttachment, { congestedCount }: Events): HopStats {
  return {
    inboxBytes: attachment.inboxBytes(),
    waiting: backlog.size,
    waitingBytes: backlog.bytes,
    refused: congestedCount,
  }
}
