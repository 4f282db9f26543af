/** Which dead letters are meant. */
import type { DeadLetterFilter, DeathReason } from '../contract/dead-letters.js'
import type { Pattern } from '../contract/patterns.js'
import { invalidOption } from '../errors.js'
import { integer, members, oneOf, text } from './check.js'

/** A filter that is complete: what is undefined holds for all. */
export interface DeadLetterSelection {
  readonly number: number | undefined
  /** Checked when it is compiled. */
  readonly topic: Pattern | undefined
  readonly endpoint: number | undefined
  readonly name: string | undefined
  readonly reason: DeathReason | undefined
  /** Milliseconds since the epoch. */
  readonly beforeMs: number | undefined
}

const KNOWN = ['topic', 'endpoint', 'name', 'reason', 'before']
const REASONS: readonly DeathReason[] = ['attempts', 'terminated', 'lapsed']

/** Checks what `replay()` and `purge()` of the dead letters are given; `owner` is the verb. */
export function deadLetterSelection(
  owner: string,
  which: number | DeadLetterFilter | undefined,
): DeadLetterSelection {
  if (typeof which === 'number') return { ...selected({}), number: letterNumber(which) }
  return selected(members(owner, which, KNOWN))
}

/** Checks the number of a dead letter. */
export function letterNumber(value: unknown): number {
  return integer('the number of a dead letter', value ?? null, 0, 1, Number.MAX_SAFE_INTEGER)
}

function selected(given: Readonly<Record<string, unknown>>): DeadLetterSelection {
  const { topic, endpoint } = given
  if (topic !== undefined && typeof topic !== 'string' && !(topic instanceof RegExp)) {
    throw invalidOption('topic', 'a pattern: a string or a RegExp', topic)
  }
  return {
    number: undefined,
    topic,
    endpoint: endpoint === undefined ? undefined : integer('endpoint', endpoint, 0, 1, 2 ** 32 - 1),
    name: text('name', given['name']),
    reason: oneOf('reason', given['reason'], undefined, REASONS),
    beforeMs: momentMs('before', given['before']),
  }
}

function momentMs(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined
  const ms = value instanceof Date ? value.getTime() : value
  if (typeof ms === 'number' && Number.isFinite(ms)) return ms
  throw invalidOption(
    name,
    'a Date or milliseconds since the epoch',
    value instanceof Date ? String(value) : value,
  )
}
