/** A bound topic: the plan is held, so publishing needs no look-up. */
import type { DeliverOptions, PublishOptions } from '../contract/options.js'
import type { Publisher } from '../contract/publisher.js'
import type { Receipt } from '../contract/receipts.js'
import type { DirectWay } from '../delivery/direct-way.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Plan } from '../link/plan.js'
import type { PlanCache } from '../link/plan-cache.js'
import { deliverSettings, publishSettings } from '../options/send.js'
import type { Publishing } from './publishing.js'

/** The publisher; see the head of this file. */
export class BoundPublisher<Payload> implements Publisher<Payload> {
  // First what each message asks for.
  /** The cache's changes when the plan was looked up: a plan that the cache has let go of is not told of later ones. */
  #changes: number
  /** The way to the plan's only receiver. */
  #way: DirectWay | undefined
  readonly #plans: PlanCache<Endpoint>
  readonly #publishing: Publishing
  readonly topic: string
  #plan: Plan<Endpoint>

  constructor(plan: Plan<Endpoint>, plans: PlanCache<Endpoint>, publishing: Publishing) {
    this.topic = plan.topic
    this.#plan = plan
    this.#way = plan.only?.way
    this.#changes = plans.changes
    this.#plans = plans
    this.#publishing = publishing
  }

  get matched(): number {
    return this.#current().matched
  }

  publish(payload: Payload, options?: PublishOptions): number {
    if (options === undefined && this.#changes === this.#plans.changes) {
      const way = this.#way
      if (way !== undefined && this.#publishing.tryWay(way, this.topic, payload)) return 1
    }
    return this.#publish(payload, options)
  }

  // Apart from the above, so that that is small enough to become a part of its callers.
  #publish(payload: Payload, options: PublishOptions | undefined): number {
    const plan = this.#current()
    if (options === undefined) {
      if (plan.only !== undefined && this.#publishing.tryDirect(plan.only, this.topic, payload)) return 1
      if (this.#publishing.isPlain(plan)) return this.#publishing.plain(plan, payload, undefined)
    }
    return this.#publishing.publish(plan, payload, publishSettings(options, plan.defaults.publish))
  }

  async deliver(payload: Payload, options?: DeliverOptions): Promise<Receipt> {
    const plan = this.#current()
    return this.#publishing.deliver(plan, payload, deliverSettings(options, plan.defaults.deliver))
  }

  #current(): Plan<Endpoint> {
    const { changes } = this.#plans
    if (changes !== this.#changes) {
      this.#plan = this.#plans.get(this.topic)
      this.#way = this.#plan.only?.way
      this.#changes = changes
    }
    return this.#plan
  }
}
