/**
 * Which request is being handled: what a request inherits from that is made inside its handler.
 *
 * Until the handler's first `await` a variable says so, which costs nothing. After that only `AsyncLocalStorage` knows,
 * and it costs so much (docs/decisions/nested-requests.md) that it is used for those requests alone that hand down.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { HandlerFunction } from '../contract/handlers.js'
import type { Message } from '../contract/messages.js'
import { occupy, vacate } from './calls.js'
import type { BlindHandler } from './front.js'
import { ReceivedMessage } from './message.js'

let current: ReceivedMessage | Unseen | undefined
/** Made when it is first needed: from then on each promise of this thread costs more, on Node.js before 24. */
let carried: AsyncLocalStorage<ReceivedMessage | undefined> | undefined
/** How many requests hand down and are being handled: while there is none, there is nothing to look for. */
let handingDown = 0

/** A request whose handler sees no message, so that none is made unless somebody asks. */
export interface Unseen {
  /** The message: the same for all who ask. */
  made(): ReceivedMessage
}

/** The request whose handler is running here; undefined outside, and when it has ended. */
export function currentRequest(): ReceivedMessage | undefined {
  const known = current ?? carriedRequest()
  const message = known === undefined || known instanceof ReceivedMessage ? known : known.made()
  return message !== undefined && ReceivedMessage.isRunning(message) ? message : undefined
}

/** A handler inside which {@link currentRequest} is what it handles, where that is a request. */
export function asCurrent(handler: HandlerFunction): HandlerFunction {
  return (payload, message) => {
    if (message.kind !== 'request' || !(message instanceof ReceivedMessage)) return handler(payload, message)
    const value = run(handler, payload, message)
    return ReceivedMessage.originOf(message).outlet === undefined ? value : stepping(value, message)
  }
}

/** Calls a handler that sees no message inside `request`, which does not hand down; only where this code runs inside none. */
export function callUnseen(request: Unseen, handler: BlindHandler, payload: unknown): unknown {
  current = request
  try {
    return handler(payload)
  } finally {
    current = undefined
  }
}

function run(handler: HandlerFunction, payload: unknown, message: Message & ReceivedMessage): unknown {
  const outer = current
  current = message
  try {
    if (ReceivedMessage.originOf(message).handsDown !== true) return handler(payload, message)
    // An interceptor may go on twice, or when the request has ended.
    if (ReceivedMessage.handsDown(message)) handingDown++
    carried ??= new AsyncLocalStorage()
    return carried.run(message, handler, payload, message)
  } finally {
    current = outer
  }
}

/** What the handler of a stream has returned; an iterable's code runs at each step, and inside its request, too. */
function stepping(value: unknown, message: ReceivedMessage): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Symbol.asyncIterator in value) return new Stepping(value as AsyncIterable<unknown>, message)
  if (!('then' in value)) return value
  return Promise.resolve(value).then((later) => stepping(later, message))
}

/** An async iterable whose steps run inside a request. */
class Stepping implements AsyncIterable<unknown> {
  readonly #iterable: AsyncIterable<unknown>
  readonly #message: ReceivedMessage

  constructor(iterable: AsyncIterable<unknown>, message: ReceivedMessage) {
    this.#iterable = iterable
    this.#message = message
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    const message = this.#message
    const iterator = inside(message, () => this.#iterable[Symbol.asyncIterator]())
    return {
      next: () => inside(message, () => iterator.next()),
      // Where there is nothing to be called, there is nothing to be waited for.
      return: async () => (await inside(message, () => iterator.return?.())) ?? END,
    }
  }
}

const END: IteratorResult<unknown> = { done: true, value: undefined }

function inside<Result>(message: ReceivedMessage, step: () => Result): Result {
  const outer = current
  current = message
  occupy()
  try {
    const { handsDown } = ReceivedMessage.originOf(message)
    return handsDown === true && carried !== undefined ? carried.run(message, step) : step()
  } finally {
    current = outer
    vacate()
  }
}

/** The handler of a request has ended. */
export function requestEnded(message: ReceivedMessage): void {
  // Some end that have not begun.
  if (ReceivedMessage.handedDown(message)) handingDown--
}

/** Whether this code runs inside the handler of a request. */
export function isInsideRequest(): boolean {
  return current !== undefined || carriedRequest() !== undefined
}

function carriedRequest(): ReceivedMessage | undefined {
  return handingDown === 0 ? undefined : carried?.getStore()
}

/** Whether this code runs after an `await` of the handler of a request: it is in no call then. */
export function isCarried(): boolean {
  return carriedRequest() !== undefined
}

/** Runs `action` as if it were called outside of all handlers. */
export function outsideRequests(action: () => void): void {
  const outer = current
  current = undefined
  try {
    if (carried === undefined) action()
    else carried.run(undefined, action)
  } finally {
    current = outer
  }
}
