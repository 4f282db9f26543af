/**
 * Offers messages to endpoints, one message after the other.
 *
 * A message that is published while another is being offered waits until that one was offered to all its receivers.
 * So receivers see messages in the order in which they were published, nested ones included, and no chain of handlers
 * that publish can overflow the stack.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import { type Answering, answer, type DirectRequest } from './answering.js'
import { invoke } from './calls.js'
import { isInsideRequest, outsideRequests } from './current-request.js'
import type { Endpoint } from './endpoint.js'
import { Fifo } from './fifo.js'
import type { BlindHandler } from './front.js'
import { eventOf, type Origin, ReceivedMessage } from './message.js'

/** A message for endpoints; without a message, an endpoint that may start what it has queued. */
interface Turn {
  readonly endpoints: readonly Endpoint[]
  readonly message: ReceivedMessage | undefined
}

/** The dispatcher of one bus in one thread. */
export class Dispatcher {
  readonly #later = new Fifo<Turn>()
  readonly #capturesContext: boolean
  #busy = false

  /** @param capturesContext - whether messages remember the asynchronous context that they are sent in */
  constructor(capturesContext: boolean) {
    this.#capturesContext = capturesContext
  }

  /** Whether a message is being offered right now. */
  get isBusy(): boolean {
    return this.#busy
  }

  /**
   * Offers `message` to each endpoint, now or when what is under way is done.
   *
   * @param isBare - whether it is an event of which nothing is said, and nothing but its receivers sees it: then it may go
   * directly to those that need nothing but a slot
   */
  dispatch(endpoints: readonly Endpoint[], message: ReceivedMessage, isBare: boolean): void {
    if (this.#capturesContext) ReceivedMessage.capture(message)
    if (this.#busy) {
      this.#later.push({ endpoints, message })
    } else if (isInsideRequest()) {
      // Handlers begin anew: only the request that is made inherits, and has done so by now.
      outsideRequests(() => this.#offer(endpoints, message, isBare))
    } else {
      this.#offer(endpoints, message, isBare)
    }
  }

  #offer(endpoints: readonly Endpoint[], message: ReceivedMessage, isBare: boolean): void {
    this.#busy = true
    try {
      for (const endpoint of endpoints) {
        const { simple, blind } = endpoint
        if (!isBare || simple === undefined || !endpoint.isFree) endpoint.offer(message)
        else if (blind === undefined) endpoint.handle(simple, message)
        else handleBlind(endpoint, blind, message)
      }
      if (this.#later.length > 0) this.#catchUp()
    } finally {
      this.#busy = false
    }
  }

  /** Whether nothing is under way that a message would have to wait for, or be kept apart from. */
  get isFree(): boolean {
    return !this.#busy && !isInsideRequest()
  }

  /**
   * Gives an event to its only receiver; only where {@link isFree} and {@link Endpoint.isFree}. It is {@link dispatch} for
   * a handler that sees nothing but the payload: the message is made when there is something to be told of it.
   */
  hand(
    endpoint: Endpoint,
    handler: BlindHandler,
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
  ): void {
    this.#busy = true
    endpoint.begin()
    try {
      let value: unknown
      try {
        value = invoke(handler, payload, undefined, undefined, endpoint)
      } catch (error) {
        endpoint.threw(error, eventOf(topic, payload, origin, sequence))
        return
      }
      if (value === undefined) endpoint.end()
      else endpoint.ended(value, eventOf(topic, payload, origin, sequence))
    } finally {
      // In every case, and also when what has to be told of a failure fails: nothing could be dispatched any more.
      this.#busy = false
      if (this.#later.length > 0) this.#goOn()
    }
  }

  /** As {@link hand}, for a handler that may look at the message. */
  handMessage(endpoint: Endpoint, handler: HandlerFunction, message: ReceivedMessage): void {
    this.#busy = true
    try {
      endpoint.handle(handler, message)
    } finally {
      this.#busy = false
      if (this.#later.length > 0) this.#goOn()
    }
  }

  /** As {@link hand}, for a request; only where {@link isFree} and {@link isFreeToAnswer}. */
  handRequest(endpoint: Endpoint, answering: Answering, request: DirectRequest, payload: unknown): void {
    this.#busy = true
    try {
      answer(endpoint, answering, request, payload)
    } finally {
      this.#busy = false
      if (this.#later.length > 0) this.#goOn()
    }
  }

  /** Lets `endpoint` start what it has queued. */
  resume(endpoint: Endpoint): void {
    if (this.#busy) this.#later.push({ endpoints: [endpoint], message: undefined })
    else this.#goOn(endpoint)
  }

  /** @param first - may start what it has queued, before all the others */
  #goOn(first?: Endpoint): void {
    this.#busy = true
    try {
      first?.pump()
      this.#catchUp()
    } finally {
      this.#busy = false
    }
  }

  #catchUp(): void {
    for (let turn = this.#later.shift(); turn !== undefined; turn = this.#later.shift()) {
      const { endpoints, message } = turn
      for (const endpoint of endpoints) {
        if (message === undefined) endpoint.pump()
        else endpoint.offer(message)
      }
    }
  }
}

/** As {@link Endpoint.handle}, for a handler that sees nothing but the payload: the message hears of it where there is more. */
function handleBlind(endpoint: Endpoint, handler: BlindHandler, message: ReceivedMessage): void {
  endpoint.begin()
  let value: unknown
  try {
    value = invoke(handler, message.payload, undefined, undefined, endpoint)
  } catch (error) {
    endpoint.threw(error, message)
    return
  }
  if (value === undefined) endpoint.end()
  else endpoint.ended(value, message)
}
