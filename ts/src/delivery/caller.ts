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
  /** The endpoint whose handler it is. */
  readonly receiver: object
  /** For how many messages: more than one of a batch. */
  readonly messages: number
  /** Whether it has not ended yet. */
  readonly isRunning: () => boolean
}

/** The handler inside which this code runs; undefined outside, and where it is not known. */
export function currentCaller(): Caller | undefined {
  const call = currentCall()
  if (call !== undefined) {
    const { receiver, run } = call
    return { receiver, messages: Array.isArray(run) ? run.length : 1, isRunning: () => isUnsettled(call) }
  }
  const request = currentRequest()
  if (request === undefined) return undefined
  const receiver = ReceivedMessage.receiverOf(request)
  const isRunning = (): boolean => ReceivedMessage.isRunning(request)
  return receiver && { receiver, messages: 1, isRunning }
}
