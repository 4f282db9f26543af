/** A request that waits for its reply. */
import type { ItemTaker, Waiter } from '../link/correlation.js'
import type { RequestTally, RoundTrip } from '../operate/metrics/requests.js'
import type { Hearer } from './reading.js'

/** The request; where a stream was asked for, `hearer` is told of its items. One of the last two is called, once. */
export class Asked implements Waiter {
  readonly topic: string
  readonly timeoutMs: number
  /** When it is over, in milliseconds of the core's clock. */
  readonly dueMs: number
  readonly isNotification = false
  readonly endpoint: number
  readonly attachment: number
  delivery = 0
  readonly taker: ItemTaker | undefined
  readonly onExpiry: undefined
  release: (() => void) | undefined
  readonly #tally: RequestTally
  readonly #trip: RoundTrip | undefined
  readonly #fulfil: (value: unknown) => void
  readonly #reject: (error: unknown) => void

  constructor(
    question: { readonly topic: string; readonly timeoutMs: number; readonly dueMs: number },
    handler: { readonly endpoint: number; readonly attachment: number },
    tally: RequestTally,
    hearer: Hearer | undefined,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.topic = question.topic
    this.timeoutMs = question.timeoutMs
    this.dueMs = question.dueMs
    this.endpoint = handler.endpoint
    this.attachment = handler.attachment
    this.#tally = tally
    this.#trip = tally.asked(handler.endpoint)
    this.taker = hearer
    this.#fulfil = hearer?.fulfil ?? fulfil
    this.#reject = hearer?.reject ?? reject
  }

  fulfil(value: unknown): void {
    this.#tally.answered(this.#trip)
    this.#fulfil(value)
  }

  reject(error: unknown): void {
    this.#tally.failed(error, this.#trip)
    this.#reject(error)
  }
}
