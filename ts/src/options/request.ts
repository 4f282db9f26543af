/** The options of `request()` and `requestMany()`. */
import type { Inheritance, RequestManyOptions, RequestOptions } from '../contract/options.js'
import { balanceSettings } from './balance.js'
import { abortSignal, integer, members } from './check.js'
import { type CircuitSettings, circuitSettings } from './circuit.js'
import { priorityOf } from './defaults.js'
import { type EntrySettings, isAnswered } from './entry.js'
import { type BusSettings, DEFAULT_REQUEST_TIMEOUT_MS } from './open.js'
import { RETRY, type RetryPolicy, retryPolicy } from './retry.js'
import { envelopeOf, type MessageSettings, type RoutedSettings } from './send.js'

/** Complete options of a request. */
export interface RequestSettings extends RoutedSettings {
  readonly signal: AbortSignal | undefined
  /** undefined: it is asked once. */
  readonly retry: RetryPolicy | undefined
  /** How long to wait until somebody handles it. */
  readonly waitForHandlerMs: number
  /** When it inherits from the request whose handler makes it. */
  readonly inherit: Inheritance
  /** Whether its handler's requests inherit from it also after an `await`. */
  readonly handsDown: boolean
  /** Of the caller's own circuits; undefined: it has none. */
  readonly circuit: CircuitSettings | undefined
  /** What is replied where nothing is; undefined: nothing. */
  readonly fallback: unknown
}

/** Complete options of a request to every handler. */
export interface RequestManySettings extends MessageSettings {
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** How many replies are enough; undefined: those of all. */
  readonly maxReplies: number | undefined
}

const MANY = ['id', 'headers', 'priority', 'timeout', 'signal']
/** The names of the options of a request that has one answer, or several one after the other. */
export const ASK: readonly string[] = [
  ...MANY,
  'key',
  'balance',
  'prefer',
  'retry',
  'waitForHandler',
  'circuit',
]
const REQUEST = [...ASK, 'fallback']
const REQUEST_MANY = [...MANY, 'max']

/** What is asked without options of a topic for which the contract may have an entry. */
export function requestDefaults(settings: BusSettings, entry?: EntrySettings): RequestSettings {
  const { balance, defaults, inherit, prefer, requestTimeoutMs } = settings
  const isAsked = entry?.timeoutMs !== undefined || requestTimeoutMs !== DEFAULT_REQUEST_TIMEOUT_MS
  const retry = isAnswered(entry) ? entry?.retry : undefined
  return {
    envelope: undefined,
    priority: entry?.priority ?? defaults.priority,
    balance,
    prefer,
    key: undefined,
    timeoutMs: entry?.timeoutMs ?? requestTimeoutMs,
    signal: undefined,
    retry: retry === undefined ? undefined : retryPolicy(retry, RETRY),
    waitForHandlerMs: entry?.waitForHandlerMs ?? 0,
    inherit,
    handsDown: inherit === 'always' || (inherit === 'asked' && isAsked),
    circuit: undefined,
    fallback: undefined,
  }
}

/** Checks the options of `request()` and completes them; `defaults` are complete, and hold where there are no options. */
export function requestSettings(
  options: RequestOptions | undefined,
  defaults: RequestSettings,
): RequestSettings {
  if (options === undefined && defaults.balance !== 'hash') return defaults
  const given = members('request()', options, REQUEST)
  const { balance, prefer, key } = balanceSettings(given, defaults)
  const { retry } = given
  const isAsked = given['timeout'] !== undefined || given['signal'] !== undefined
  return {
    envelope: envelopeOf(given),
    priority: priorityOf(given, defaults.priority),
    balance,
    prefer,
    key,
    timeoutMs: integer('timeout', given['timeout'], defaults.timeoutMs, 1),
    signal: abortSignal('signal', given['signal']),
    retry: retry === undefined ? defaults.retry : retryPolicy(retry, defaults.retry ?? RETRY),
    waitForHandlerMs: integer('waitForHandler', given['waitForHandler'], defaults.waitForHandlerMs, 0),
    inherit: defaults.inherit,
    handsDown: defaults.handsDown || (defaults.inherit === 'asked' && isAsked),
    circuit: circuitSettings(given['circuit']),
    fallback: given['fallback'],
  }
}

/** As {@link requestSettings}, for `requestMany()`. */
export function requestManySettings(
  options: RequestManyOptions | undefined,
  defaults: RequestSettings,
): RequestManySettings {
  const given = members('requestMany()', options, REQUEST_MANY)
  const max = given['max']
  return {
    envelope: envelopeOf(given),
    priority: priorityOf(given, defaults.priority),
    timeoutMs: integer('timeout', given['timeout'], defaults.timeoutMs, 1),
    signal: abortSignal('signal', given['signal']),
    maxReplies: max === undefined ? undefined : integer('max', max, 1, 1),
  }
}
