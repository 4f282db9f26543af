/** How a contract is made that is a value. */
import type {
  ContractOfDefinitions,
  DefinedContract,
  Definition,
  EventDefinition,
  FromSchema,
  MessageEntry,
  NotificationDefinition,
  RequestDefinition,
  RequestEntryOf,
  SchemaOf,
  StreamDefinition,
  StreamEntryOf,
} from '../contract/definitions.js'
import type { StandardSchema } from '../contract/standard-schema.js'
import { invalidOption } from '../errors.js'
import { type EntryKind, type EntrySettings, entrySettings } from './entry.js'

/** An entry that one of the functions below has made. */
class Defined implements Pick<Definition, 'kind'> {
  readonly kind: EntryKind
  readonly settings: EntrySettings

  constructor(kind: EntryKind, settings: EntrySettings) {
    this.kind = kind
    this.settings = settings
    Object.freeze(this)
  }
}

/** The entry of a kind; what it is in the contract's type exists for the compiler alone. */
function defined<Entry>(kind: EntryKind, options: unknown): Definition<Entry> {
  return new Defined(kind, Object.freeze(entrySettings(kind, options))) as Pick<
    Definition,
    'kind'
  > as Definition<Entry>
}

/** A contract that {@link defineContract} has made. */
class ContractValue implements Pick<DefinedContract, 'keys'> {
  readonly entries: ReadonlyMap<string, EntrySettings>
  readonly keys: readonly string[]

  constructor(entries: ReadonlyMap<string, EntrySettings>) {
    this.entries = entries
    this.keys = Object.freeze([...entries.keys()])
    Object.freeze(this)
  }
}

/**
 * Makes a contract that is a value: its type is inferred, and what its entries say holds at run time wherever a bus is
 * opened with it. Where several keys match a topic, one entry counts: that of the topic itself, else that of the most
 * specific glob, as in routing; of equals the first.
 *
 * @param definitions - entries by exact topic or glob
 * @throws BusError `ERR_BUS_INVALID_OPTION` when a member was not made by `event()`, `notification()`,
 * `request()` or `stream()`.
 * That a key is a pattern is checked by `open()`: `ERR_BUS_INVALID_PATTERN`
 * @example
 * const shop = defineContract({
 *   'cart.viewed': event<{ user: string }>({ retain: true }),
 *   'mail.*': notification<{ to: string }>({ guarantee: 'at-least-once', retry: { attempts: 3 } }),
 *   'cart.*.price': request<{ items: number }, { total: number }>({ timeout: 500 }),
 * })
 * const bus = open('shop', { contract: shop })
 */
export function defineContract<const Definitions extends Readonly<Record<string, Definition>>>(
  definitions: Definitions,
): DefinedContract<ContractOfDefinitions<Definitions>> {
  if (typeof definitions !== 'object' || definitions === null || Array.isArray(definitions)) {
    throw invalidOption('the entries of a contract', 'an object', definitions)
  }
  const entries = new Map<string, EntrySettings>()
  for (const [key, definition] of Object.entries(definitions)) {
    if (!(definition instanceof Defined)) {
      const expected = 'what event(), notification(), request() or stream() returned'
      throw invalidOption(`the entry '${key}' of a contract`, expected, definition)
    }
    entries.set(key, definition.settings)
  }
  const contract: Pick<DefinedContract, 'keys'> = new ContractValue(entries)
  return contract as DefinedContract<ContractOfDefinitions<Definitions>>
}

/**
 * Defines topics of events: each subscriber gets what is published.
 *
 * @typeParam Payload - what travels; default: what the schema takes from publishers and makes for subscribers
 * @param options - a schema, and what holds for them unless somebody says something else
 * @throws BusError `ERR_BUS_INVALID_OPTION`
 * @example
 * const viewed = event<{ user: string }>({ priority: 'low' })
 */
export function event<Payload = FromSchema, Schema extends StandardSchema = SchemaOf<Payload>>(
  options?: EventDefinition<Schema>,
): Definition<MessageEntry<Payload, Schema>> {
  return defined('event', options)
}

/**
 * Defines topics of notifications: one handler gets what is sent.
 *
 * @typeParam Payload - what travels; default: what the schema takes from senders and makes for handlers
 * @param options - a schema, and what holds for them unless somebody says something else
 * @throws BusError `ERR_BUS_INVALID_OPTION`
 * @example
 * const mail = notification<{ to: string }>({ guarantee: 'at-least-once', retry: { attempts: 3 } })
 */
export function notification<Payload = FromSchema, Schema extends StandardSchema = SchemaOf<Payload>>(
  options?: NotificationDefinition<Schema>,
): Definition<MessageEntry<Payload, Schema>> {
  return defined('notification', options)
}

/**
 * Defines topics of requests: one handler gets what is asked, and its reply goes back.
 *
 * @typeParam Payload - what is asked; default: what the schema takes from those who ask and makes for handlers
 * @typeParam Reply - what is answered; default: what the schema `reply` takes from handlers and makes for those who asked
 * @param options - schemas, and what holds for them unless somebody says something else
 * @throws BusError `ERR_BUS_INVALID_OPTION`
 * @example
 * const price = request<{ items: number }, { total: number }>({ timeout: 500 })
 */
export function request<
  Payload = FromSchema,
  Reply = FromSchema,
  Schema extends StandardSchema = SchemaOf<Payload>,
  ReplySchema extends StandardSchema = SchemaOf<Reply>,
>(
  options?: RequestDefinition<Schema, ReplySchema>,
): Definition<RequestEntryOf<Payload, Reply, Schema, ReplySchema>> {
  return defined('request', options)
}

/**
 * Defines topics of requests that are answered with a stream: one handler gets what is asked, and its items go back.
 *
 * @typeParam Payload - what is asked; default: what the schema takes from those who ask and makes for handlers
 * @typeParam Item - what the stream consists of; default: what the schema `item` takes from handlers and makes for readers
 * @param options - schemas, and what holds for them unless somebody says something else
 * @throws BusError `ERR_BUS_INVALID_OPTION`
 * @example
 * const rows = stream<{ table: string }, { id: number }>({ timeout: 60_000, prefetch: 100 })
 */
export function stream<
  Payload = FromSchema,
  Item = FromSchema,
  Schema extends StandardSchema = SchemaOf<Payload>,
  ItemSchema extends StandardSchema = SchemaOf<Item>,
>(
  options?: StreamDefinition<Schema, ItemSchema>,
): Definition<StreamEntryOf<Payload, Item, Schema, ItemSchema>> {
  return defined('stream', options)
}

/** The entries of a contract, by key; throws where it is none. */
export function contractEntries(contract: unknown): ReadonlyMap<string, EntrySettings> | undefined {
  if (contract === undefined) return undefined
  if (contract instanceof ContractValue) return contract.entries
  throw invalidOption('contract', 'what defineContract() returned', contract)
}
