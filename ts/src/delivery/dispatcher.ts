/**
 * Offers messages to endpoints, one message after the other.
 *
 * A message that is published while another is being offered waits until that one was offered to all its receivers.
 * So receivers see messages in the order in which they were published, nested ones included, and no chain of handlers
 * that publish can overflow the stack.
 */
import { isInsideRequest, outsideRequests } from './current-request.js'
import type { Endpoint } from './endpoint.js'
import { Fifo } from './fifo.js'
import { ReceivedMessage } from './message.js'

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

  /** Offers `message` to each endpoint, now or when what is under way is done. */
  dispatch(endpoints: readonly Endpoint[], message: ReceivedMessage): void {
    if (this.#capturesContext) ReceivedMessage.capture(message)
    if (this.#busy) {
      this.#later.push({ endpoints, message })
    } else if (isInsideRequest()) {
      // Handlers begin anew: only the request that is made inherits, and has done so by now.
      outsideRequests(() => this.#offer(endpoints, message))
    } else {
      this.#offer(endpoints, message)
    }
  }

  #offer(endpoints: readonly Endpoint[], message: ReceivedMessage): void {
    this.#busy = true
    try {
      for (const endpoint of endpoints) endpoint.offer(message)
      if (this.#later.length > 0) this.#catchUp()
    } finally {
      this.#busy = false
    }
  }

  /** Lets `endpoint` start what it has queued. */
  resume(endpoint: Endpoint): void {
    this.#later.push({ endpoints: [endpoint], message: undefined })
    if (this.#busy) return
    this.#busy = true
    try {
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
