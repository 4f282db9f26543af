/**
 * A stream at the side of its handler: items are pulled out of the handler's iterator one after the other, while their
 * reader has room. It ends once, with the iterator, or when nobody wants its items any more: then the iterator is told to
 * return, so that the `finally` blocks of a generator run. One that does not come to an end by the deadline is left.
 */
import { type BusError, deadlinePassed, notAnItem } from '../errors.js'
import type { TimerId } from '../link/timers.js'
import { isInsideRequest, outsideRequests } from './current-request.js'
import type { Dependent, Lifeline } from './lifeline.js'
import { ReceivedMessage } from './message.js'
import { type Outlet, StreamEnd } from './outlet.js'

/** Hears how a stream ended: exactly one of the two is called, once. */
export interface FlowListener {
  /** Its first item was sent; before it has ended, and only where there is one. */
  begun(): void
  /** With what follows its last item. */
  ended(end: StreamEnd): void
  /** The handler failed, behind the items that were sent. */
  failed(error: unknown): void
}

/** The stream; see the head of this file. */
export class Flow implements Dependent {
  readonly #message: ReceivedMessage
  readonly #outlet: Outlet
  readonly #iterator: AsyncIterator<unknown>
  readonly #listener: FlowListener
  #lifeline: Lifeline | undefined
  #timer: TimerId | undefined
  #room: number
  #isPulling = false
  #isStopping = false
  #isOver = false
  #hasBegun = false
  /** Why an item could not be sent. */
  #unsendable: BusError | undefined

  constructor(
    message: ReceivedMessage,
    outlet: Outlet,
    iterator: AsyncIterator<unknown>,
    listener: FlowListener,
  ) {
    this.#message = message
    this.#outlet = outlet
    this.#iterator = iterator
    this.#listener = listener
    this.#room = outlet.room
  }

  /** Begins to pull. */
  begin(): void {
    const { dueMs, lifelines } = ReceivedMessage.originOf(this.#message)
    this.#outlet.onRoom = (count) => {
      this.#room += count
      this.#pull()
    }
    this.#lifeline = ReceivedMessage.lifelineOf(this.#message)
    this.#lifeline?.add(this)
    this.#timer = lifelines?.at(dueMs, () => this.#expire())
    if (this.#lifeline?.error === undefined) this.#pull()
    else this.#stop()
  }

  /** Nobody wants its items any more. */
  cut(): void {
    this.#stop()
  }

  #pull(): void {
    if (this.#isPulling || this.#isStopping || this.#isOver || this.#room === 0) return
    this.#isPulling = true
    this.#settle(
      () => this.#iterator.next(),
      (result) => this.#pulled(result),
    )
  }

  #pulled(result: unknown): void {
    this.#isPulling = false
    // What it yields now is for nobody.
    if (this.#isOver || this.#isStopping) return
    let item: unknown
    try {
      if (typeof result !== 'object' || result === null) throw notAnItem(result)
      const { done, value } = result as IteratorResult<unknown>
      if (done === true) {
        this.#end()
        return
      }
      item = value
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#room--
    try {
      this.#outlet.item(item)
    } catch (error) {
      this.#unsendable = error as BusError
      this.#stop()
      return
    }
    if (!this.#hasBegun) {
      this.#hasBegun = true
      this.#listener.begun()
    }
    this.#pull()
  }

  #stop(): void {
    if (this.#isStopping || this.#isOver) return
    this.#isStopping = true
    this.#settle(
      () => this.#iterator.return?.(),
      () => this.#end(),
    )
  }

  #expire(): void {
    this.#timer = undefined
    this.#lifeline?.expire()
    this.#stop()
    // What it does within this turn of the event loop is in time.
    setImmediate(() => this.#fail(deadlinePassed(this.#message.topic)))
  }

  /** Has the iterator do something; whatever comes of it, and whenever, stays here. */
  #settle(act: () => unknown, then: (result: unknown) => void): void {
    const failed = (error: unknown): void => this.#fail(error)
    try {
      let result: unknown
      // Its reader may be a handler itself, of something else.
      if (isInsideRequest()) {
        outsideRequests(() => {
          result = act()
        })
      } else result = act()
      Promise.resolve(result).then(then, failed)
    } catch (error) {
      failed(error)
    }
  }

  #end(): void {
    if (this.#finish()) this.#listener.ended(new StreamEnd(this.#unsendable))
  }

  #fail(error: unknown): void {
    if (this.#finish()) this.#listener.failed(error)
  }

  /** Lets go of everything; false when that was done before. */
  #finish(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#outlet.onRoom = undefined
    this.#lifeline?.delete(this)
    const { lifelines } = ReceivedMessage.originOf(this.#message)
    if (this.#timer !== undefined) lifelines?.cancel(this.#timer)
    return true
  }
}
