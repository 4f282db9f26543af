/** The classes of errors that are made again as what they were when they come from another thread. */
import { invalidOption } from '../errors.js'

/** A class of errors. */
// biome-ignore lint/suspicious/noExplicitAny: a constructor may take anything; it is not called.
export type ErrorClass = abstract new (...parameters: any) => Error

const byName = new Map<string, ErrorClass>()
const byPrototype = new Map<unknown, string>()

for (const Class of [
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
]) {
  registerError(Class)
}

/**
 * Lets errors of a class arrive in this thread as instances of it when they are thrown in another one: to be called in
 * both, best in the module that defines the class. The classes of JavaScript itself are known.
 *
 * The constructor is not called: what is made again has the message, the stack, the cause and the own properties of the
 * original, and the methods of the class, but no private fields. An instance of a subclass that is not registered arrives
 * as the nearest class above it that is, with its own name.
 *
 * @param Class - a subclass of `Error`
 * @param name - what it is called between threads; default: its own name. Code that is minified should say it.
 * @throws BusError `ERR_BUS_INVALID_OPTION` when it is no class of errors, or another class has the name
 * @example
 * class SoldOut extends Error {}
 * registerError(SoldOut, 'SoldOut')
 */
export function registerError(Class: ErrorClass, name: string = Class.name): void {
  if (typeof Class !== 'function' || !(Class.prototype instanceof Error)) {
    throw invalidOption('Class', 'a subclass of Error', Class)
  }
  if (typeof name !== 'string' || name === '') throw invalidOption('name', 'a string that is not empty', name)
  const known = byName.get(name)
  if (known !== undefined && known !== Class) throw invalidOption('name', 'that of no other class', name)
  byName.set(name, Class)
  byPrototype.set(Class.prototype, name)
}

/** What the nearest registered class of an error is called; undefined where none is registered. */
export function classNameOf(error: Error): string | undefined {
  for (let prototype = error; prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    const name = byPrototype.get(prototype)
    if (name !== undefined) return name
  }
  return undefined
}

/** Makes an error an instance of the class of that name, where this thread knows it. */
export function becomeInstance(error: Error, name: string): void {
  const Class = byName.get(name)
  if (Class !== undefined) Object.setPrototypeOf(error, Class.prototype)
}
