/** The options of a bus. */
import type { Balance } from '../contract/addresses.js'
import type { CoreName, OpenOptions } from '../contract/options.js'
import { BALANCES } from './balance.js'
import { integer, members, oneOf } from './check.js'

/** Complete options of a bus. */
export interface BusSettings {
  readonly balance: Balance
  readonly matchCacheTopics: number
  readonly maxMessageBytes: number
  readonly planCacheTopics: number
  readonly requestTimeoutMs: number
}

const KNOWN = ['maxMessageSize', 'requestTimeout', 'planCacheSize', 'matchCacheSize', 'balance', 'core']
const CORES: readonly CoreName[] = ['native', 'javascript']

/** Checks the options of `open()` and completes them. */
export function busSettings(options: OpenOptions | undefined): BusSettings {
  const given = members('open()', options, KNOWN)
  return {
    balance: oneOf('balance', given['balance'], 'round-robin', BALANCES) ?? 'round-robin',
    matchCacheTopics: integer('matchCacheSize', given['matchCacheSize'], 16_384, 0, 2 ** 24),
    maxMessageBytes: integer('maxMessageSize', given['maxMessageSize'], 1_048_576, 1),
    planCacheTopics: integer('planCacheSize', given['planCacheSize'], 32_768, 1, 2 ** 24),
    requestTimeoutMs: integer('requestTimeout', given['requestTimeout'], 30_000, 1),
  }
}

/** Which core was asked for, if any. It is no setting of the bus: each thread has its own. */
export function requestedCore(options: OpenOptions | undefined): CoreName | undefined {
  return oneOf('core', options?.core, undefined, CORES)
}

/** Whether any option of the bus was named: who names none takes the bus as it is. */
export function namesAny(options: OpenOptions | undefined): boolean {
  const { core: _, ...ofBus } = options ?? {}
  return Object.values(ofBus).some((value) => value !== undefined)
}

/** Settings as one text, the same for the same settings: how they cross threads, and are shown where they differ. */
export function canonical(settings: BusSettings): string {
  const { balance, matchCacheTopics, maxMessageBytes, planCacheTopics, requestTimeoutMs } = settings
  const options: Required<Omit<OpenOptions, 'core'>> = {
    balance,
    matchCacheSize: matchCacheTopics,
    maxMessageSize: maxMessageBytes,
    planCacheSize: planCacheTopics,
    requestTimeout: requestTimeoutMs,
  }
  return JSON.stringify(options)
}

/** The reverse of {@link canonical}, for a text of our own. */
export function fromCanonical(text: string): BusSettings {
  return busSettings(JSON.parse(text) as OpenOptions)
}
