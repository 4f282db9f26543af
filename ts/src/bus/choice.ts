/** Which handler gets a message that is for one. */
import type { Address, Balance, Prefer } from '../contract/addresses.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { Balancers } from '../link/balance/balancers.js'
import type { Correlation } from '../link/correlation.js'
import { type Candidate, chosenOf, type Plan, type Recipient } from '../link/plan.js'
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
    const plan = this.planOf(target)
    // As a rule there is one, and nothing to choose.
    if (plan.handlers.length === 1) return plan.handlers[0]
    const circumstances = { key: settings.key, pendingOf: this.#pendingOf }
    return plan.choose(settings, circumstances, this.#balancers, except)
  }

  /** The plan of a topic, or of the topic that an address stands for. */
  planOf(target: string | Address): Plan<Endpoint> {
    const topic = topicOf(target)
    return topic === target ? this.#plans.get(topic) : this.#addresses.get(topic)
  }

  /** As {@link of}, of those that `accepts` picks: of the best tier, and else the first of the tiers below. */
  among(
    target: string | Address,
    settings: ChoiceSettings,
    accepts: (handler: Recipient<Endpoint>) => boolean,
  ): Recipient<Endpoint> | undefined {
    const topic = topicOf(target)
    const plans = topic === target ? this.#plans : this.#addresses
    const fitting = plans.get(topic).handlers.filter(accepts)
    const circumstances = { key: settings.key, pendingOf: this.#pendingOf }
    const chosen = chosenOf(fitting, settings, circumstances, this.#balancers)
    return chosen ?? plans.handlers(topic).find(accepts)
  }

  /** One of some handlers that no plan has. */
  anyOf(handlers: readonly Recipient<Endpoint>[], settings: ChoiceSettings): Recipient<Endpoint> | undefined {
    const candidates = handlers.map((handler): Candidate<Endpoint> => ({ ...handler, weight: 1 }))
    const circumstances = { key: settings.key, pendingOf: this.#pendingOf }
    return chosenOf(candidates, settings, circumstances, this.#balancers)
  }

  readonly #pendingOf = (endpoint: number): number => this.#correlation.pendingOf(endpoint)
}
