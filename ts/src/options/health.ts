/** How it is found out how an endpoint is. */
import type { HealthOptions } from '../contract/health.js'
import { callable, integer, MAX_INTEGER, members } from './check.js'

/** Complete options of the health of an endpoint. */
export interface HealthSettings {
  readonly check: NonNullable<HealthOptions['check']> | undefined
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly failureThreshold: number
  readonly successThreshold: number
  /** For how long a mailbox may be full; 0: for ever. */
  readonly fullForMs: number
  /** How long a thread may stand still; 0: for ever. */
  readonly stalledForMs: number
}

const KNOWN = [
  'check',
  'interval',
  'timeout',
  'failureThreshold',
  'successThreshold',
  'fullFor',
  'stalledFor',
]

/** Checks the health of an endpoint and completes it; undefined where it is not watched. */
export function healthSettings(health: unknown): HealthSettings | undefined {
  if (health === undefined) return undefined
  const given = members('health', health, KNOWN)
  const intervalMs = integer('health.interval', given['interval'], 5_000, 1)
  const threeMs = Math.min(intervalMs * 3, MAX_INTEGER)
  return {
    check: callable<NonNullable<HealthOptions['check']>>('health.check', given['check']),
    intervalMs,
    timeoutMs: integer('health.timeout', given['timeout'], 2_000, 1),
    failureThreshold: integer('health.failureThreshold', given['failureThreshold'], 3, 1),
    successThreshold: integer('health.successThreshold', given['successThreshold'], 1, 1),
    fullForMs: integer('health.fullFor', given['fullFor'], threeMs, 0),
    stalledForMs: integer('health.stalledFor', given['stalledFor'], intervalMs, 0),
  }
}
