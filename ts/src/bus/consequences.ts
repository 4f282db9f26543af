/**
 * What follows from what became of a message: its sender is answered, the core need not hold it any more, another endpoint
 * is to have it, a dead letter is kept, and those hear of it who listen to the events of the bus.
 */
import type { DeathReason } from '../contract/dead-letters.js'
import { requestEnded } from '../delivery/current-request.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { ReceivedMessage } from '../delivery/message.js'
import type { Outcomes, Refusal } from '../delivery/outcomes.js'
import {
  type BusError,
  circuitOpen,
  expired,
  handlerFailed,
  handlerGone,
  isUnawaited,
  overloaded,
} from '../errors.js'
import { PLAIN } from '../link/envelope.js'
import type { Settlements } from '../link/settlements.js'
import type { Tracker } from '../operate/tracing/tracker.js'
import type { Answers } from './answers.js'
import type { Burials } from './burials.js'
import type { Events } from './events.js'
import type { Publishing } from './publishing.js'

/** The parts of an attachment that have to do with it. */
export interface ConsequenceParts {
  readonly answers: Answers
  readonly settlements: Settlements
  readonly burials: Burials
  readonly events: Events
  readonly publishing: Publishing
  readonly tracker: Tracker
}

/** The consequences in one attachment. */
export class Consequences implements Outcomes {
  readonly #parts: ConsequenceParts

  constructor(parts: ConsequenceParts) {
    this.#parts = parts
  }

  accepted(_endpoint: Endpoint, message: ReceivedMessage): void {
    const { generation, awaitsProcessed } = ReceivedMessage.originOf(message)
    if (generation !== 0 && awaitsProcessed !== true) this.#parts.answers.fulfil(message, undefined)
  }

  queued(endpoint: Endpoint, message: ReceivedMessage, hasRoom: boolean): void {
    const { tracker } = this.#parts
    if (!tracker.isOn) return
    if (hasRoom) tracker.at(endpoint, message, 'queued', `${endpoint.queued} in the mailbox`)
    else tracker.at(endpoint, message, 'waiting', 'the mailbox is full')
  }

  acknowledged(_endpoint: Endpoint, message: ReceivedMessage): void {
    this.#settle(message)
  }

  processed(endpoint: Endpoint, message: ReceivedMessage, value: unknown): void {
    const { answers, publishing, tracker } = this.#parts
    if (tracker.isOn) tracker.at(endpoint, message, 'processed')
    if (message.kind === 'request') {
      requestEnded(message)
      // An answer that nobody waits for need not travel.
      if (hasCallerGone(message)) answers.forget(ReceivedMessage.originOf(message))
      else answers.fulfil(message, value)
      return
    }
    this.#settle(message)
    const { generation, awaitsProcessed } = ReceivedMessage.originOf(message)
    if (generation !== 0 && awaitsProcessed === true) answers.fulfil(message, undefined)
    const notify = ReceivedMessage.envelopeOf(message)?.notify
    if (notify !== undefined) publishing.notice(`${notify}.ok`, { id: message.id, topic: message.topic })
  }

