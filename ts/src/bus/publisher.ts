/** A bound topic: the plan is held, so publishing needs no look-up. */
import type { PublishOptions } from '../contract/options.js'
import type { Publisher } from '../contract/ports.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Plan } from '../link/plan.js'
import type { PlanCache } from '../link/plan-cache.js'

/** Publishes with a plan that is current. */
export type PublishWithPlan = (plan: Plan<Endpoint>, payload: unknown, options: PublishOptions | undefined) => number

/** The publisher; see the head of this file. */
export class BoundPublisher<Payload> implements Publisher<Payload> {
  readonly topic: string
  readonly #plans: PlanCache<Endpoint>
  readonly #publish: PublishWithPlan
  #plan: Plan<Endpoint>

  constructor(plan: Plan<Endpoint>, plans: PlanCache<Endpoint>, publish: PublishWithPlan) {
    this.topic = plan.topic
    this.#plan = plan
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
    if (!this.#plans.isCurrent(this.#plan)) this.#plan = this.#plans.get(this.topic)
    return this.#plan
  }
}
