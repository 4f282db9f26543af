/** Errors on the wire: structured clone and MessagePack drop `code`, `name` and `cause`, so they travel in our own form. */
import { BusError, isCode, type PayloadIssue } from '../errors.js'
import { decodeMsgpack, encodeMsgpack } from './msgpack.js'

/** An error as it travels. */
interface Wire {
  /** What was thrown, where it was no error. */
  value?: unknown
  name?: string
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

/** The bytes of what was thrown; never throws itself, valid until the next call of a codec. */
export function encodeFailure(thrown: unknown): Uint8Array {
  try {
    return encodeMsgpack(toWire(thrown, 0))
  } catch {
    // Something odd is in the way, a proxy for one: the failure must be told nevertheless.
    return encodeMsgpack({ name: 'Error', message: 'an error that cannot be encoded' } satisfies Wire)
  }
}

/** What was thrown, made again from its bytes. */
export function decodeFailure(bytes: Uint8Array): unknown {
  return fromWire(decodeMsgpack(bytes) as Wire)
}

function toWire(thrown: unknown, depth: number): Wire {
  if (!(thrown instanceof Error)) return { value: encodable(thrown) ? thrown : read(() => String(thrown)) }
  const wire: Wire = {
    name: read(() => String(thrown.name)) ?? 'Error',
    message: read(() => String(thrown.message)) ?? '',
  }
  const stack = read(() => thrown.stack)
  if (typeof stack === 'string') wire.stack = stack
  const cause = read(() => thrown.cause)
  if (cause !== undefined && depth < MAX_DEPTH) wire.cause = toWire(cause, depth + 1)
  const errors = read(() => (thrown as AggregateError).errors)
  if (Array.isArray(errors) && depth < MAX_DEPTH)
    wire.errors = errors.map((error) => toWire(error, depth + 1))
  if (thrown instanceof BusError) {
    const { code, topic, endpoint, issues } = thrown
    wire.bus = {
      code,
      ...(topic !== undefined && { topic }),
      ...(endpoint !== undefined && { endpoint }),
      ...(issues !== undefined && { issues }),
    }
  } else {
    const names = Object.keys(thrown).filter((name) => !STANDARD.has(name))
    const own = names.map((name) => [name, read(() => thrown[name as keyof Error])] as const)
    const travelling = own.filter(([, value]) => value !== undefined && encodable(value))
    if (travelling.length > 0) wire.own = Object.fromEntries(travelling)
  }
  return wire
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
  if (wire.name !== undefined && error.name !== wire.name) hidden(error, 'name', wire.name)
  if (wire.stack !== undefined) hidden(error, 'stack', wire.stack)
  if (wire.errors !== undefined) hidden(error, 'errors', wire.errors.map(fromWire))
  return Object.assign(error, wire.own)
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
