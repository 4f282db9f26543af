/**
 * A request that goes directly to the only handler of its topic, and waits for its reply. It holds what tells it from another
 * one, and nothing else: 100,000 of them may wait. All that is the same for each without options is asked of the plan.
 */
import type { Endpoint } from '../delivery/endpoint.js'
import type { Waiter } from '../link/correlation.js'
import type { Plan } from '../link/plan.js'
import type { AskedParts } from './asked.js'

/** What is the same wherever the handler is. */
export abstract class DirectWaiter<Parts extends AskedParts> implements Waiter {
  // Each is written once: a field with a `#` is made before it is given its value.
  declare protected readonly parts: Parts
  declare protected readonly plan: Plan<Endpoint>
  declare readonly dueMs: number
  declare private readonly resolve: (value: unknown) => void
  declare private readonly refuse: (error: unknown) => void

  /** One of the last two is called, once. */
  constructor(
    parts: Parts,
    plan: Plan<Endpoint>,
    dueMs: number,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.parts = parts
    this.plan = plan
    this.dueMs = dueMs
    this.resolve = fulfil
    this.refuse = reject
  }

  abstract readonly endpoint: number
  abstract readonly attachment: number

  get topic(): string {
    return this.plan.topic
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
    this.parts.tally.answered(undefined)
    this.resolve(value)
  }

  reject(error: unknown): void {
    this.parts.tally.failed(error, undefined)
    this.refuse(error)
  }
}
