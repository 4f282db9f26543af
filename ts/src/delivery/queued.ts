/** A message in the mailbox of an endpoint. */
import { PLAIN, rankOf } from '../link/envelope.js'
import type { TimerId } from '../link/timers.js'
import type { Meters } from './counts.js'
import { Entry, type Key, type LaneNumber, State } from './mailbox/entry.js'
import { ReceivedMessage } from './message.js'

/** How urgent a message is. */
export function laneOf(message: ReceivedMessage): LaneNumber {
  return rankOf((ReceivedMessage.envelopeOf(message) ?? PLAIN).lane)
}

/** The entry of a message. */
export class Queued extends Entry<Queued> {
  declare readonly message: ReceivedMessage
  declare readonly lane: LaneNumber
  declare readonly key: Key | undefined
  declare readonly held: boolean
  /** The message of the try that is under way, where there are several. */
  declare own: ReceivedMessage | undefined
  /** Of the try that is under way, or of the wait for the next. */
  declare timer: TimerId | undefined
  /** What the gate of the endpoint knows the try that is under way by. */
  declare call: number
  /** Where its durations go, where it is timed, and what it stands for. */
  declare meters: Meters | undefined
  declare weight: number
  /** When it was accepted, where it is timed, and -1 elsewhere: milliseconds of the core's clock. */
  declare acceptedMs: number
  /** Called when the try that is under way is over, and its slot free; for whoever began it. */
  declare onOver: (() => void) | undefined

  constructor(message: ReceivedMessage, key: Key | undefined) {
    super()
    this.message = message
    this.key = key
    this.lane = laneOf(message)
    this.held = ReceivedMessage.originOf(message).delivery !== undefined
    this.own = undefined
    this.timer = undefined
    this.call = 0
    this.onOver = undefined
    this.meters = undefined
    this.weight = 0
    this.acceptedMs = -1
  }

  /**
   * Of one that is not accepted yet, when its sender stops waiting; then, when it is of no use any more: a request when
   * nobody waits for the reply, others when their time to live is over.
   */
  get dueMs(): number {
    // Who asked has given up: it is as late as can be.
    if (ReceivedMessage.cutBy(this.message) !== undefined) return Number.MIN_VALUE
    const { dueMs } = ReceivedMessage.originOf(this.message)
    const isAccepted = this.state !== State.fresh && this.state !== State.waiting
    if (!isAccepted || this.message.kind === 'request') return dueMs
    return (ReceivedMessage.envelopeOf(this.message) ?? PLAIN).expiresMs
  }
}
