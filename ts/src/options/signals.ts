/** The options of `closeOnSignals()`. */
import { constants } from 'node:os'
import type { CloseReport } from '../contract/receipts.js'
import type { CloseOnSignalsOptions } from '../contract/signals.js'
import { invalidOption } from '../errors.js'
import { callable, integer, members } from './check.js'

const KNOWN = ['signals', 'timeout', 'onClosed']

/** Those that cannot be heard. */
const UNHEARD: readonly unknown[] = ['SIGKILL', 'SIGSTOP']

/** When buses are closed and how, complete. */
export interface SignalSettings {
  readonly signals: readonly NodeJS.Signals[]
  readonly timeoutMs: number
  readonly onClosed: ((report: CloseReport, bus: string) => void) | undefined
}

/** Fills in what is missing; throws `ERR_BUS_INVALID_OPTION`. */
export function signalSettings(options: CloseOnSignalsOptions | undefined): SignalSettings {
  const { signals, timeout, onClosed } = members('closeOnSignals()', options, KNOWN)
  return {
    signals: signals === undefined ? ['SIGTERM', 'SIGINT'] : names(signals),
    timeoutMs: integer('timeout', timeout, 5_000, 0),
    onClosed: callable('onClosed', onClosed),
  }
}

function names(signals: unknown): NodeJS.Signals[] {
  const isSignal = (name: unknown): boolean =>
    typeof name === 'string' && Object.hasOwn(constants.signals, name) && !UNHEARD.includes(name)
  if (Array.isArray(signals) && signals.length > 0 && signals.every(isSignal)) return [...new Set(signals)]
  throw invalidOption('signals', 'an array of the names of signals that can be heard, at least one', signals)
}
