/** Errors on the wire: structured clone and MessagePack drop `code`, `name` and `cause`, so they travel in our own form. */
import { BusError, isCode, type PayloadIssue } from '../errors.js'
import { becomeInstance, classNameOf } from './error-classes.js'
import { decodeMsgpack, encodeMsgpack } from './msgpack.js'
import { without } from './redaction.js'

/** An error as it travels. */
interface Wire {
  /** What was thrown, where it was no error. */
  value?: unknown
  name?: string
  /** What its class is registered as. */
  class?: string
  message?: string
  stack?: string
  cause?: Wire
  /** Those of an `AggregateError`. */
  errors?: Wire[]
  bus?: { code: string; topic?: string; endpoint?: number; issues?: readonly PayloadIssue[] }
  own?: Record<string, unknown>
}

/** Causes of causes are told this deep. */
const MAX_DEPTH = 8

/**
 * The bytes of what was thrown; never throws itself, valid until the next call of a codec.
 *
 * @param redact - names of what is left out
 */
export function encodeFailure(thrown: unknown, redact: readonly string[]): Uint8Array {
  try {
    return encodeMsgpack(toWire(thrown, new Set(redact), 0))
  } catch {
    // Something odd is in the way, a proxy for one: the failure must be told nevertheless.
    return encodeMsgpack({ name: 'Error', message: 'an error that cannot be encoded' } satisfies Wire)
  }
}

/** What was thrown, made again from its bytes. */
export function decodeFailure(bytes: Uint8Array): unknown {
  return fromWire(decodeMsgpack(bytes) as Wire)
}

function toWire(thrown: unknown, redact: ReadonlySet<string>, depth: number): Wire {
  if (!(thrown instanceof Error)) {
    const value = read(() => kept(thrown, redact))
    return { value: encodable(value) ? value : read(() => String(thrown)) }
  }
  const wire: Wire = {
    name: read(() => String(thrown.name)) ?? 'Error',
    message: read(() => String(thrown.message)) ?? '',
  }
  const className = read(() => classNameOf(thrown))
  if (className !== undefined) wire.class = className
  const stack = redact.has('stack') ? undefined : read(() => thrown.stack)
  if (typeof stack === 'string') wire.stack = stack
  // That of an error of the bus is what a handler threw: redacted itself, but not left out.
  const isKept = thrown instanceof BusError || !redact.has('cause')
  const cause = isKept ? read(() => thrown.cause) : undefined
  if (cause !== undefined && depth < MAX_DEPTH) wire.cause = toWire(cause, redact, depth + 1)
  const errors = redact.has('errors') ? undefined : read(() => (thrown as AggregateError).errors)
  if (Array.isArray(errors) && depth < MAX_DEPTH)
    wire.errors = errors.map((error) => toWire(error, redact, depth + 1))
  if (thrown instanceof BusError) {
    const { code, topic, endpoint, issues } = thrown
    wire.bus = {
      code,
      ...(topic !== undefined && { topic }),
      ...(endpoint !== undefined && { endpoint }),
      ...(issues !== undefined && { issues }),
    }
  } else {
    const names = Object.keys(thrown).filter((name) => !STANDARD.has(name) && !redact.has(name))
    const own = names.map((name) => [name, read(() => kept(thrown[name as keyof Error], redact))] as const)
    const travelling = own.filter(([, value]) => value !== undefined && encodable(value))
    if (travelling.length > 0) wire.own = Object.fromEntries(travelling)
  }
  return wire
}

function kept(value: unknown, redact: ReadonlySet<string>): unknown {
  return redact.size === 0 ? value : without(value, redact)
}

const STANDARD: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors'])

/** What `part` returns; undefined where it throws, as a getter may. */
function read<Value>(part: () => Value): Value | undefined {
  try {
    return part()
  } catch {
    return undefined
  }
}

function fromWire(wire: Wire): unknown {
  if (wire.message === undefined) return wire.value
  const details = wire.cause === undefined ? {} : { cause: fromWire(wire.cause) }
  const { bus } = wire
  const error =
    bus !== undefined && isCode(bus.code)
      ? new BusError(bus.code, wire.message, { ...details, ...bus })
      : new Error(wire.message, details)
  if (wire.class !== undefined) becomeInstance(error, wire.class)
  // A class may compute its name of what is not there any more.
  if (wire.name !== undefined && read(() => error.name) !== wire.name) hidden(error, 'name', wire.name)
  hidden(error, 'stack', wire.stack ?? `${wire.name}: ${wire.message}`)
  if (wire.errors !== undefined) hidden(error, 'errors', wire.errors.map(fromWire))
  // Not by assignment: a class may have a setter of the name, or none.
  for (const [name, value] of Object.entries(wire.own ?? {})) {
    Object.defineProperty(error, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return error
}

function hidden(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true })
}

function encodable(value: unknown): boolean {
  try {
    encodeMsgpack(value)
    return true
  } catch {
    return false
  }
}
