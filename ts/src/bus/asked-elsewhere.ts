/** A request that goes directly to the only handler of its topic, in another thread, and waits for its reply. */
import type { Endpoint } from '../delivery/endpoint.js'
import type { Waiter } from '../link/correlation.js'
import type { Plan } from '../link/plan.js'
import type { RequestTally } from '../operate/metrics/requests.js'

/**
 * The request. As in `directly-asked.ts`, it holds what tells it from another one, and all that is the same for each without
 * options is asked of the plan.
 */
export class AskedElsewhere implements Waiter {
  declare private readonly tally: RequestTally
  declare private readonly plan: Plan<Endpoint>
  declare readonly dueMs: number
  declare private readonly resolve: (value: unknown) => void
  declare private readonly refuse: (error: unknown) => void

  /** One of the last two is called, once. */
  constructor(
    tally: RequestTally,
    plan: Plan<Endpoint>,
    dueMs: number,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.tally = tally
    this.plan = plan
    this.dueMs = dueMs
    this.resolve = fulfil
    this.refuse = reject
  }

  get topic(): string {
    return this.plan.topic
  }

  get endpoint(): number {
    return this.plan.onlyElsewhere?.endpoint ?? 0
  }

  get attachment(): number {
    return this.plan.onlyElsewhere?.attachment ?? 0
  }

  get timeoutMs(): number {
    return this.plan.defaults.request.timeoutMs
  }

  get isNotification(): boolean {
    return false
  }

  /** The core holds no requests. */
  get deliveryNumber(): number {
    return 0
  }

  fulfil(value: unknown): void {
    this.tally.answered(undefined)
    this.resolve(value)
  }

  reject(error: unknown): void {
    this.tally.failed(error, undefined)
    this.refuse(error)
  }
}
