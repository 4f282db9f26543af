/**
 * Requests that go directly to a handler of their own thread: what `Endpoint.offer()` and all that follows from it would do,
 * without what is not needed where {@link isFreeToAnswer}. Whatever is not simply a reply takes the general way from there on:
 * an error, a stream.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import { invoke, isObject, returned, settled } from './calls.js'
import { callUnseen, type Unseen } from './current-request.js'
import type { Endpoint } from './endpoint.js'
import { isFlowing } from './flowing.js'
import type { BlindHandler } from './front.js'
import { ReceivedMessage } from './message.js'
import { finish, follow } from './runner.js'

const { then } = Promise.prototype

/** What an endpoint answers requests with, where they need nothing but it and a slot. */
export interface Answering {
  /** The handler without anything around it. */
  readonly handler: HandlerFunction
  /** The same, where it cannot see the message; inside which request it runs is for its caller to say. */
  readonly blind: BlindHandler | undefined
}

/** A request that goes directly. */
export interface DirectRequest extends Unseen {
  /** Its message, where one was made. */
  readonly message: ReceivedMessage | undefined
  /** As {@link Unseen.made}; the payload is for a handler that sees the message. */
  made(payload?: unknown): ReceivedMessage
  /** Whether what its handler asks is to inherit from it also after an `await`. */
  readonly handsDown: boolean
  /** It is answered; must not throw. */
  replied(reply: unknown): void
}

/** Whether a request may have a slot and the handler now, and is not timed. */
export function isFreeToAnswer({ length, running, limit, requests }: Endpoint): boolean {
  return length === 0 && running < limit && requests.countdown > 1
}

/** Gives a request to the handler; called by the dispatcher only. */
export function answer(
  endpoint: Endpoint,
  { handler, blind }: Answering,
  request: DirectRequest,
  payload: unknown,
): void {
  const { requests } = endpoint
  endpoint.shut()
  endpoint.running++
  requests.accepted++
  requests.countdown--
  let value: unknown
  try {
    if (blind !== undefined && !request.handsDown) value = callUnseen(request, blind, payload)
    else value = callSeeing(endpoint, handler, request.made(payload))
    if (isPromise(value)) {
      if (request.message !== undefined) returned(request.message, endpoint)
      then.call(
        value,
        (reply) => settle(endpoint, request, reply),
        (error: unknown) => fail(endpoint, request, error),
      )
      return
    }
  } catch (error) {
    fail(endpoint, request, error)
    return
  }
  if (isObject(value)) {
    // Perhaps one that is to be waited for after all.
    const message = request.made(payload)
    follow(value, message, message, endpoint)
  } else end(endpoint, request, value)
}

function callSeeing(endpoint: Endpoint, handler: HandlerFunction, message: ReceivedMessage): unknown {
  return invoke(handler, message.payload, message, message, endpoint)
}

/** Whether it is to be waited for by what it is, not by a `then` of its own, which may be anything. */
function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise && typeof value.then === 'function'
}

/** The promise of a handler has fulfilled. */
function settle(endpoint: Endpoint, request: DirectRequest, value: unknown): void {
  if (typeof value === 'object' && value !== null && mayFlow(value)) {
    const message = request.made()
    finish(value, message, message, endpoint)
    return
  }
  if (request.message !== undefined) settled(request.message, endpoint)
  end(endpoint, request, value)
}

/** Whether a reply is a stream, or throws when it is asked. */
function mayFlow(value: object): boolean {
  try {
    return isFlowing(value)
  } catch {
    return true
  }
}

function fail(endpoint: Endpoint, request: DirectRequest, error: unknown): void {
  const message = request.made()
  settled(message, endpoint)
  endpoint.rejected(message, error)
}

function end(endpoint: Endpoint, request: DirectRequest, reply: unknown): void {
  endpoint.running--
  endpoint.requests.processed++
  request.replied(reply)
  if (request.message !== undefined) ReceivedMessage.ended(request.message)
  // While it ran, others were queued, or somebody has begun to wait for its end.
  if (endpoint.length !== 0 || endpoint.isAwaited) endpoint.goOn()
}
