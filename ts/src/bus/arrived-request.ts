/** A request of another thread that goes directly to its handler. */
import type { DirectRequest } from '../delivery/answering.js'
import { requestEnded } from '../delivery/current-request.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
import { isUnawaited } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Frame } from '../link/frame.js'
import type { Answers } from './answers.js'

/** What they have in common. */
export interface ArrivedParts {
  readonly answers: Answers
  readonly clock: Clock
  readonly lifelines: Lifelines
}

/** Times are kept as distances from this one: numbers as large as those since the epoch are objects of their own. */
const START_MS = Date.now()

/** The request, and the origin of its message: it holds of its frame what may be asked for later. */
export class ArrivedRequest implements Origin, DirectRequest {
  // Each is written once: a field with a `#` is made before it is given its value.
  declare private readonly parts: ArrivedParts
  declare private readonly receiver: Endpoint
  declare readonly topic: string
  declare readonly sender: number
  declare readonly slot: number
  declare readonly generation: number
  declare readonly dueMs: number
  declare readonly attempt: number
  declare readonly handsDown: boolean
  declare private readonly sentMs: number
  declare message: ReceivedMessage | undefined

  constructor(parts: ArrivedParts, receiver: Endpoint, frame: Frame, dueMs: number) {
    this.parts = parts
    this.receiver = receiver
    this.topic = frame.topic
    this.sender = frame.sender
    this.slot = frame.slot
    this.generation = frame.generation
    this.dueMs = dueMs
    this.attempt = frame.requestAttempt + 1
    this.handsDown = frame.handsDown
    this.sentMs = frame.timestampMs - START_MS
    this.message = undefined
  }

  get clock(): Clock {
    return this.parts.clock
  }

  get lifelines(): Lifelines {
    return this.parts.lifelines
  }

  made(payload?: unknown): ReceivedMessage {
    if (this.message === undefined) {
      const timestampMs = START_MS + this.sentMs
      this.message = new ReceivedMessage(this.topic, payload, 'request', this, 0, undefined, timestampMs)
      ReceivedMessage.started(this.message, this.receiver)
    }
    return this.message
  }

  replied(reply: unknown): void {
    const { message } = this
    const { answers } = this.parts
    if (message !== undefined) {
      requestEnded(message)
      // An answer that nobody waits for need not travel.
      if (isUnawaited(ReceivedMessage.cutBy(message))) {
        answers.forget(this)
        return
      }
    }
    answers.reply(this, this.topic, reply)
  }
}
