/** How long a request may take, and what ends it before: its own options, and what it inherits. */
import { currentRequest } from '../delivery/current-request.js'
import type { Dependent, Support } from '../delivery/lifeline.js'
import { ReceivedMessage } from '../delivery/message.js'
import { aborted, isAbort, timedOut } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { RequestSettings } from '../options/request.js'
import type { AbortSignals } from './abort-signals.js'

/** The terms of one request, whatever its attempts. */
export interface Terms {
  readonly timeoutMs: number
  /** By the core's clock. */
  readonly dueMs: number
  readonly signal: AbortSignal | undefined
  /** That of the request inside whose handler it is made, or the reader of a stream. */
  readonly outer: Support | undefined
  readonly handsDown: boolean
}

/** The terms of a request that is made now; throws where it has ended before it has begun. */
export function termsOf(topic: string, settings: RequestSettings, clock: Clock): Terms {
  const { timeoutMs, signal, handsDown, inherit } = settings
  if (signal?.aborted === true) throw aborted(topic, signal.reason)
  const outer = inherit === 'never' ? undefined : currentRequest()
  if (outer !== undefined) return inherited(topic, settings, clock, outer)
  return { timeoutMs, dueMs: clock.nowMs() + timeoutMs, signal, outer: undefined, handsDown }
}

function inherited(topic: string, settings: RequestSettings, clock: Clock, outer: ReceivedMessage): Terms {
  const lifeline = ReceivedMessage.lifelineOf(outer)
  const error = lifeline?.error
  if (isAbort(error)) throw aborted(topic, error.cause)
  const { dueMs, clock: outerClock = clock, handsDown } = ReceivedMessage.originOf(outer)
  // By its own clock: it may be of another bus, in another time.
  const leftMs = dueMs === 0 ? Number.POSITIVE_INFINITY : dueMs - outerClock.nowMs()
  if (leftMs <= 0) throw timedOut(topic, 0)
  const timeoutMs = Math.min(settings.timeoutMs, leftMs)
  return {
    timeoutMs: Math.ceil(timeoutMs),
    dueMs: clock.nowMs() + timeoutMs,
    signal: settings.signal,
    outer: lifeline,
    handsDown: settings.handsDown || handsDown === true,
  }
}

/** Lets `dependent` go down with what `terms` name; returns how to let go, undefined where there is nothing. */
export function hangOn(
  terms: Pick<Terms, 'signal' | 'outer'>,
  signals: AbortSignals,
  dependent: Dependent,
): (() => void) | undefined {
  const { signal, outer } = terms
  if (signal === undefined && outer === undefined) return undefined
  if (signal !== undefined) signals.add(signal, dependent)
  outer?.add(dependent)
  return () => {
    if (signal !== undefined) signals.delete(signal, dependent)
    outer?.delete(dependent)
  }
}
