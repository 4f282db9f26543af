/** A request that goes directly to the only handler of its topic, in this thread. */
import type { DirectRequest } from '../delivery/answering.js'
import { requestEnded } from '../delivery/current-request.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import { isUnawaited } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Correlation } from '../link/correlation.js'
import type { Plan } from '../link/plan.js'
import type { AskedParts } from './asked.js'
import { DirectWaiter } from './direct-waiter.js'

/** What they have in common. */
interface DirectParts extends AskedParts {
  readonly correlation: Correlation
}

/** The request, and the origin of its message. */
export class DirectlyAsked extends DirectWaiter<DirectParts> implements Origin, DirectRequest {
  declare slot: number
  declare generation: number
  declare message: ReceivedMessage | undefined

  constructor(
    parts: DirectParts,
    plan: Plan<Endpoint>,
    dueMs: number,
    fulfil: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    super(parts, plan, dueMs, fulfil, reject)
    this.slot = 0
    this.generation = 0
    this.message = undefined
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

  get handsDown(): boolean {
    return this.plan.defaults.request.handsDown
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
}
