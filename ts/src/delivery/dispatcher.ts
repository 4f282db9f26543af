/**
 * Offers messages to endpoints, one message after the other.
 *
 * A message that is published while another is being offered waits until that one was offered to all its receivers.
 * So receivers see messages in the order in which they were published, nested ones included, and no chain of handlers
 * that publish can overflow the stack.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import { type Answering, answer, type DirectRequest } from './answering.js'
import { enter, firstReceiver, isObject, isQuiet, leave, occupy, settled, vacate } from './calls.js'
import { isCarried, isInsideRequest, outsideRequests } from './current-request.js'
import { handle, handleBlind, returned, threw } from './direct.js'
import type { DirectWay } from './direct-way.js'
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
    return this.#busy || firstReceiver()?.dispatcher === this
  }

  /**
   * Offers `message` to each endpoint, now or when what is under way is done.
   *
   * @param isBare - whether it is an event of which nothing is said, and nothing but its receivers sees it: then it may go
   * directly to those that need nothing but a slot
   */
  dispatch(endpoints: readonly Endpoint[], message: ReceivedMessage, isBare: boolean): void {
    if (this.#capturesContext) ReceivedMessage.capture(message)
    if (this.isBusy) {
      this.#put({ endpoints, message })
    } else if (isInsideRequest()) {
      // Handlers begin anew: only the request that is made inherits, and has done so by now.
      outsideRequests(() => this.#offer(endpoints, message, isBare))
    } else {
      this.#offer(endpoints, message, isBare)
    }
  }

  #offer(endpoints: readonly Endpoint[], message: ReceivedMessage, isBare: boolean): void {
    this.#begin()
    try {
      for (const endpoint of endpoints) {
        const { simple, blind } = endpoint
        if (!isBare || simple === undefined || !endpoint.isFree) endpoint.offer(message)
        else if (blind === undefined) handle(endpoint, simple, message)
        else handleBlind(endpoint, blind, message)
      }
      if (this.#later.length > 0) this.#catchUp()
    } finally {
      this.#end()
    }
  }

  /** Whether nothing is under way that a message would have to wait for, or be kept apart from. */
  isFree(): boolean {
    return isQuiet() && !isCarried()
  }

  /**
   * Gives an event to its only receiver; only where {@link isFree} and {@link Endpoint.isFree}. It is {@link dispatch} for
   * a handler that sees nothing but the payload: the message is made when there is something to be told of it.
   *
   * @param way - that of the endpoint, which is not looked into as long as there is nothing else to be done
   */
  hand(
    way: DirectWay,
    handler: BlindHandler,
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
  ): void {
    way.credit--
    way.calls = 1
    enter(way.endpoint)
    let value: unknown
    try {
      value = handler(payload)
    } catch (error) {
      this.#threw(way.endpoint, error, topic, payload, origin, sequence)
      return
    }
    leave()
    // Nothing got into its way, so there is nothing to be done after it.
    if (value === undefined && way.credit > 0) way.calls = 0
    else this.#returned(way.endpoint, value, topic, payload, origin, sequence)
  }

  // These two are apart from the above, so that that is small enough to become a part of its callers.

  #returned(
    endpoint: Endpoint,
    value: unknown,
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
  ): void {
    this.#begin()
    try {
      if (isObject(value)) {
        returned(endpoint, value, eventOf(topic, payload, origin, sequence))
      } else {
        settled(undefined, endpoint)
        endpoint.end()
      }
    } finally {
      this.#endOrGoOn()
    }
  }

  #threw(
    endpoint: Endpoint,
    error: unknown,
    topic: string,
    payload: unknown,
    origin: Origin,
    sequence: number,
  ): void {
    leave()
    this.#begin()
    try {
      settled(undefined, endpoint)
      threw(endpoint, error, eventOf(topic, payload, origin, sequence))
    } finally {
      this.#endOrGoOn()
    }
  }

  /** As {@link hand}, for a handler that may look at the message. */
  handMessage(endpoint: Endpoint, handler: HandlerFunction, message: ReceivedMessage): void {
    this.#begin()
    try {
      handle(endpoint, handler, message)
    } finally {
      this.#endOrGoOn()
    }
  }

  /** As {@link hand}, for a request; only where {@link isFree} and {@link isFreeToAnswer}. */
  handRequest(endpoint: Endpoint, answering: Answering, request: DirectRequest, payload: unknown): void {
    this.#begin()
    try {
      answer(endpoint, answering, request, payload)
    } finally {
      this.#endOrGoOn()
    }
  }

  /** Lets `endpoint` start what it has queued. */
  resume(endpoint: Endpoint): void {
    if (this.isBusy) this.#put({ endpoints: [endpoint], message: undefined })
    else this.#goOn(endpoint)
  }

  /** @param first - may start what it has queued, before all the others */
  #goOn(first?: Endpoint): void {
    this.#begin()
    try {
      first?.pump()
      this.#catchUp()
    } finally {
      this.#end()
    }
  }

  #begin(): void {
    this.#busy = true
    occupy()
  }

  // In every case, and also when what has to be told of a failure fails: nothing could be dispatched any more.
  #end(): void {
    this.#busy = false
    vacate()
  }

  #endOrGoOn(): void {
    this.#end()
    if (this.#later.length > 0) this.#goOn()
  }

  #put(turn: Turn): void {
    this.#later.push(turn)
    // A direct call looks for it only where it has to.
    firstReceiver()?.shut()
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
