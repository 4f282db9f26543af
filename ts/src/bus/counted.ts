/** What the parts of an attachment have counted, put together for the reporter. */
import type { CoreAttachment } from '../core/core.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Completion } from '../link/completion.js'
import type { Correlation } from '../link/correlation.js'
import type { Hop } from '../link/hop.js'
import type { PlanCache } from '../link/plan-cache.js'
import type { Submission } from '../link/submission.js'
import type { BusCount } from '../operate/metrics/cells.js'
import type { ThreadState } from '../operate/metrics/reporter.js'
import type { Events } from './events.js'
import type { Publishing } from './publishing.js'
import type { Receivers } from './receivers.js'
import { conditionsOf, hopStats } from './statistics.js'

/** The parts that count. */
export interface CountingParts {
  readonly attachment: CoreAttachment
  readonly publishing: Publishing
  readonly events: Events
  readonly correlation: Correlation
  readonly plans: PlanCache<Endpoint>
  readonly addresses: PlanCache<Endpoint>
  readonly submission: Submission
  readonly completion: Completion
}

/** The parts that have something in hand. */
export interface LevelParts extends Pick<CountingParts, 'attachment' | 'correlation' | 'events'> {
  readonly hop: Hop
  readonly receivers: Receivers
}

/** What they have counted so far. */
export function busCounts(parts: CountingParts): Readonly<Record<BusCount, number>> {
  const { attachment, publishing, events, correlation, plans, addresses, submission, completion } = parts
  const { hits, misses, evictions } = attachment.cacheLookups()
  return {
    published: publishing.count,
    unrouted: events.unroutedCount,
    lateReplies: correlation.late,
    lookups: plans.lookups + addresses.lookups,
    cacheHits: hits,
    // One that puts a plan in the place of another has not found it, either.
    cacheMisses: misses + evictions,
    cacheEvictions: evictions,
    batches: submission.batches,
    bytes: submission.bytes,
    received: completion.received,
    wakeUps: completion.wakeUps,
    undeliverable: attachment.undeliverable(),
    noRoom: events.congestedCount,
  }
}

/** What they have in hand; of those that are watched, how many are how. */
export function busLevels({ attachment, correlation, events, hop, receivers }: LevelParts): ThreadState {
  const { inboxBytes, waiting, waitingBytes } = hopStats(hop, attachment, events)
  const { health, circuits } = conditionsOf(receivers.guards)
  return {
    endpoints: receivers.count,
    pending: correlation.pending,
    inboxBytes,
    waiting,
    waitingBytes,
    'health:starting': health.starting,
    'health:healthy': health.healthy,
    'health:degraded': health.degraded,
    'health:unhealthy': health.unhealthy,
    'health:draining': health.draining,
    'circuit:closed': circuits.closed,
    'circuit:open': circuits.open,
    'circuit:half-open': circuits['half-open'],
  }
}
