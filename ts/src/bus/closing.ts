/**
 * How a thread leaves a bus: its endpoints leave the routing table first, then what is on its way arrives, then what
 * has arrived is finished. Whatever is not done at the deadline is abandoned, and named.
 */
import type { Abandoned, CloseReport } from '../contract/receipts.js'
import type { StoppedWorker } from '../contract/workers.js'
import type { CoreAttachment } from '../core/core.js'
import { LANE_LOW } from '../core/native/layout.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Barriers } from './barriers.js'
import type { ClosingDeadline } from './closing-deadline.js'

/**
 * How long another thread may take to say that it has handed over all it had for us. One whose event loop is blocked
 * cannot answer; what it sends later finds nobody.
 */
const BARRIER_MS = 500

/** The parts of an attachment that are wound up. */
export interface ClosingParts {
  readonly attachment: CoreAttachment
  readonly barriers: Barriers
  readonly endpoints: ReadonlyMap<number, Endpoint>
  /** Forgets all plans: those of before would still find the endpoints. */
  readonly forgetPlans: () => void
  /** Tells the handlers that still run that nobody waits for them any longer. */
  readonly cutLifelines: () => void
  /** Resolves when the streams have ended that are being read. */
  readonly streamsDone: () => Promise<void>
  /** Resolves when nothing else needs this thread on the bus. */
  readonly needed: () => Promise<void>
  /** Ends the pending requests, and returns how many there were. */
  readonly endRequests: () => number
  /** Hands over what was sent and what came of it, and lets go of everything. */
  readonly release: (report: CloseReport) => void
}

/** What has gone before. */
export interface Before {
  readonly startMs: number
  /** How the workers of this thread have ended. */
  readonly workers?: readonly StoppedWorker[]
}

/** Closes an attachment; see the head of this file. Never rejects. */
export async function close(
  parts: ClosingParts,
  deadline: ClosingDeadline,
  { startMs, workers }: Before,
): Promise<CloseReport> {
  const { attachment } = parts
  const endpoints = [...parts.endpoints.values()]
  const drainedBefore = sum(endpoints, drainedOf)

  for (const endpoint of endpoints) attachment.withdraw(endpoint.id)
  parts.forgetPlans()
  await deadline.raceWith(parts.barriers.raise(), BARRIER_MS)
  await deadline.raceWith(parts.barriers.reach(LANE_LOW))
  const finished = endpoints.map((endpoint) => endpoint.drained())
  await deadline.raceWith(Promise.all([...finished, parts.streamsDone()]))
  // Not past the deadline, either: but that is seen to there.
  await parts.needed()
  deadline.end()

  const abandoned = endpoints
    .filter((endpoint) => !endpoint.isDrained)
    .map((endpoint) => asAbandoned(endpoint, attachment.id))
  const drained = sum(endpoints, drainedOf) - drainedBefore
  const requestsFailed = parts.endRequests()
  parts.cutLifelines()
  for (const endpoint of endpoints) endpoint.remove()
  const elapsed = performance.now() - startMs
  const report = { drained, abandoned, requestsFailed, ...(workers !== undefined && { workers }), elapsed }
  parts.release(report)
  return report
}

/** What has ended by itself, and was not thrown away. */
function drainedOf(endpoint: Endpoint): number {
  return endpoint.finished - endpoint.stats().dropped
}

function asAbandoned(endpoint: Endpoint, attachment: number): Abandoned {
  const { running, queued } = endpoint.stats()
  const { name } = endpoint.settings
  const pattern = String(endpoint.pattern)
  return { endpoint: endpoint.id, attachment, pattern, ...(name !== undefined && { name }), running, queued }
}

function sum(endpoints: readonly Endpoint[], count: (endpoint: Endpoint) => number): number {
  return endpoints.reduce((total, endpoint) => total + count(endpoint), 0)
}
