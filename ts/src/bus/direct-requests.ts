/**
 * The direct way of a request of which nothing is said: to the only handler of its topic, where that is in this thread and
 * has a slot free, or in another thread. It is what `Requests.request()` would do, without what such a request does not need:
 * terms of its own, an envelope, a choice among handlers, and mostly a message.
 */
import * as layout from '../core/native/layout.js'
import { isFreeToAnswer } from '../delivery/answering.js'
import { isInsideRequest } from '../delivery/current-request.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { noRoom } from '../errors.js'
import type { Candidate, Plan } from '../link/plan.js'
import { AskedElsewhere } from './asked-elsewhere.js'
import { FULL } from './courier.js'
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
    const { onlyElsewhere } = plan
    return onlyElsewhere === undefined
      ? this.#tryHere(plan, payload)
      : this.#tryElsewhere(plan, onlyElsewhere, payload)
  }

  #tryHere(plan: Plan<Endpoint>, payload: unknown): Promise<unknown> | undefined {
    const endpoint = plan.onlyHandler?.local
    const answering = endpoint?.answering
    if (endpoint === undefined || answering === undefined || !isFreeToAnswer(endpoint)) return undefined
    const { channels, clock, correlation, deadlines, dispatcher, tally } = this.#parts
    if (!dispatcher.isFree() || tally.isTimedNext || channels.seesRequests()) return undefined
    tally.askedUntimed()
    let fulfil: (value: unknown) => void = nothing
    let reject: (error: unknown) => void = nothing
    // Of no function that is made for the promise alone anything is left when this is compiled.
    const promise = new Promise((resolve, refuse) => {
      fulfil = resolve
      reject = refuse
    })
    // The core's timer knows whole milliseconds, and a number with a fraction is an object of its own.
    const { timeoutMs } = plan.defaults.request
    const dueMs = Math.ceil(clock.nowMs() + timeoutMs)
    const asked = new DirectlyAsked(this.#parts, plan, dueMs, fulfil, reject)
    const slot = correlation.open(asked)
    const generation = correlation.generation(slot)
    asked.slot = slot
    asked.generation = generation
    dispatcher.handRequest(endpoint, answering, asked, payload)
    if (correlation.isOpen(slot, generation)) deadlines.arm(slot, generation, dueMs, timeoutMs)
    return promise
  }

  #tryElsewhere(
    plan: Plan<Endpoint>,
    handler: Candidate<Endpoint>,
    payload: unknown,
  ): Promise<unknown> | undefined {
    const { channels, clock, correlation, deadlines, events, hop, tally } = this.#parts
    // Inside a request there is something to inherit.
    if (tally.isTimedNext || channels.seesRequest() || isInsideRequest()) return undefined
    tally.askedUntimed()
    let fulfil: (value: unknown) => void = nothing
    let reject: (error: unknown) => void = nothing
    const promise = new Promise((resolve, refuse) => {
      fulfil = resolve
      reject = refuse
    })
    const { handsDown, timeoutMs } = plan.defaults.request
    const dueMs = Math.ceil(clock.nowMs() + timeoutMs)
    const slot = correlation.open(new AskedElsewhere(this.#parts, plan, dueMs, fulfil, reject))
    const generation = correlation.generation(slot)
    const { topic } = plan
    try {
      const attempt = handsDown ? layout.FLAG_HANDS_DOWN : 0
      if (!hop.request(handler, topic, payload, slot, generation, dueMs, attempt)) {
        events.congested(topic, 'request')
        throw noRoom(topic, FULL, handler.endpoint)
      }
    } catch (error) {
      if (correlation.close(slot, generation) !== undefined) tally.failed(error, undefined)
      reject(error)
    }
    // A getter of the payload may have closed the bus.
    if (correlation.isOpen(slot, generation)) deadlines.arm(slot, generation, dueMs, timeoutMs)
    return promise
  }
}

function nothing(): void {}
