/**
 * How a thread leaves a bus: its endpoints leave the routing table first, then what is on its way arrives, then what
 * has arrived is finished. Whatever is not done at the deadline is abandoned, and named.
 */
import type { Abandoned, CloseReport } from '../contract/receipts.js'
import type { CoreAttachment } from '../core/core.js'
import { LANE_LOW } from '../core/native/layout.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Barriers } from './barriers.js'

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
  /** Ends the pending requests, and returns how many there were. */
  readonly endRequests: () => number
  /** Hands over what was sent, and lets go of everything. */
  readonly release: () => void
}

/** Closes an attachment; see the head of this file. Never rejects. */
export async function close(parts: ClosingParts, timeoutMs: number): Promise<CloseReport> {
  const startMs = performance.now()
  const endpoints = [...parts.endpoints.values()]
  const drainedBefore = sum(endpoints, drainedOf)
  const deadline = new Deadline(timeoutMs)

  for (const endpoint of endpoints) parts.attachment.withdraw(endpoint.id)
  parts.forgetPlans()
  await deadline.raceWith(parts.barriers.raise(), BARRIER_MS)
  await deadline.raceWith(parts.barriers.reach(LANE_LOW), timeoutMs)
  const finished = endpoints.map((endpoint) => endpoint.idle())
  await deadline.raceWith(Promise.all([...finished, parts.streamsDone()]), timeoutMs)
  deadline.end()

  const abandoned = endpoints.filter((endpoint) => !endpoint.isIdle).map(asAbandoned)
  const drained = sum(endpoints, drainedOf) - drainedBefore
  const requestsFailed = parts.endRequests()
  parts.cutLifelines()
  for (const endpoint of endpoints) endpoint.remove()
  parts.release()
  return { drained, abandoned, requestsFailed, elapsed: performance.now() - startMs }
}

/** The moment at which waiting ends. */
class Deadline {
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #endMs: number

  constructor(timeoutMs: number) {
    this.#endMs = performance.now() + timeoutMs
  }

  /** Waits for `done`, at most `limitMs` and never past the deadline. */
  async raceWith(done: Promise<unknown>, limitMs: number): Promise<void> {
    const waitMs = Math.max(0, Math.min(limitMs, this.#endMs - performance.now()))
    const over = new Promise<void>((resolve) => {
      this.#timers.add(setTimeout(resolve, waitMs))
    })
    await Promise.race([done, over])
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }
}

/** What has ended by itself, and was not thrown away. */
function drainedOf(endpoint: Endpoint): number {
  return endpoint.finished - endpoint.stats().dropped
}

function asAbandoned(endpoint: Endpoint): Abandoned {
  const { running, queued } = endpoint.stats()
  const { name } = endpoint.settings
  const pattern = String(endpoint.pattern)
  return { endpoint: endpoint.id, pattern, ...(name !== undefined && { name }), running, queued }
}

function sum(endpoints: readonly Endpoint[], count: (endpoint: Endpoint) => number): number {
  return endpoints.reduce((total, endpoint) => total + count(endpoint), 0)
}
