/** What is put around the messages of this thread; who has put nothing there pays a comparison. */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Interceptor, Outgoing } from '../contract/interceptors.js'
import type { Message } from '../contract/messages.js'
import { invalidInterceptor } from '../errors.js'
import { interceptBatch } from './batch-interception.js'

type Receive = NonNullable<Interceptor['receive']>
type Send = NonNullable<Interceptor['send']>

/** The interceptors of one attachment. */
export class Interceptors {
  #all: readonly Interceptor[] = []
  #receivers: readonly Receive[] = []
  #senders: readonly Send[] = []
  readonly #onChange: () => void

  /** @param onChange - called when one comes or goes */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** Whether any is to see what is sent. */
  get seesSent(): boolean {
    return this.#senders.length > 0
  }

  /** Whether any is to see what is received. */
  get seesReceived(): boolean {
    return this.#receivers.length > 0
  }

  /** Puts one in place until it is disposed of. */
  add(interceptor: Interceptor): Disposable {
    const { send, receive } = Object(interceptor) as Interceptor
    if (typeof send !== 'function' && typeof receive !== 'function') throw invalidInterceptor(interceptor)
    // One that is used twice is taken away once at a time.
    const own: Interceptor = {
      ...(send !== undefined && { send: (message: Outgoing) => interceptor.send?.(message) }),
      ...(receive !== undefined && {
        receive: (message: Message, next: () => unknown) => interceptor.receive?.(message, next),
      }),
    }
    this.#set([...this.#all, own])
    return { [Symbol.dispose]: () => this.#set(this.#all.filter((one) => one !== own)) }
  }

  /** What is sent in the end, after each has seen it. Throws what one of them throws. */
  sent(outgoing: Outgoing): Pick<Outgoing, 'payload' | 'headers'> {
    let seen = outgoing
    for (const send of this.#senders) {
      const replacement = send(seen)
      if (replacement !== undefined) seen = { ...seen, ...replacement }
    }
    return seen
  }

  /** The handler with those around it that are there when it is called. */
  around(handler: HandlerFunction, isBatch: boolean): HandlerFunction {
    if (isBatch) {
      return (payloads, messages) => {
        if (this.#receivers.length === 0) return handler(payloads, messages)
        const each = messages as unknown as readonly Message[]
        return interceptBatch(handler, each, (message, next) => this.#through(0, message, next))
      }
    }
    return (payload, message) => {
      if (this.#receivers.length === 0) return handler(payload, message)
      return this.#through(0, message, () => handler(payload, message))
    }
  }

  #through(index: number, message: Message, innermost: () => unknown): unknown {
    const receive = this.#receivers[index]
    if (receive === undefined) return innermost()
    return receive(message, () => this.#through(index + 1, message, innermost))
  }

  #set(all: readonly Interceptor[]): void {
    this.#all = all
    this.#receivers = all.flatMap(({ receive }) => receive ?? [])
    this.#senders = all.flatMap(({ send }) => send ?? [])
    this.#onChange()
  }
}
