/**
 * Calls a handler and finds out how it ended, once and whatever it does: a handler that throws, rejects, never settles or
 * returns a thenable that throws stays here.
 */
import type { HandlerFunction } from '../contract/handlers.js'

const { then } = Promise.prototype

/** Hears how a call ended; exactly one of the two is called, once. */
export interface RunListener<Run> {
  fulfilled(run: Run, value: unknown): void
  rejected(run: Run, error: unknown): void
}

/**
 * Calls `handler` for `run`. Returns whether it has ended already: then the listener has been told within the call.
 *
 * @param listener - told when it has ended
 */
export function call<Run>(
  handler: HandlerFunction,
  payload: unknown,
  message: Parameters<HandlerFunction>[1],
  run: Run,
  listener: RunListener<Run>,
): boolean {
  let value: unknown
  try {
    value = handler(payload, message)
    if (isThenable(value)) {
      // Not by its own `then`, which may be anything; and a promise settles once, which a thenable need not.
      const promise = value instanceof Promise ? value : new Promise((resolve) => resolve(value))
      then.call(
        promise,
        (result) => listener.fulfilled(run, result),
        (error: unknown) => listener.rejected(run, error),
      )
      return false
    }
  } catch (error) {
    listener.rejected(run, error)
    return true
  }
  listener.fulfilled(run, value)
  return true
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}
