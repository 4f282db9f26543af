/** The answers to a request that was made to every handler. */
import type { Unchecked } from './contract.js'

/** A handler that answered. */
export interface Answer<Value = Unchecked> {
  /** The id of the handler's endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** What it answered. */
  readonly value: Value
  /** It has not failed. */
  readonly error?: undefined
}

/** A handler that did not. */
export interface NoAnswer {
  /** The id of the handler's endpoint. */
  readonly endpoint: number
  /** The `name` that it was registered with. */
  readonly name?: string
  /** It has not answered. */
  readonly value?: undefined
  /** Why: a `BusError` with the code that `request()` would have rejected with. */
  readonly error: Error
}

/**
 * What became of a request at one handler.
 *
 * @example
 * for await (const { endpoint, value, error } of bus.requestMany('cart.1.price', { items: 3 })) {
 *   console.log(endpoint, error === undefined ? value.total : error.message)
 * }
 */
export type Reply<Value = Unchecked> = Answer<Value> | NoAnswer
