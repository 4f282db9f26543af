/** The options of a bus. */
import type { OpenOptions } from '../contract/options.js'
import { integer, members } from './check.js'

/** Complete options of a bus. */
export interface BusSettings {
  readonly maxMessageBytes: number
  readonly planCacheTopics: number
  readonly requestTimeoutMs: number
}

const KNOWN = ['maxMessageSize', 'requestTimeout', 'planCacheSize']

/** Checks the options of `open()` and completes them. */
export function busSettings(options: OpenOptions | undefined): BusSettings {
  const given = members('open()', options, KNOWN)
  return {
    maxMessageBytes: integer('maxMessageSize', given['maxMessageSize'], 1_048_576, 1),
    planCacheTopics: integer('planCacheSize', given['planCacheSize'], 4_096, 1, 2 ** 24),
    requestTimeoutMs: integer('requestTimeout', given['requestTimeout'], 30_000, 1),
  }
}

/** Whether any option was named: who names none takes the bus as it is. */
export function namesAny(options: OpenOptions | undefined): boolean {
  return options !== undefined && Object.values(options).some((value) => value !== undefined)
}

/** Settings as one text, the same for the same settings: how they cross threads. */
export function canonical(settings: BusSettings): string {
  const { maxMessageBytes, planCacheTopics, requestTimeoutMs } = settings
  return JSON.stringify({ maxMessageBytes, planCacheTopics, requestTimeoutMs })
}

/** The reverse of {@link canonical}, for a text of our own. */
export function fromCanonical(text: string): BusSettings {
  return JSON.parse(text) as BusSettings
}
