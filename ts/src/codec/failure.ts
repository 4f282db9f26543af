/** Errors on the wire: structured clone and MessagePack drop `code`, `name` and `cause`, so they travel in our own form. */
import { BusError, isCode } from '../errors.js'
import { decodeMsgpack, encodeMsgpack } from './msgpack.js'

/** An error as it travels. */
interface Wire {
  /** What was thrown, where it was no error. */
  value?: unknown
  name?: string
  message?: string
  stack?: string
  cause?: Wire
  bus?: { code: string; topic?: string; endpoint?: number }
  own?: Record<string, unknown>
}

/** Causes of causes are told this deep. */
const MAX_DEPTH = 8

/** The bytes of what was thrown; never throws itself, valid until the next call of a codec. */
export function encodeFailure(thrown: unknown): Uint8Array {
  try {
    return encodeMsgpack(toWire(thrown, 0))
  } catch (error) {
    // Something odd is in the way, a getter that throws for one: the failure must be told nevertheless.
    return encodeMsgpack({ name: 'Error', message: `an error that cannot be encoded (${String(error)})` })
  }
}

/** What was thrown, made again from its bytes. */
export function decodeFailure(bytes: Uint8Array): unknown {
  return fromWire(decodeMsgpack(bytes) as Wire)
}

function toWire(thrown: unknown, depth: number): Wire {
  if (!(thrown instanceof Error)) return { value: encodable(thrown) ? thrown : String(thrown) }
  const wire: Wire = { name: String(thrown.name), message: String(thrown.message) }
  if (thrown.stack !== undefined) wire.stack = String(thrown.stack)
  if (thrown.cause !== undefined && depth < MAX_DEPTH) wire.cause = toWire(thrown.cause, depth + 1)
  if (thrown instanceof BusError) {
    const { code, topic, endpoint } = thrown
    wire.bus = { code, ...(topic !== undefined && { topic }), ...(endpoint !== undefined && { endpoint }) }
  } else {
    const own = Object.entries(thrown).filter(([name, value]) => !STANDARD.has(name) && encodable(value))
    if (own.length > 0) wire.own = Object.fromEntries(own)
  }
  return wire
}

const STANDARD: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause'])

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
  return Object.assign(error, wire.own)
}

function hidden(error: Error, name: string, value: string): void {
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
