/** A bound topic: the plan is held, so publishing needs no look-up. */
import type { PublishOptions } from '../contract/options.js'
import type { Publisher } from '../contract/publisher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Plan } from '../link/plan.js'
import type { PlanCache } from '../link/plan-cache.js'

/** Publishes with a plan that is current. */
export type PublishWithPlan = (
  plan: Plan<Endpoint>,
  payload: unknown,
  options: PublishOptions | undefined,
) => number

/** The publisher; see the head of this file. */
export class BoundPublisher<Payload> implements Omit<Publisher<Payload>, 'deliver'> {
  readonly topic: string
  readonly #plans: PlanCache<Endpoint>
  readonly #publish: PublishWithPlan
  #plan: Plan<Endpoint>
  /** The cache's changes when the plan was looked up: a plan that the cache has let go of is not told of later ones. */
  #changes: number

  constructor(plan: Plan<Endpoint>, plans: PlanCache<Endpoint>, publish: PublishWithPlan) {
    this.topic = plan.topic
    this.#plan = plan
    this.#changes = plans.changes
    this.#plans = plans
    this.#publish = publish
  }

  get matched(): number {
    return this.#current().matched
  }

  publish(payload: Payload, options?: PublishOptions): number {
    return this.#publish(this.#current(), payload, options)
  }

  #current(): Plan<Endpoint> {
    const { changes } = this.#plans
    if (changes !== this.#changes) {
      this.#plan = this.#plans.get(this.topic)
      this.#changes = changes
    }
    return this.#plan
  }
}
