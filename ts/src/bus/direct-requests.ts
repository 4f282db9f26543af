/**
 * The direct way of a request: to the only handler of its topic, where that is in this thread, has a slot free, and nothing
 * is said of the request. It is what `Requests.request()` would do, without what such a request does not need: terms of its
 * own, an envelope, a choice among handlers, and mostly a message.
 */
import { isFreeToAnswer } from '../delivery/answering.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Plan } from '../link/plan.js'
import { DirectlyAsked } from './directly-asked.js'
import type { RequestParts } from './requests.js'

/** The requests of one attachment that go directly. */
export class DirectRequests {
  readonly #parts: RequestParts

  constructor(parts: RequestParts) {
    this.#parts = parts
  }

  /** Asks the only handler; undefined where a request would need more, or has to wait: then nothing has happened. */
  tryAsk(plan: Plan<Endpoint>, payload: unknown): Promise<unknown> | undefined {
    const endpoint = plan.onlyHandler?.local
    const answering = endpoint?.answering
    if (endpoint === undefined || answering === undefined || !isFreeToAnswer(endpoint)) return undefined
    const { channels, clock, correlation, deadlines, dispatcher, tally } = this.#parts
    if (!dispatcher.isFree || tally.isTimedNext || channels.seesRequests) return undefined
    tally.askedUntimed()
    let fulfil: (value: unknown) => void = nothing
    let reject: (error: unknown) => void = nothing
    // Of no function that is made for the promise alone anything is left when this is compiled.
    const promise = new Promise((resolve, refuse) => {
      fulfil = resolve
      reject = refuse
    })
    // The core's timer knows whole milliseconds, and a number with a fraction is an object of its own.
    const dueMs = Math.ceil(clock.nowMs() + plan.defaults.request.timeoutMs)
    const asked = new DirectlyAsked(this.#parts, plan, dueMs, fulfil, reject)
    const slot = correlation.open(asked)
    const generation = correlation.generation(slot)
    asked.slot = slot
    asked.generation = generation
    dispatcher.handRequest(endpoint, answering, asked, payload)
    if (correlation.isOpen(slot, generation)) deadlines.arm(slot, generation, dueMs)
    return promise
  }
}

function nothing(): void {}
