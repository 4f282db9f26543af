/** Contracts that are values: the same types, and what is to hold at run time. */
import type { CodecName } from './codecs.js'
import type { Guarantee, Priority, RetryOptions } from './policies.js'
import type { InputOf, OutputOf, StandardSchema } from './standard-schema.js'

declare const entry: unique symbol
declare const contract: unique symbol
declare const fromSchema: unique symbol

/** Stands for a type that was not written down: it is that of the schema, and without a schema `unknown`. */
export interface FromSchema {
  readonly [fromSchema]: never
}

/**
 * An entry of a contract, as `event()`, `notification()`, `request()` and `stream()` make them.
 *
 * @typeParam Entry - what it is in the contract's type
 */
export interface Definition<Entry = unknown> {
  /** How messages of its topics are sent. */
  readonly kind: 'event' | 'notification' | 'request' | 'stream'
  /** For the compiler alone. */
  readonly [entry]: Entry
}

/**
 * A contract that is a value, as `defineContract()` makes them.
 *
 * @typeParam C - its type
 */
export interface DefinedContract<C = unknown> {
  /** Its keys: exact topics and globs. */
  readonly keys: readonly string[]
  /** For the compiler alone. */
  readonly [contract]: C
}

/**
 * The type of a contract that is a value.
 *
 * @example
 * const serve = (contract: DefinedContract<Shop>): Bus<ContractOf<typeof contract>> => open('shop', { contract })
 */
export type ContractOf<Defined extends DefinedContract> = Defined extends DefinedContract<infer C> ? C : never

/** The type of the contract that some definitions make. */
export type ContractOfDefinitions<Definitions> = {
  -readonly [Name in keyof Definitions]: Definitions[Name] extends Definition<infer Entry> ? Entry : never
}

/** What holds for the messages of a topic unless their sender says something else. */
export interface MessageDefinition<Schema extends StandardSchema = StandardSchema> {
  /** What payloads must be; receivers get what it makes of them. Default: they are not looked at. */
  schema?: Schema | undefined
  /** The name of the codec that takes payloads and replies to other threads; default: the bus's `codec`. */
  codec?: CodecName | undefined
  /** How urgent they are; default: the bus's. */
  priority?: Priority | undefined
  /** How long a sender waits, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's `requestTimeout`. */
  timeout?: number | undefined
}

/** What holds for notifications unless their sender or their receiver says something else. */
export interface NotificationDefinition<Schema extends StandardSchema = StandardSchema>
  extends MessageDefinition<Schema> {
  /** What is promised of them; default: the bus's. */
  guarantee?: Guarantee | undefined
  /** How often one is tried that is more than `at-most-once`; default: the bus's. */
  retry?: RetryOptions | undefined
  /** How long a handler may take for such a one, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's. */
  ackTimeout?: number | undefined
  /** How long they are of use, in milliseconds: an integer from 1 to 2³¹−1; default: the bus's. */
  ttl?: number | undefined
}

/** What holds for events unless their publisher or their subscriber says something else. */
export interface EventDefinition<Schema extends StandardSchema = StandardSchema>
  extends NotificationDefinition<Schema> {
  /** Whether the last one is kept for those who subscribe with `replay`; default false. */
  retain?: boolean | undefined
  /** Whether it is an error, `ERR_BUS_NO_HANDLER`, that nobody listens; default false. */
  mandatory?: boolean | undefined
}

/** What holds for requests unless their sender says something else. */
export interface RequestDefinition<
  Schema extends StandardSchema = StandardSchema,
  ReplySchema extends StandardSchema = StandardSchema,
> extends MessageDefinition<Schema> {
  /** What replies must be; whoever asked gets what it makes of them. Default: they are not looked at. */
  reply?: ReplySchema | undefined
  /** Asks again when it fails with an error that is `retryable`, all within `timeout`; default: it does not. */
  retry?: RetryOptions | undefined
  /** How long to wait for somebody to handle it, in milliseconds: an integer from 0 to 2³¹−1; default 0. */
  waitForHandler?: number | undefined
}

/** What holds for requests that are answered with a stream, unless their sender says something else. */
export interface StreamDefinition<
  Schema extends StandardSchema = StandardSchema,
  ItemSchema extends StandardSchema = StandardSchema,
> extends MessageDefinition<Schema> {
  /** What items must be; whoever reads gets what it makes of them. Default: they are not looked at. */
  item?: ItemSchema | undefined
  /** Asks again when it fails before the first item with an error that is `retryable`; default: it does not. */
  retry?: RetryOptions | undefined
  /** How long to wait for somebody to handle it, in milliseconds: an integer from 0 to 2³¹−1; default 0. */
  waitForHandler?: number | undefined
  /** How many items the handler may be ahead of the reader: an integer from 1 to 2³¹−1; default 16. */
  prefetch?: number | undefined
  /** How long an item may take, in milliseconds: an integer from 1 to 2³¹−1; default: as long as the whole. */
  idleTimeout?: number | undefined
}

/** The schemas that fit a type that was written down: those that make it. */
export type SchemaOf<Type> = IsFromSchema<Type> extends true ? StandardSchema : StandardSchema<unknown, Type>

/** The entry of an event or a notification: of a type that was written down, else of its schema. */
export type MessageEntry<Payload, Schema extends StandardSchema> = PayloadPart<Payload, Schema>

/** The entry of a request. */
export type RequestEntryOf<
  Payload,
  Reply,
  Schema extends StandardSchema,
  ReplySchema extends StandardSchema,
> = Shown<PayloadPart<Payload, Schema> & ReplyPart<Reply, ReplySchema>>

/** The entry of a request that is answered with a stream. */
export type StreamEntryOf<
  Payload,
  Item,
  Schema extends StandardSchema,
  ItemSchema extends StandardSchema,
> = Shown<PayloadPart<Payload, Schema> & ItemPart<Item, ItemSchema>>

type PayloadPart<Payload, Schema extends StandardSchema> =
  IsFromSchema<Payload> extends true
    ? Same<InputOf<Schema>, OutputOf<Schema>> extends true
      ? { payload: OutputOf<Schema> }
      : { payload: OutputOf<Schema>; input: InputOf<Schema> }
    : { payload: Payload }

type ReplyPart<Reply, Schema extends StandardSchema> =
  IsFromSchema<Reply> extends true
    ? Same<InputOf<Schema>, OutputOf<Schema>> extends true
      ? { reply: OutputOf<Schema> }
      : { reply: OutputOf<Schema>; answer: InputOf<Schema> }
    : { reply: Reply }

type ItemPart<Item, Schema extends StandardSchema> =
  IsFromSchema<Item> extends true
    ? Same<InputOf<Schema>, OutputOf<Schema>> extends true
      ? { reply: AsyncIterable<OutputOf<Schema>> }
      : { reply: AsyncIterable<OutputOf<Schema>>; answer: AsyncIterable<InputOf<Schema>> }
    : { reply: AsyncIterable<Item> }

/** An intersection as one object type, as editors should show it. */
type Shown<Type> = { [Name in keyof Type]: Type[Name] }

type IsFromSchema<Type> = Same<Type, FromSchema>

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
