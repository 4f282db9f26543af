/**
 * Whether code runs inside a handler: who asks there for something that waits for handlers is not to wait for itself.
 *
 * Until the handler's first `await` that is known of every one. After that only the runtime knows, and is asked only where
 * requests hand down (see `current-request.ts`).
 */
import { currentCall, isUnsettled } from './calls.js'
import { currentRequest } from './current-request.js'
import { ReceivedMessage } from './message.js'

/** A call of a handler, seen from inside. */
export interface Caller {
  /** The same for all that is asked inside one call. */
  readonly identity: object
  /** The endpoint whose handler it is. */
  readonly receiver: object
  /** For how many messages: more than one of a batch. */
  readonly messages: number
  /** Whether it has not ended yet. */
  readonly isRunning: () => boolean
}

/** The handler inside which this code runs; undefined outside, and where it is not known. */
export function currentCaller(): Caller | undefined {
  // First what is known before and after an `await`: a call is to have one identity.
  const request = currentRequest()
  const receiver = request && ReceivedMessage.receiverOf(request)
  if (request !== undefined && receiver !== undefined) {
    return { identity: request, receiver, messages: 1, isRunning: () => ReceivedMessage.isRunning(request) }
  }
  const call = currentCall()
  if (call === undefined) return undefined
  const messages = Array.isArray(call.run) ? call.run.length : 1
  return { identity: call, receiver: call.receiver, messages, isRunning: () => isUnsettled(call) }
}

/** What a receiver does that can be waited for. */
interface Excusing {
  excuse(caller: Caller): void
}

/** Whoever of `receivers` this code runs inside a call of need not wait for that call. */
export function excuseCaller(receivers: Iterable<object & Excusing>): void {
  const caller = currentCaller()
  if (caller === undefined) return
  for (const receiver of receivers) if (receiver === caller.receiver) receiver.excuse(caller)
}
