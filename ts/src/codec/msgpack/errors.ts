/**
 * Errors in parts. Structured clone and MessagePack drop `code`, `name` and `cause`, so they travel in our own form: name,
 * message, stack or nil, what its class is registered as or nil, what a {@link BusError} has or nil, the cause in an array
 * that is empty where there is none, the errors of an `AggregateError` or nil, then names and values of what else it has.
 */
import { BusError, isCode } from '../../errors.js'
import { becomeInstance, classNameOf } from '../error-classes.js'

/** An error within an error, by its cause or otherwise, is told this deep. */
export const MAX_ERRORS = 8

/** What travels in places of its own. */
const STANDARD: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors'])
const OF_THE_BUS: ReadonlySet<string> = new Set(['code', 'retryable', 'topic', 'endpoint', 'issues'])

/** Name, message, stack, class, and what a `BusError` has. */
export function headOf(error: Error): readonly unknown[] {
  const stack = read(() => error.stack)
  const name = read(() => String(error.name)) ?? 'Error'
  // That of another realm, as in a test runner, is of a class that nobody here has registered.
  const className = error instanceof Error ? read(() => classNameOf(error)) : name
  return [
    name,
    read(() => String(error.message)) ?? '',
    typeof stack === 'string' ? stack : null,
    className ?? null,
    error instanceof BusError ? [error.code, error.topic, error.endpoint, error.issues] : null,
  ]
}

/** What it has besides, by name. What throws when it is read, as a getter may, is left out. */
export function ownOf(error: Error): readonly (readonly [name: string, value: unknown])[] {
  const isOfBus = error instanceof BusError
  const names = Object.keys(error).filter((name) => !STANDARD.has(name) && !(isOfBus && OF_THE_BUS.has(name)))
  const own = names.map((name) => [name, read(() => error[name as keyof Error])] as const)
  return own.filter(([, value]) => value !== undefined)
}

/** What `part` returns; undefined where it throws. */
export function read<Value>(part: () => Value): Value | undefined {
  try {
    return part()
  } catch {
    return undefined
  }
}

/** What cannot travel, as a text. */
export function textOf(value: unknown): string {
  return read(() => String(value)) ?? 'something that cannot be shown'
}

/** The error of these parts; throws where they are none. */
export function errorFrom(parts: readonly unknown[]): Error {
  const [name, message, stack, className, ofBus, causes, errors, ...own] = parts
  if (
    typeof name !== 'string' ||
    typeof message !== 'string' ||
    !Array.isArray(causes) ||
    own.length % 2 !== 0
  ) {
    throw new TypeError('these are not the parts of an error')
  }
  const options = causes.length === 0 ? {} : { cause: causes[0] as unknown }
  const error = ofTheBus(message, options, ofBus) ?? new Error(message, options)
  if (typeof className === 'string') becomeInstance(error, className)
  // A class may compute its name of what is not there any more.
  if (read(() => error.name) !== name) define(error, 'name', name, false)
  if (typeof stack === 'string') define(error, 'stack', stack, false)
  if (Array.isArray(errors)) define(error, 'errors', errors, false)
  for (let index = 0; index < own.length; index += 2) define(error, String(own[index]), own[index + 1], true)
  return error
}

function ofTheBus(message: string, options: ErrorOptions, parts: unknown): BusError | undefined {
  if (!Array.isArray(parts)) return undefined
  const [code, topic, endpoint, issues] = parts as unknown[]
  if (!isCode(code)) return undefined
  return new BusError(code, message, {
    ...options,
    ...(typeof topic === 'string' && { topic }),
    ...(typeof endpoint === 'number' && { endpoint }),
    ...(Array.isArray(issues) && { issues }),
  })
}

/** Never by assignment: a name may be `__proto__`, or mean a setter of some prototype. */
function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true })
}
