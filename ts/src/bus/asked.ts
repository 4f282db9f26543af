/** A request that waits for its reply. */
import type { Lifelines } from '../delivery/lifelines.js'
import type { Origin } from '../delivery/message.js'
import type { Outlet } from '../delivery/outlet.js'
import type { Clock } from '../link/clock.js'
import type { ItemTaker, Waiter } from '../link/correlation.js'
import type { RequestTally, RoundTrip } from '../operate/metrics/requests.js'
import type { Hearer } from './reading.js'
import type { Terms } from './terms.js'

/** What all requests of a thread have in common. */
export interface AskedParts {
  /** This attachment. */
  readonly attachment: number
  readonly clock: Clock
  readonly lifelines: Lifelines
  readonly tally: RequestTally
}

/**
 * The request. It is also the origin of its message, where its handler is in this thread, because each object for each
 * request is one to be made and one to be held; so what is the same for all is asked of others.
 */
export class Asked implements Waiter, Origin {
  readonly #parts: AskedParts
  readonly topic: string
  readonly #terms: Terms
  readonly endpoint: number
  readonly attachment: number
  /** How often it has been made, this time included. */
  readonly attempt: number
  slot = 0
  generation = 0
  readonly taker: ItemTaker | undefined
  outlet: Outlet | undefined = undefined
  release: (() => void) | undefined = undefined
  /** What is to be told when it has ended, where it is timed. */
  readonly #trip: RoundTrip | undefined
  readonly #resolve: (value: unknown) => void
  readonly #refuse: (error: unknown) => void

  /**
   * Where a stream was asked for, `hearer` is told of its items. One of the last two is called, once.
   */
  constructor(
    parts: AskedParts,
    question: { readonly topic: string; readonly terms: Terms },
    handler: { readonly endpoint: number; readonly attachment: number },
    attempt: number,
    hearer: Hearer | undefined,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#parts = parts
    this.topic = question.topic
    this.#terms = question.terms
    this.endpoint = handler.endpoint
    this.attachment = handler.attachment
    this.attempt = attempt
    this.taker = hearer
    this.#trip = parts.tally.asked(handler.endpoint)
    this.#resolve = hearer?.fulfil ?? fulfil
    this.#refuse = hearer?.reject ?? reject
  }

  get sender(): number {
    return this.#parts.attachment
  }

  get clock(): Clock {
    return this.#parts.clock
  }

  get lifelines(): Lifelines {
    return this.#parts.lifelines
  }

  get timeoutMs(): number {
    return this.#terms.timeoutMs
  }

  get dueMs(): number {
    return this.#terms.dueMs
  }

  get handsDown(): boolean {
    return this.#terms.handsDown
  }

  get isNotification(): boolean {
    return false
  }

  get onExpiry(): undefined {
    return undefined
  }

  /** The core holds no requests. */
  get deliveryNumber(): number {
    return 0
  }

  fulfil(value: unknown): void {
    this.#parts.tally.answered(this.#trip)
    this.#resolve(value)
  }

  reject(error: unknown): void {
    this.#parts.tally.failed(error, this.#trip)
    this.#refuse(error)
  }
}
