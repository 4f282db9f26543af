/** The numbers of a bus in one thread: what its parts have counted, put together. */
import type { BusStats, HopStats } from '../contract/stats.js'
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

/** All of it; a thread that has left the bus holds nothing, as the core says. */
export function statisticsOf({ attachment, events, hop, publishing, receivers }: StatisticsParts): BusStats {
  return {
    ...receivers.totals(),
    endpoints: receivers.count,
    published: publishing.count,
    unrouted: events.unroutedCount,
    ...conditionsOf(receivers.guards),
    hop: hopStats(hop, attachment, events),
    holdings: attachment.holdings(),
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
