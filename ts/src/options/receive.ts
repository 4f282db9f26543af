/** The options of `subscribe()`, `handle()` and `messages()`. */
import type { Unchecked } from '../contract/contract.js'
import type { Message } from '../contract/messages.js'
import type { MessagesOptions, ReceiveOptions, Scope, SubscribeOptions } from '../contract/options.js'
import type { Guarantee, Overflow, Priority } from '../contract/policies.js'
import { invalidOption } from '../errors.js'
import { abortSignal, callable, flag, integer, label, MAX_INTEGER, members, oneOf, texts } from './check.js'
import { type CircuitSettings, circuitSettings } from './circuit.js'
import { type DedupeSettings, dedupeSettings } from './dedupe.js'
import { type DefaultSettings, guaranteeOf, OVERFLOWS, PRIORITIES } from './defaults.js'
import { type HealthSettings, healthSettings } from './health.js'
import { type RetryPolicy, retryPolicy } from './retry.js'

/** The key of a message: those that have the same one are handled one after the other. */
export type OrderBy = (payload: Unchecked, message: Message) => string | undefined

/** Complete options of batches. */
export interface BatchSettings {
  readonly size: number
  readonly withinMs: number
}

/** Complete options of an endpoint. */
export interface EndpointSettings {
  readonly name: string | undefined
  readonly replace: boolean
  readonly service: string | undefined
  readonly pool: string | undefined
  readonly weight: number
  readonly priority: number
  readonly concurrency: number
  readonly capacity: number
  /** undefined: what the verb does that a message was sent with. */
  readonly overflow: Overflow | undefined
  readonly highWatermark: number
  readonly lowWatermark: number
  readonly orderBy: OrderBy | undefined
  /** undefined: what the sender says. */
  readonly guarantee: Guarantee | undefined
  readonly retry: RetryPolicy
  /** Whether it is its own: then what a contract says of a topic does not count. */
  readonly hasOwnRetry: boolean
  readonly ackTimeoutMs: number
  /** As above. */
  readonly hasOwnAckTimeout: boolean
  /** Where it is `exactly-once`, by itself or by the defaults of the bus. */
  readonly dedupe: DedupeSettings | undefined
  readonly batch: BatchSettings | undefined
  readonly once: boolean
  readonly replay: 'last' | undefined
  /** Whether its `scope` is its thread. */
  readonly threadOnly: boolean
  readonly metadata: Readonly<Record<string, string>> | undefined
  readonly redact: ((error: unknown) => unknown) | undefined
  /** undefined: it is not watched. */
  readonly health: HealthSettings | undefined
  /** undefined: it has none. */
  readonly circuit: CircuitSettings | undefined
  /** The most urgent priority that is refused while its mailbox is above its high mark; undefined: none is. */
  readonly shed: Priority | undefined
}

/** Complete options of a pull. */
export interface PullSettings {
  readonly endpoint: EndpointSettings
  readonly signal: AbortSignal | undefined
}

const SCOPES: readonly Scope[] = ['process', 'thread']

/** What every receiver may be given. */
const PULL = [
  'name',
  'replace',
  'service',
  'pool',
  'weight',
  'priority',
  'capacity',
  'overflow',
  'highWatermark',
  'lowWatermark',
  'orderBy',
  'guarantee',
  'retry',
  'ackTimeout',
  'dedupe',
  'scope',
  'metadata',
  'redact',
  'health',
  'circuit',
  'shed',
]
const HANDLE = [...PULL, 'concurrency', 'once']
const SUBSCRIBE = [...HANDLE, 'batch', 'replay']
const MESSAGES = [...PULL, 'replay', 'signal']
const BATCH = ['size', 'within']

/** Checks the options of `handle()` and completes them. */
export function handlerSettings(
  options: ReceiveOptions | undefined,
  defaults: DefaultSettings,
): EndpointSettings {
  return complete(members('handle()', options, HANDLE), defaults)
}

/** Checks the options of `subscribe()` and completes them. */
export function subscriptionSettings(
  options: SubscribeOptions | undefined,
  defaults: DefaultSettings,
): EndpointSettings {
  return complete(members('subscribe()', options, SUBSCRIBE), defaults)
}

/** Checks the options of `messages()` and completes them: what is pulled is handled one at a time. */
export function pullSettings(options: MessagesOptions | undefined, defaults: DefaultSettings): PullSettings {
  const given = members('messages()', options, MESSAGES)
  return {
    endpoint: complete(given, { ...defaults, concurrency: 1 }),
    signal: abortSignal('signal', given['signal']),
  }
}

function complete(given: Readonly<Record<string, unknown>>, defaults: DefaultSettings): EndpointSettings {
  const capacity = integer('capacity', given['capacity'], defaults.capacity, 1)
  const guarantee = guaranteeOf(given, undefined)
  const retry = retryPolicy(given['retry'], defaults.retry)
  const ackTimeoutMs = integer('ackTimeout', given['ackTimeout'], defaults.ackTimeoutMs, 1)
  const once = flag('once', given['once'], false)
  const batch = batchSettings(given['batch'])
  if (once && batch !== undefined) throw invalidOption('once', 'left out where there is a batch', once)
  return {
    name: label('name', given['name']),
    replace: flag('replace', given['replace'], false),
    service: label('service', given['service']),
    pool: label('pool', given['pool']),
    weight: integer('weight', given['weight'], 1, 1),
    priority: integer('priority', given['priority'], 0, -(2 ** 31), MAX_INTEGER),
    concurrency: integer('concurrency', given['concurrency'], defaults.concurrency, 1),
    capacity,
    overflow: oneOf('overflow', given['overflow'], defaults.overflow, OVERFLOWS),
    ...watermarks(given, capacity),
    orderBy: callable<OrderBy>('orderBy', given['orderBy']),
    guarantee,
    retry,
    hasOwnRetry: given['retry'] !== undefined,
    ackTimeoutMs,
    hasOwnAckTimeout: given['ackTimeout'] !== undefined,
    dedupe: dedupeSettings(given['dedupe'], guarantee ?? defaults.guarantee, retry, ackTimeoutMs),
    batch,
    once,
    replay: oneOf('replay', given['replay'], undefined, ['last']),
    threadOnly: oneOf('scope', given['scope'], 'process', SCOPES) === 'thread',
    metadata: texts('metadata', given['metadata']),
    redact: callable<(error: unknown) => unknown>('redact', given['redact']),
    health: healthSettings(given['health']),
    circuit: circuitSettings(given['circuit']),
    shed: oneOf('shed', given['shed'], undefined, PRIORITIES),
  }
}

/** A mark that is not given makes way for the one that is: there is always room between them. */
function watermarks(
  given: Readonly<Record<string, unknown>>,
  capacity: number,
): Pick<EndpointSettings, 'highWatermark' | 'lowWatermark'> {
  const high = given['highWatermark']
  const lowest = integer('lowWatermark', given['lowWatermark'], 0, 0, capacity - 1)
  const highWatermark = integer(
    'highWatermark',
    high,
    Math.max(Math.ceil(capacity * 0.8), lowest + 1),
    1,
    capacity,
  )
  const low = Math.min(Math.floor(capacity / 2), highWatermark - 1)
  return {
    highWatermark,
    lowWatermark: integer('lowWatermark', given['lowWatermark'], low, 0, highWatermark - 1),
  }
}

function batchSettings(batch: unknown): BatchSettings | undefined {
  if (batch === undefined) return undefined
  const given = members('batch', batch, BATCH)
  return {
    size: integer('batch.size', given['size'], 100, 1),
    withinMs: integer('batch.within', given['within'], 10, 0),
  }
}
