/**
 * Calls a handler and finds out how it ended, once and whatever it does: a handler that throws, rejects, never settles or
 * returns a thenable that throws stays here.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Message } from '../contract/messages.js'
import { invoke, isObject, type Receiver, returned, settled } from './calls.js'
import { flow, isFlowing } from './flowing.js'

const { then } = Promise.prototype

/** Hears how a call ended: exactly one of the two is called, once. */
export interface RunListener<Run> {
  /** Whose handler it is. */
  readonly receiver: Receiver
  /** It answers with a stream, whose first item was sent; left out where that makes no difference. */
  begun?(run: Run): void
  fulfilled(run: Run, value: unknown): void
  rejected(run: Run, error: unknown): void
}

/**
 * Calls `handler` for `run`. One that returns an async iterable has ended when that has.
 *
 * @param listener - told when it has ended, perhaps within the call
 */
export function call<Run extends object>(
  handler: HandlerFunction,
  payload: unknown,
  message: Message,
  run: Run,
  listener: RunListener<Run>,
): void {
  let value: unknown
  try {
    value = invoke(handler, payload, message, run, listener.receiver)
  } catch (error) {
    listener.rejected(run, error)
    return
  }
  follow(value, message, run, listener)
}

/** Has `listener` told of the end of what a handler has returned: now, or when the promise or the stream has ended. */
export function follow<Run extends object>(
  value: unknown,
  message: Message,
  run: Run,
  listener: RunListener<Run>,
): void {
  returned(run, listener.receiver)
  try {
    if (isThenable(value)) {
      // Not by its own `then`, which may be anything; and a promise settles once, which a thenable need not.
      const promise = value instanceof Promise ? value : new Promise((resolve) => resolve(value))
      then.call(
        promise,
        (result) => finish(result, message, run, listener),
        (error: unknown) => reject(error, run, listener),
      )
      return
    }
  } catch (error) {
    reject(error, run, listener)
    return
  }
  finish(value, message, run, listener)
}

/** A handler has returned something else than a promise, or its promise has fulfilled. */
export function finish<Run extends object>(
  value: unknown,
  message: Message,
  run: Run,
  listener: RunListener<Run>,
): void {
  let isStream: boolean
  try {
    isStream = isFlowing(value)
  } catch (error) {
    reject(error, run, listener)
    return
  }
  if (isStream) stream(value as AsyncIterable<unknown>, message, run, listener)
  else fulfil(value, run, listener)
}

/** A handler replies with a stream: it has ended when that has. */
function stream<Run extends object>(
  value: AsyncIterable<unknown>,
  message: Message,
  run: Run,
  listener: RunListener<Run>,
): void {
  flow(value, message, {
    begun: () => listener.begun?.(run),
    ended: (end) => fulfil(end, run, listener),
    failed: (error) => reject(error, run, listener),
  })
}

function fulfil<Run extends object>(value: unknown, run: Run, listener: RunListener<Run>): void {
  settled(run, listener.receiver)
  listener.fulfilled(run, value)
}

function reject<Run extends object>(error: unknown, run: Run, listener: RunListener<Run>): void {
  settled(run, listener.receiver)
  listener.rejected(run, error)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { then?: unknown }).then === 'function'
}
