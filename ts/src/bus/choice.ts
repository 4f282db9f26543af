/** Which handler gets a message that is for one. */
import type { Address, Balance, Prefer } from '../contract/addresses.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { Balancers } from '../link/balance/balancers.js'
import type { Correlation } from '../link/correlation.js'
import type { Candidate } from '../link/plan.js'
import type { PlanCache } from '../link/plan-cache.js'
import { topicOf } from './address.js'

/** How it is chosen. */
export interface ChoiceSettings {
  readonly balance: Balance
  readonly prefer: Prefer
  readonly key: string | undefined
}

/** The choices of one attachment; requests and notifications take turns together. */
export class Choice {
  readonly #plans: PlanCache<Endpoint>
  readonly #addresses: PlanCache<Endpoint>
  readonly #correlation: Correlation
  readonly #balancers = new Balancers()

  /** @param addresses - the plans of the topics that addresses stand for */
  constructor(plans: PlanCache<Endpoint>, addresses: PlanCache<Endpoint>, correlation: Correlation) {
    this.#plans = plans
    this.#addresses = addresses
    this.#correlation = correlation
  }

  /**
   * The handler; undefined when there is none. Throws when `target` is no topic or address.
   *
   * @param except - an endpoint that is passed over while there is another
   */
  of(target: string | Address, settings: ChoiceSettings, except = 0): Candidate<Endpoint> | undefined {
    const topic = topicOf(target)
    const plan = topic === target ? this.#plans.get(topic) : this.#addresses.get(topic)
    const circumstances = { key: settings.key, pendingOf: this.#pendingOf }
    return plan.choose(settings, circumstances, this.#balancers, except)
  }

  readonly #pendingOf = (endpoint: number): number => this.#correlation.pendingOf(endpoint)
}
