/**
 * The direct way of a request of another thread of which nothing is said, to a handler that has a slot free: what
 * `Arrivals` and `Dispatcher.dispatch()` would do, mostly without a message.
 */
import type { Codecs } from '../codec/codecs.js'
import { decodePayload } from '../codec/payload.js'
import { LANE_NORMAL } from '../core/native/layout.js'
import { isFreeToAnswer } from '../delivery/answering.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { OpenRequests } from '../delivery/open-requests.js'
import { deadlineOf } from '../link/deadline-word.js'
import type { Frame } from '../link/frame.js'
import { type ArrivedParts, ArrivedRequest } from './arrived-request.js'
import type { Receivers } from './receivers.js'

/** The parts of an attachment that they pass through. */
export interface DirectAnswerParts extends ArrivedParts {
  readonly codecs: Codecs
  readonly dispatcher: Dispatcher
  readonly openRequests: OpenRequests
  readonly receivers: Receivers
}

/** The requests to one attachment that are answered directly. */
export class DirectAnswers {
  readonly #parts: DirectAnswerParts

  constructor(parts: DirectAnswerParts) {
    this.#parts = parts
  }

  /** Has a request answered; false where it needs more: then nothing has happened. Throws where it cannot be read. */
  tryAnswer(frame: Frame): boolean {
    const { clock, codecs, dispatcher, openRequests, receivers } = this.#parts
    const endpoint = receivers.endpoints.get(frame.endpoint)
    const answering = endpoint?.answering
    if (endpoint === undefined || answering === undefined || !isFreeToAnswer(endpoint)) return false
    if (!dispatcher.isFree() || !receivers.areBare || !isPlain(frame)) return false
    const nowMs = clock.nowMs()
    const dueMs = deadlineOf(frame.deadline, nowMs)
    if (dueMs <= nowMs) return false
    const payload = decodePayload(frame.topic, frame.codec, frame.stretch, codecs)
    const request = new ArrivedRequest(this.#parts, endpoint, frame, dueMs)
    openRequests.add(request)
    dispatcher.handRequest(endpoint, answering, request, payload)
    return true
  }
}

/** Whether nothing is said of a request but its deadline, and one reply is asked for. */
function isPlain(frame: Frame): boolean {
  return frame.lane === LANE_NORMAL && frame.room === 0 && frame.headers.length === 0
}
