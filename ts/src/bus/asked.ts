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
  readonly tally: RequestTally
  /** What is to be told when it has ended, where it is timed. */
  readonly trip: RoundTrip | undefined
  readonly resolve: (value: unknown) => void
  readonly refuse: (error: unknown) => void

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
    this.tally = tally
    this.trip = tally.asked(handler.endpoint)
    this.taker = hearer
    this.resolve = hearer?.fulfil ?? fulfil
    this.refuse = hearer?.reject ?? reject
  }

  fulfil(value: unknown): void {
    this.tally.answered(this.trip)
    this.resolve(value)
  }

  reject(error: unknown): void {
    this.tally.failed(error, this.trip)
    this.refuse(error)
  }
}
