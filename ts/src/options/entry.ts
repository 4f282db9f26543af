/** What a contract says of a topic, checked. */
import type { CodecName } from '../contract/codecs.js'
import type { Guarantee, Priority, RetryOptions } from '../contract/policies.js'
import type { StandardSchema } from '../contract/standard-schema.js'
import { invalidOption } from '../errors.js'
import { flag, integer, members, oneOf } from './check.js'
import { codecName } from './codecs.js'
import { guaranteeOf, PRIORITIES } from './defaults.js'
import { RETRY, retryPolicy } from './retry.js'

/** How messages are sent that an entry is about. */
export type EntryKind = 'event' | 'notification' | 'request' | 'stream'

/** An entry of a contract; what is undefined is left to the defaults of the bus. */
export interface EntrySettings {
  readonly kind: EntryKind
  readonly schema: StandardSchema | undefined
  readonly reply: StandardSchema | undefined
  /** Of a reply that is a stream. */
  readonly item: StandardSchema | undefined
  readonly codec: CodecName | undefined
  readonly priority: Priority | undefined
  readonly timeoutMs: number | undefined
  readonly guarantee: Guarantee | undefined
  /** As it was given, because what it leaves out is left to others. */
  readonly retry: RetryOptions | undefined
  readonly ackTimeoutMs: number | undefined
  readonly ttlMs: number | undefined
  readonly retain: boolean | undefined
  readonly mandatory: boolean | undefined
  readonly waitForHandlerMs: number | undefined
  readonly prefetch: number | undefined
  readonly idleTimeoutMs: number | undefined
}

const MESSAGE = ['schema', 'codec', 'priority', 'timeout', 'retry']
const NOTIFICATION = [...MESSAGE, 'guarantee', 'ackTimeout', 'ttl']
const KNOWN: Readonly<Record<EntryKind, readonly string[]>> = {
  event: [...NOTIFICATION, 'retain', 'mandatory'],
  notification: NOTIFICATION,
  request: [...MESSAGE, 'reply', 'waitForHandler'],
  stream: [...MESSAGE, 'item', 'waitForHandler', 'prefetch', 'idleTimeout'],
}

/** Checks what an entry of a kind says. */
export function entrySettings(kind: EntryKind, options: unknown): EntrySettings {
  const given = members(`${kind}()`, options, KNOWN[kind])
  const { retry } = given
  retryPolicy(retry, RETRY)
  return {
    kind,
    schema: schemaOf('schema', given['schema']),
    reply: schemaOf('reply', given['reply']),
    item: schemaOf('item', given['item']),
    codec: codecName('codec', given['codec']),
    priority: oneOf('priority', given['priority'], undefined, PRIORITIES),
    timeoutMs: optional(given, 'timeout', 1),
    guarantee: guaranteeOf(given, undefined),
    retry: retry === undefined ? undefined : Object.freeze({ ...(retry as RetryOptions) }),
    ackTimeoutMs: optional(given, 'ackTimeout', 1),
    ttlMs: optional(given, 'ttl', 1),
    retain: optionalFlag(given, 'retain'),
    mandatory: optionalFlag(given, 'mandatory'),
    waitForHandlerMs: optional(given, 'waitForHandler', 0),
    prefetch: optional(given, 'prefetch', 1),
    idleTimeoutMs: optional(given, 'idleTimeout', 1),
  }
}

/** Whether it is of messages that are answered: their `retry` is that of whoever asks. */
export function isAnswered(entry: EntrySettings | undefined): boolean {
  return entry?.kind === 'request' || entry?.kind === 'stream'
}

type Given = Readonly<Record<string, unknown>>

function optional(given: Given, name: string, min: number): number | undefined {
  return given[name] === undefined ? undefined : integer(name, given[name], min, min)
}

function optionalFlag(given: Given, name: string): boolean | undefined {
  return given[name] === undefined ? undefined : flag(name, given[name], false)
}

/** Some libraries have schemas that are functions. */
function schemaOf(name: string, value: unknown): StandardSchema | undefined {
  if (value === undefined) return undefined
  const { '~standard': standard } = Object(value) as Partial<StandardSchema>
  if (standard?.version === 1 && typeof standard.validate === 'function') return value as StandardSchema
  const expected = 'a Standard Schema (version 1), such as those of zod, valibot and arktype'
  throw invalidOption(name, expected, value)
}
