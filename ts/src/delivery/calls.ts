/**
 * The calls of handlers: inside which of them code runs, and which have not settled of those that somebody asks about.
 *
 * Known is the call whose handler has not returned yet. It is remembered in two variables, because an object would have to
 * be made for each call, and hardly ever does anybody ask.
 *
 * Most calls are made where nothing else is under way in the thread. They are **direct**: what the variables were before
 * need not be kept, and no dispatcher says of itself that it is busy, because it is seen in the first call that is under way.
 */
import type { HandlerFunction } from '../contract/handlers.js'

/** Whose handler is called. */
export interface Receiver {
  /** What offers messages to it. */
  readonly dispatcher: object
  /** Has its next message look at everything, and what is done after a direct call look at what there is to do. */
  shut(): void
}

/** A call that somebody has asked about. */
export interface Call {
  /** Whose handler it is. */
  readonly receiver: Receiver
  /** What it is for; of a batch, an array of as many as that has. Undefined until the handler has returned that sees no message. */
  run: object | undefined
}

let receiving: Receiver | undefined
let running: object | undefined
/** Where calls are inside one another: whose handler was called first. */
let first: Receiver | undefined
/** How many things are under way, besides calls, that a direct call would get into. */
let occupants = 0
/** Those that were asked about and have not settled: as a rule, none. */
const unsettled = new Set<Call>()

/** Whether nothing is under way in this thread, so that a call may be direct. */
export function isQuiet(): boolean {
  return receiving === undefined && occupants === 0
}

/** From now on no call is direct, until {@link vacate} was called as often. */
export function occupy(): void {
  occupants++
}

/** See {@link occupy}. */
export function vacate(): void {
  occupants--
}

/** A handler that sees nothing but the payload is about to be called directly; only where {@link isQuiet}. */
export function enter(receiver: Receiver): void {
  receiving = receiver
}

/** It has returned, or thrown. */
export function leave(): void {
  receiving = undefined
}

/** Whose handler was called first of those that have not returned. */
export function firstReceiver(): Receiver | undefined {
  return first ?? receiving
}

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
  receiver: Receiver,
): unknown {
  const outer = receiving
  const outerRun = running
  const outerFirst = first
  first ??= outer
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
    first = outerFirst
    if (isOver && unsettled.size > 0) settled(run, receiver)
  }
}

/** The call whose handler has not returned yet, so that this code runs inside it; it is known of from now on until it settles. */
export function currentCall(): Call | undefined {
  if (receiving === undefined) return undefined
  for (const known of unsettled) if (known.receiver === receiving && known.run === running) return known
  const call: Call = { receiver: receiving, run: running }
  unsettled.add(call)
  receiving.shut()
  return call
}

/** Whether a call that was asked about has not settled. */
export function isUnsettled(call: Call): boolean {
  return unsettled.has(call)
}

/** A handler has returned something that is to be waited for, or not: what its call is for is known now. */
export function returned(run: object, receiver: Receiver): void {
  if (unsettled.size === 0) return
  for (const call of unsettled) if (call.run === undefined && call.receiver === receiver) call.run = run
}

/** A call has settled. An event is the run of each of its receivers. */
export function settled(run: object | undefined, receiver: Receiver): void {
  if (unsettled.size === 0) return
  for (const call of unsettled) if (call.run === run && call.receiver === receiver) unsettled.delete(call)
}

/** Whether what a handler has returned may have an end of its own. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
