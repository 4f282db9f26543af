/**
 * Events that go directly to a handler of their own thread: what `Endpoint.offer()` and all that follows from it would do,
 * without what is not needed where an endpoint is free for them (see `front.ts`). What has an end of its own, as a promise
 * has, and what is thrown takes the general way from there on. These are called by the dispatcher only.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import { invoke, isObject, settled } from './calls.js'
import type { Endpoint } from './endpoint.js'
import type { BlindHandler } from './front.js'
import { ReceivedMessage } from './message.js'
import { follow } from './runner.js'

/** Gives an event to a handler that may look at the message. */
export function handle(endpoint: Endpoint, handler: HandlerFunction, message: ReceivedMessage): void {
  endpoint.begin()
  ReceivedMessage.started(message, endpoint)
  let value: unknown
  try {
    value = invoke(handler, message.payload, message, message, endpoint)
  } catch (error) {
    endpoint.goesOn()
    endpoint.rejected(message, error)
    return
  }
  if (isObject(value)) {
    endpoint.goesOn()
    follow(value, message, message, endpoint)
  } else {
    if (value !== undefined) settled(message, endpoint)
    ReceivedMessage.ended(message)
    endpoint.end()
  }
}

/** Gives an event to a handler that sees nothing but the payload: the message hears of it where there is more. */
export function handleBlind(endpoint: Endpoint, handler: BlindHandler, message: ReceivedMessage): void {
  endpoint.begin()
  let value: unknown
  try {
    value = invoke(handler, message.payload, undefined, undefined, endpoint)
  } catch (error) {
    threw(endpoint, error, message)
    return
  }
  if (isObject(value)) {
    returned(endpoint, value, message)
  } else {
    if (value !== undefined) settled(undefined, endpoint)
    endpoint.end()
  }
}

/** What a handler has returned that did not see its message: made now, as it is to be told of. */
export function returned(endpoint: Endpoint, value: object, message: ReceivedMessage): void {
  endpoint.goesOn()
  ReceivedMessage.started(message, endpoint)
  follow(value, message, message, endpoint)
}

/** As {@link returned}, of one that has thrown. */
export function threw(endpoint: Endpoint, error: unknown, message: ReceivedMessage): void {
  endpoint.goesOn()
  endpoint.failedUnseen(error, message)
}
