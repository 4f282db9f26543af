/**
 * The calls of handlers: inside which of them code runs, and which have not settled of those that somebody asks about.
 *
 * Known is the call whose handler has not returned yet. It is remembered in two variables, because an object would have to
 * be made for each call, and hardly ever does anybody ask.
 */
import type { HandlerFunction } from '../contract/handlers.js'

/** A call that somebody has asked about. */
export interface Call {
  /** Whose handler it is. */
  readonly receiver: object
  /** What it is for; of a batch, an array of as many as that has. Undefined until the handler has returned that sees no message. */
  run: object | undefined
}

let receiving: object | undefined
let running: object | undefined
/** Those that were asked about and have not settled: as a rule, none. */
const unsettled = new Set<Call>()

/**
 * Calls a handler; returns what it returns, throws what it throws.
 *
 * @param message - undefined for a handler that sees nothing but the payload
 * @param run - what the call is for, where that is known already
 */
export function invoke(
  handler: (payload: unknown, message: never) => unknown,
  payload: unknown,
  message: Parameters<HandlerFunction>[1] | undefined,
  run: object | undefined,
  receiver: object,
): unknown {
  const outer = receiving
  const outerRun = running
  receiving = receiver
  running = run
  let isOver = true
  try {
    const value = handler(payload, message as never)
    isOver = value === undefined
    return value
  } finally {
    receiving = outer
    running = outerRun
    if (isOver && unsettled.size > 0) settled(run, receiver)
  }
}

/** The call whose handler has not returned yet, so that this code runs inside it; it is known of from now on until it settles. */
export function currentCall(): Call | undefined {
  if (receiving === undefined) return undefined
  for (const known of unsettled) if (known.receiver === receiving && known.run === running) return known
  const call: Call = { receiver: receiving, run: running }
  unsettled.add(call)
  return call
}

/** Whether a call that was asked about has not settled. */
export function isUnsettled(call: Call): boolean {
  return unsettled.has(call)
}

/** A handler has returned something that is to be waited for, or not: what its call is for is known now. */
export function returned(run: object, receiver: object): void {
  if (unsettled.size === 0) return
  for (const call of unsettled) if (call.run === undefined && call.receiver === receiver) call.run = run
}

/** A call has settled. An event is the run of each of its receivers. */
export function settled(run: object | undefined, receiver: object): void {
  if (unsettled.size === 0) return
  for (const call of unsettled) if (call.run === run && call.receiver === receiver) unsettled.delete(call)
}
