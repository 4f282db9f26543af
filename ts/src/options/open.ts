/** The options of a bus. */
import type { Balance, Prefer } from '../contract/addresses.js'
import type { VirtualClock } from '../contract/clock.js'
import type { AnyCodec, CodecName } from '../contract/codecs.js'
import type { CoreName, Inheritance, OpenOptions } from '../contract/options.js'
import { invalidOption } from '../errors.js'
import { BALANCES, preferOf } from './balance.js'
import { flag, integer, members, names, oneOf } from './check.js'
import { codecName, ownCodecs } from './codecs.js'
import { asDefaults, type DefaultSettings, defaultSettings } from './defaults.js'
import { contractEntries } from './define-contract.js'
import type { EntrySettings } from './entry.js'

/** Complete options of a bus: the same in all its threads. */
export interface BusSettings {
  readonly balance: Balance
  /** The codec of topics that have none of their own. */
  readonly codec: CodecName
  readonly inherit: Inheritance
  readonly metrics: boolean
  /** What is left out of errors on their way to other threads, sorted. */
  readonly redact: readonly string[]
  readonly matchCacheTopics: number
  readonly heldBytes: number
  readonly inboxBytes: number
  readonly maxMessageBytes: number
  readonly planCacheTopics: number
  readonly prefer: Prefer
  readonly requestTimeoutMs: number
  readonly defaults: DefaultSettings
}

/** Complete options of a thread's connection to a bus: each thread has its own. */
export interface ThreadSettings {
  /** Which core was asked for, if any. */
  readonly core: CoreName | undefined
  /** The entries of the contract by key, where there is one. */
  readonly contract: ReadonlyMap<string, EntrySettings> | undefined
  /** Those of the user's own that were given: functions do not cross threads. */
  readonly codecs: readonly AnyCodec[]
  readonly freeze: boolean
  readonly asyncContext: boolean
  readonly clock: VirtualClock | undefined
}

const OF_THREAD = ['asyncContext', 'contract', 'codecs', 'core', 'freeze', 'clock'] as const
const KNOWN = [
  'maxMessageSize',
  'requestTimeout',
  'inboxBytes',
  'heldBytes',
  'planCacheSize',
  'matchCacheSize',
  'balance',
  'prefer',
  'codec',
  'inherit',
  'metrics',
  'redact',
  'defaults',
  ...OF_THREAD,
]
const CORES: readonly CoreName[] = ['native', 'javascript']
const INHERITANCES: readonly Inheritance[] = ['asked', 'always', 'never']

/** How long a request waits where nobody has said anything. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000

/** Checks the options of `open()` and completes those of the bus. */
export function busSettings(options: OpenOptions<unknown> | undefined): BusSettings {
  const given = members('open()', options, KNOWN)
  return {
    balance: oneOf('balance', given['balance'], 'round-robin', BALANCES) ?? 'round-robin',
    codec: codecName('codec', given['codec']) ?? 'msgpack',
    inherit: oneOf('inherit', given['inherit'], 'asked', INHERITANCES) ?? 'asked',
    metrics: flag('metrics', given['metrics'], true),
    redact: names('redact', given['redact']),
    matchCacheTopics: integer('matchCacheSize', given['matchCacheSize'], 16_384, 0, 2 ** 24),
    heldBytes: integer('heldBytes', given['heldBytes'], 2 ** 28, 1, Number.MAX_SAFE_INTEGER),
    inboxBytes: integer('inboxBytes', given['inboxBytes'], 2 ** 24, 1),
    maxMessageBytes: integer('maxMessageSize', given['maxMessageSize'], 1_048_576, 1),
    planCacheTopics: integer('planCacheSize', given['planCacheSize'], 32_768, 1, 2 ** 24),
    prefer: preferOf(given, 'any'),
    requestTimeoutMs: integer('requestTimeout', given['requestTimeout'], DEFAULT_REQUEST_TIMEOUT_MS, 1),
    defaults: defaultSettings(given['defaults']),
  }
}

/** Checks those options of `open()` that concern this thread alone, and completes them. */
export function threadSettings(options: OpenOptions<unknown> | undefined): ThreadSettings {
  const given = members('open()', options, KNOWN)
  return {
    core: oneOf('core', given['core'], undefined, CORES),
    contract: contractEntries(given['contract']),
    codecs: ownCodecs('codecs', given['codecs']),
    asyncContext: flag('asyncContext', given['asyncContext'], false),
    freeze: flag('freeze', given['freeze'], false),
    clock: virtualClock(given['clock']),
  }
}

function virtualClock(given: unknown): VirtualClock | undefined {
  if (given === undefined) return undefined
  const { now, advance } = Object(given) as Partial<VirtualClock>
  if (typeof now === 'function' && typeof advance === 'function') return given as VirtualClock
  throw invalidOption('clock', "a virtual clock, as 'busbar/testing' makes them", given)
}

/** Whether any option of the bus was named: who names none takes the bus as it is. */
export function namesAny(options: OpenOptions<unknown> | undefined): boolean {
  const ofThread: readonly string[] = OF_THREAD
  return Object.entries(options ?? {}).some(
    ([name, value]) => value !== undefined && !ofThread.includes(name),
  )
}

/** Settings as one text, the same for the same settings: how they cross threads, and are shown where they differ. */
export function canonical(settings: BusSettings): string {
  const { balance, codec, defaults, heldBytes, inboxBytes, inherit, metrics, prefer, redact } = settings
  const { requestTimeoutMs } = settings
  const { matchCacheTopics, maxMessageBytes, planCacheTopics } = settings
  const options: Required<Omit<OpenOptions, keyof ThreadSettings>> = {
    balance,
    codec,
    defaults: asDefaults(defaults),
    heldBytes,
    inboxBytes,
    inherit,
    metrics,
    redact,
    matchCacheSize: matchCacheTopics,
    maxMessageSize: maxMessageBytes,
    planCacheSize: planCacheTopics,
    prefer,
    requestTimeout: requestTimeoutMs,
  }
  return JSON.stringify(options)
}

/** The reverse of {@link canonical}, for a text of our own. */
export function fromCanonical(text: string): BusSettings {
  return busSettings(JSON.parse(text) as OpenOptions)
}
