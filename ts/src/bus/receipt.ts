/** Puts together what became of a message at all endpoints that it was for. */
import type { FailOn } from '../contract/options.js'
import type { Dropped, Failed, Receipt } from '../contract/receipts.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { BusError, DeliveryError, isFailure, isTimeout } from '../errors.js'
import type { Recipient } from '../link/plan.js'
import type { Inquiry } from './courier.js'

/** Nothing is awaited, because there is nobody. */
export const UNMATCHED: Receipt = Object.freeze({
  matched: 0,
  accepted: 0,
  processed: 0,
  deadLettered: 0,
  dropped: Object.freeze([]),
  failed: Object.freeze([]),
})

/** What the receipt is made for. */
export interface ReceiptTerms {
  readonly topic: string
  readonly timeoutMs: number
  readonly awaitsProcessed: boolean
  readonly failOn: FailOn
  /** Whether what fails for good is a dead letter: of the endpoint, or of all of them. */
  readonly isHeld: (recipient: Recipient<Endpoint>) => boolean
}

/** A receipt in the making: resolves when all endpoints have answered, one way or another. */
export class PendingReceipt implements Inquiry {
  readonly timeoutMs: number
  readonly awaitsProcessed: boolean
  readonly promise: Promise<Receipt>
  readonly #terms: ReceiptTerms
  readonly #matched: number
  readonly #dropped: Dropped[] = []
  readonly #failed: Failed[] = []
  readonly #errors: unknown[] = []
  #accepted = 0
  #processed = 0
  #deadLettered = 0
  #missing: number
  #resolve: (receipt: Receipt) => void = () => {}
  #reject: (error: unknown) => void = () => {}

  /** @param matched - how many endpoints will answer */
  constructor(matched: number, terms: ReceiptTerms) {
    this.timeoutMs = terms.timeoutMs
    this.awaitsProcessed = terms.awaitsProcessed
    this.#terms = terms
    this.#matched = matched
    this.#missing = matched
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  fulfil(): void {
    this.#accepted++
    if (this.awaitsProcessed) this.#processed++
    this.#one()
  }

  reject(recipient: Recipient<Endpoint>, error: unknown): void {
    const { endpoint } = recipient
    this.#errors.push(error)
    if (isFailure(error)) {
      this.#accepted++
      this.#failed.push({ endpoint, error: error.cause })
      if (this.#terms.isHeld(recipient)) this.#deadLettered++
    } else if (error instanceof BusError && !isTimeout(error)) {
      this.#dropped.push({ endpoint, code: error.code })
    } else {
      // Whether it has the message is not known; that it has not said so in time is.
      this.abandon(error)
      return
    }
    this.#one()
  }

  /** Whether all have answered. */
  get isOver(): boolean {
    return this.#missing === 0
  }

  /** Ends the waiting. */
  abandon(error: unknown): void {
    this.#reject(error)
  }

  #one(): void {
    if (--this.#missing > 0) return
    const receipt: Receipt = {
      matched: this.#matched,
      accepted: this.#accepted,
      processed: this.#processed,
      deadLettered: this.#deadLettered,
      dropped: this.#dropped,
      failed: this.#failed,
    }
    if (this.#isRefused(receipt)) this.#reject(new DeliveryError(this.#terms.topic, receipt, this.#errors))
    else this.#resolve(receipt)
  }

  #isRefused({ failed, dropped }: Receipt): boolean {
    const { failOn } = this.#terms
    const countsFailed = failOn === 'failed' || failOn === 'any'
    const countsDropped = failOn === 'dropped' || failOn === 'any'
    return (countsFailed && failed.length > 0) || (countsDropped && dropped.length > 0)
  }
}
