/** A request that goes directly to the only handler of its topic, and waits for its reply. */
import type { DirectRequest } from '../delivery/answering.js'
import { requestEnded } from '../delivery/current-request.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import { isUnawaited } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Correlation, Waiter } from '../link/correlation.js'
import type { Plan } from '../link/plan.js'
import type { AskedParts } from './asked.js'

/** What they have in common. */
interface DirectParts extends AskedParts {
  readonly correlation: Correlation
}

/**
 * The request, and the origin of its message. It holds what tells it from another one, and nothing else: 100,000 of them may
 * wait. All that is the same for each without options is asked of the plan.
 */
export class DirectlyAsked implements Waiter, Origin, DirectRequest {
  // Each is written once: a field with a `#` is made before it is given its value.
  declare private readonly parts: DirectParts
  declare private readonly plan: Plan<Endpoint>
  declare readonly dueMs: number
  declare slot: number
  declare generation: number
  declare message: ReceivedMessage | undefined
  declare private readonly resolve: (value: unknown) => void
  declare private readonly refuse: (error: unknown) => void

  /** One of the last two is called, once. */
  constructor(
    parts: DirectParts,
    plan: Plan<Endpoint>,
    dueMs: number,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.parts = parts
    this.plan = plan
    this.dueMs = dueMs
    this.slot = 0
    this.generation = 0
    this.message = undefined
    this.resolve = fulfil
    this.refuse = reject
  }

  get topic(): string {
    return this.plan.topic
  }

  get endpoint(): number {
    return this.plan.onlyHandler?.endpoint ?? 0
  }

  get attachment(): number {
    return this.parts.attachment
  }

  get sender(): number {
    return this.parts.attachment
  }

  get clock(): Clock {
    return this.parts.clock
  }

  get lifelines(): Lifelines {
    return this.parts.lifelines
  }

  get timeoutMs(): number {
    return this.plan.defaults.request.timeoutMs
  }

  get handsDown(): boolean {
    return this.plan.defaults.request.handsDown
  }

  get isNotification(): boolean {
    return false
  }

  /** The core holds no requests. */
  get deliveryNumber(): number {
    return 0
  }

  made(payload?: unknown): ReceivedMessage {
    if (this.message === undefined) {
      this.message = new ReceivedMessage(this.topic, payload, 'request', this, 0, undefined, 0)
      const handler = this.plan.onlyHandler?.local
      if (handler !== undefined) ReceivedMessage.started(this.message, handler)
    }
    return this.message
  }

  replied(reply: unknown): void {
    const { message } = this
    if (message !== undefined) {
      requestEnded(message)
      // An answer that nobody waits for, as its handler knows, is none that is late.
      if (isUnawaited(ReceivedMessage.cutBy(message))) return
    }
    this.parts.correlation.answer(this.slot, this.generation)?.fulfil(reply)
  }

  fulfil(value: unknown): void {
    this.parts.tally.answered(undefined)
    this.resolve(value)
  }

  reject(error: unknown): void {
    this.parts.tally.failed(error, undefined)
    this.refuse(error)
  }
}