  failed(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void {
    this.#track(endpoint, message, 'failed', error)
    this.#tellFailure(endpoint, message, error)
    this.#endInFailure(endpoint, message, error)
  }

  stumbled(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void {
    this.#tellFailure(endpoint, message, error)
  }

  retried(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void {
    this.#track(endpoint, message, 'retried', error)
    const { delivery } = ReceivedMessage.originOf(message)
    if (delivery !== undefined) this.#parts.settlements.attempted(delivery, delivery.attempts)
    this.#tellFailure(endpoint, message, error)
  }

  buried(endpoint: Endpoint, message: ReceivedMessage, error: unknown, reason: DeathReason): void {
    const { id, pattern, settings } = endpoint
    this.#track(endpoint, message, 'dead-lettered', error)
    this.#tellFailure(endpoint, message, error)
    try {
      this.#parts.burials.bury(message, { id, pattern, name: settings.name }, error, reason)
    } catch (unkept) {
      // Something in the message or its error cannot be kept: that is told, and its sender answered all the same.
      this.#tellFailure(endpoint, message, unkept)
      this.#settle(message)
    }
    this.#endInFailure(endpoint, message, error)
  }

  refused(endpoint: Endpoint, message: ReceivedMessage, why: Refusal, wasAccepted: boolean): void {
    const { answers, events, settlements, tracker } = this.#parts
    if (tracker.isOn) trackRefusal(tracker, endpoint, message, why, wasAccepted)
    const origin = ReceivedMessage.originOf(message)
    const { delivery, generation, awaitsProcessed } = origin
    if (why === 'overloaded') events.overflow(endpoint, message)
    // Under a flood nearly all are such: nobody holds it, nobody waits for it, nothing is said of it.
    if (delivery === undefined && generation === 0 && ReceivedMessage.envelopeOf(message) === undefined)
      return
    if (delivery !== undefined && why === 'gone') {
      // Another endpoint gets it, and answers.
      settlements.release(delivery)
      return
    }
    this.#settle(message)
    // Its own time-out tells its sender.
    if (why === 'late') return
    const isRequest = message.kind === 'request'
    const isWaitedFor = generation !== 0 && (!wasAccepted || awaitsProcessed === true || isRequest)
    const { notify } = ReceivedMessage.envelopeOf(message) ?? PLAIN
    // An error costs more than all the rest, and under a flood most are dropped that nobody asks about.
    if (!isWaitedFor && notify === undefined) return
    const error = refusal(endpoint, message, why)
    // A request that has expired has ended for its caller in the same moment, or has been given up.
    if (isRequest && why === 'expired') answers.forget(ReceivedMessage.originOf(message))
    else if (isWaitedFor) answers.refuse(origin, error)
    this.#notifyOfError(message, error)
  }

  watermark(endpoint: Endpoint, level: 'high' | 'low', queued: number): void {
    this.#parts.events.watermark(endpoint, level, queued)
  }

  /** Nobody is left for a delivery of an endpoint that is gone. */
  lapsed(endpoint: number, message: ReceivedMessage): void {
    const { answers, burials, tracker } = this.#parts
    const { topic } = message
    const receiver = { id: endpoint, pattern: topic, settings: {} }
    if (tracker.isOn) tracker.at(receiver, message, 'dead-lettered', 'nobody is left for it')
    const origin = ReceivedMessage.originOf(message)
    const error = handlerGone(topic, endpoint)
    burials.bury(message, { id: endpoint, pattern: topic, name: undefined }, error, 'lapsed')
    if (origin.generation !== 0) answers.refuse(origin, error)
    this.#notifyOfError(message, error)
  }

  #endInFailure(endpoint: Endpoint, message: ReceivedMessage, error: unknown): void {
    const origin = ReceivedMessage.originOf(message)
    const isRequest = message.kind === 'request'
    if (isRequest) requestEnded(message)
    if (isRequest && hasCallerGone(message)) this.#parts.answers.forget(ReceivedMessage.originOf(message))
    else if ((isRequest || origin.awaitsProcessed === true) && origin.generation !== 0) {
      const told = redacted(error, endpoint.settings.redact)
      this.#parts.answers.refuse(origin, failureOf(message.topic, endpoint.id, told))
    }
    this.#notifyOfError(message, error)
  }

  #notifyOfError(message: ReceivedMessage, error: unknown): void {
    const notify = ReceivedMessage.envelopeOf(message)?.notify
    const { id, topic } = message
    if (notify !== undefined) this.#parts.publishing.notice(`${notify}.err`, { id, topic, error })
  }

  #tellFailure({ id: endpoint }: Endpoint, message: ReceivedMessage, error: unknown): void {
    const { topic, id, attempt, kind } = message
    this.#parts.events.failure({ topic, id, attempt, endpoint, error }, kind === 'request')
  }

  #track(
    endpoint: Endpoint,
    message: ReceivedMessage,
    event: 'failed' | 'retried' | 'dead-lettered',
    error: unknown,
  ): void {
    const { tracker } = this.#parts
    if (tracker.isOn) tracker.at(endpoint, message, event, shown(error))
  }

  #settle(message: ReceivedMessage): void {
    const { delivery } = ReceivedMessage.originOf(message)
    if (delivery !== undefined) this.#parts.settlements.settle(delivery)
  }
}

function refusal(
  endpoint: Endpoint,
  { topic, kind }: ReceivedMessage,
  why: Exclude<Refusal, 'late'>,
): BusError {
  const { id, settings } = endpoint
  if (why === 'gone' || why === 'over') return handlerGone(topic, id)
  if (why === 'open') return circuitOpen(topic, id)
  if (why === 'overloaded') return overloaded(topic, id, settings.capacity)
  return expired(topic, kind, id)
}

function trackRefusal(
  tracker: Tracker,
  endpoint: Endpoint,
  message: ReceivedMessage,
  why: Refusal,
  wasAccepted: boolean,
): void {
  const isHeld = ReceivedMessage.originOf(message).delivery !== undefined
  if (why === 'gone' && isHeld) tracker.at(endpoint, message, 'moved', 'its receiver is gone')
  else if (why === 'expired') tracker.at(endpoint, message, 'expired')
  else tracker.at(endpoint, message, wasAccepted ? 'dropped' : 'refused', WHY[why])
}

const WHY: Readonly<Record<Exclude<Refusal, 'expired'>, string>> = {
  overloaded: 'the mailbox is full',
  gone: 'its receiver is gone',
  over: 'its receiver has had its one message',
  late: 'its sender has stopped waiting for room',
  open: 'the circuit is open',
}

/** What can be said of an error in a line, even of one that throws when it is looked at. */
function shown(error: unknown): string {
  try {
    return String(error)
  } catch {
    return 'something that cannot be shown'
  }
}

/** Whether whoever made a request does not wait for its answer any more, as far as is known. */
function hasCallerGone(message: ReceivedMessage): boolean {
  return isUnawaited(ReceivedMessage.cutBy(message))
}

/** What a sender may know of what a handler threw. */
function redacted(error: unknown, redact: ((error: unknown) => unknown) | undefined): unknown {
  if (redact === undefined) return error
  try {
    return redact(error)
  } catch {
    // In doubt nothing is told: the error may hold what must not be.
    return new Error('an error that could not be redacted')
  }
}

/** The answer to a sender whose handler threw, even something that throws when it is looked at. */
function failureOf(topic: string, endpoint: number, thrown: unknown): BusError {
  try {
    return handlerFailed(topic, endpoint, thrown)
  } catch {
    return handlerFailed(topic, endpoint, new Error('something that cannot be shown', { cause: thrown }))
  }
}
