/**
 * One receiver with its mailbox: a bounded queue, and a limit on the handlers that run at a time.
 *
 * Whatever a handler does stays here: that it throws, rejects, never settles or returns a thenable that throws is
 * counted, told to {@link Outcomes}, and disturbs neither the sender nor another receiver.
 */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Message } from '../contract/messages.js'
import type { Pattern } from '../contract/patterns.js'
import type { EndpointStats } from '../contract/receipts.js'
import type { EndpointSettings } from '../options/receive.js'
import type { Dispatcher } from './dispatcher.js'
import { Fifo } from './fifo.js'
import { MessageWithParams, type ParamsOf, ReceivedMessage } from './message.js'
import type { Outcomes } from './outcomes.js'

const { then } = Promise.prototype

const MIN_WAITING_LIMIT = 64

/** The endpoint; see the head of this file. */
export class Endpoint {
  readonly id: number
  readonly pattern: Pattern
  readonly settings: EndpointSettings
  readonly #handler: HandlerFunction
  readonly #dispatcher: Dispatcher
  readonly #outcomes: Outcomes
  readonly #now: () => number
  readonly #paramsOf: ParamsOf | undefined
  readonly #mailbox = new Fifo<ReceivedMessage>()
  /** Notifications for which there is no room yet; their senders wait. */
  readonly #waiting = new Fifo<ReceivedMessage>()
  /** No message in the mailbox has an earlier deadline than this, in milliseconds of the core's clock. */
  #earliestDueMs = Number.POSITIVE_INFINITY
  /** At this length those who wait are looked through for some that have given up. */
  #waitingLimit = MIN_WAITING_LIMIT
  #running = 0
  #removed = false
  #accepted = 0
  #processed = 0
  #failed = 0
  #dropped = 0
  #expired = 0
  #refused = 0
  #whenIdle: (() => void)[] = []

  /**
   * @param now - milliseconds of the core's clock
   * @param paramsOf - the named groups of the pattern, where it has any
   */
  constructor(
    id: number,
    pattern: Pattern,
    handler: HandlerFunction,
    settings: EndpointSettings,
    dispatcher: Dispatcher,
    outcomes: Outcomes,
    now: () => number,
    paramsOf: ParamsOf | undefined,
  ) {
    this.id = id
    this.pattern = pattern
    this.settings = settings
    this.#handler = handler
    this.#dispatcher = dispatcher
    this.#outcomes = outcomes
    this.#now = now
    this.#paramsOf = paramsOf
  }

  /** Counters and levels; at any moment `accepted = processed + failed + dropped + expired + running + queued`. */
  stats(): EndpointStats {
    return {
      accepted: this.#accepted,
      processed: this.#processed,
      failed: this.#failed,
      deadLettered: 0,
      retried: 0,
      dropped: this.#dropped,
      expired: this.#expired,
      refused: this.#refused,
      running: this.#running,
      queued: this.#mailbox.length,
      postponed: 0,
    }
  }

  /** How many messages are done with, however they ended. */
  get finished(): number {
    return this.#processed + this.#failed + this.#dropped + this.#expired
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#mailbox.length === 0 && this.#waiting.length === 0
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve()
    return new Promise((resolve) => this.#whenIdle.push(resolve))
  }

  /** Takes a message, or refuses it as its kind asks for; called by the dispatcher only. */
  offer(message: ReceivedMessage): void {
    if (this.#removed) {
      this.#refused++
      this.#outcomes.refused(this, message, 'gone')
    } else if (this.#running < this.settings.concurrency && this.#mailbox.length === 0) {
      this.#accepted++
      if (message.kind === 'notification') this.#outcomes.accepted(this, message)
      this.#start(message)
    } else if (this.#mailbox.length < this.settings.capacity || this.#dropLate()) {
      this.#queue(message)
    } else if (message.kind === 'notification') {
      ReceivedMessage.stamp(message)
      this.#forgetLateWaiting()
      this.#waiting.push(message)
    } else {
      this.#refused++
      this.#outcomes.refused(this, message, 'overloaded')
    }
  }

  /** Counts a message whose deadline had passed when it arrived: nobody waits for it any more. */
  ignoreLate(): void {
    this.#refused++
  }

  /** Starts what may start; called by the dispatcher only. */
  pump(): void {
    while (this.#running < this.settings.concurrency) {
      const message = this.#mailbox.shift()
      if (message === undefined) break
      this.#admitOneWaiting()
      if (this.#isLate(message)) this.#expired++
      else this.#start(message)
    }
    if (this.isIdle) this.#tellIdle()
  }

  /** Throws away what has not been started, and takes nothing more. What runs goes on. */
  remove(): void {
    this.#removed = true
    for (let message = this.#mailbox.shift(); message !== undefined; message = this.#mailbox.shift()) {
      this.#dropped++
      this.#outcomes.refused(this, message, 'gone')
    }
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      this.#refused++
      this.#outcomes.refused(this, message, 'gone')
    }
    if (this.isIdle) this.#tellIdle()
  }

  #queue(message: ReceivedMessage): void {
    this.#accepted++
    ReceivedMessage.stamp(message)
    const { dueMs } = ReceivedMessage.originOf(message)
    if (dueMs !== 0 && dueMs < this.#earliestDueMs) this.#earliestDueMs = dueMs
    this.#mailbox.push(message)
    if (message.kind === 'notification') this.#outcomes.accepted(this, message)
  }

  /** Makes room in a full mailbox by taking out those that nobody waits for any more; tells whether there is room. */
  #dropLate(): boolean {
    const nowMs = this.#now()
    if (nowMs < this.#earliestDueMs) return false
    let earliestMs = Number.POSITIVE_INFINITY
    this.#mailbox.filter((message) => {
      const { dueMs } = ReceivedMessage.originOf(message)
      if (dueMs === 0) return true
      if (dueMs > nowMs) {
        earliestMs = Math.min(earliestMs, dueMs)
        return true
      }
      this.#expired++
      return false
    })
    this.#earliestDueMs = earliestMs
    return this.#mailbox.length < this.settings.capacity
  }

  /** Lets go of those whose senders have given up; the more there are, the rarer, so that it costs little for each. */
  #forgetLateWaiting(): void {
    if (this.#waiting.length < this.#waitingLimit) return
    const before = this.#waiting.length
    this.#waiting.filter((message) => !this.#isLate(message))
    this.#refused += before - this.#waiting.length
    this.#waitingLimit = Math.max(MIN_WAITING_LIMIT, this.#waiting.length * 2)
  }

  #admitOneWaiting(): void {
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      // Its sender has been told that it timed out, so it must not be accepted any more.
      if (this.#isLate(message)) {
        this.#refused++
      } else {
        this.#queue(message)
        return
      }
    }
  }

  #start(message: ReceivedMessage): void {
    this.#running++
    let result: unknown
    let isPending: boolean
    try {
      const seen = this.#paramsOf === undefined ? message : new MessageWithParams(message, this.#paramsOf)
      result = this.#handler(message.payload, seen as unknown as Message)
      isPending = isThenable(result)
      if (isPending) this.#finish(message, result)
    } catch (error) {
      this.#running--
      this.#failed++
      this.#outcomes.failed(this, message, error)
      return
    }
    if (isPending) return
    this.#running--
    this.#processed++
    if (message.kind === 'request') this.#outcomes.fulfilled(this, message, result)
  }

  /** Waits for what a handler returned; throws when it cannot even be waited for. */
  #finish(message: ReceivedMessage, pending: unknown): void {
    // Not by its own `then`, which may be anything; and a promise settles once, which a thenable need not.
    const promise = pending instanceof Promise ? pending : new Promise((resolve) => resolve(pending))
    then.call(
      promise,
      (value) => this.#settled(message, value),
      (error: unknown) => this.#broke(message, error),
    )
  }

  #settled(message: ReceivedMessage, value: unknown): void {
    this.#running--
    this.#processed++
    if (message.kind === 'request') this.#outcomes.fulfilled(this, message, value)
    this.#goOn()
  }

  #broke(message: ReceivedMessage, error: unknown): void {
    this.#running--
    this.#failed++
    this.#outcomes.failed(this, message, error)
    this.#goOn()
  }

  #goOn(): void {
    if (this.#mailbox.length > 0) this.#dispatcher.resume(this)
    else if (this.#running === 0) this.#tellIdle()
  }

  #isLate(message: ReceivedMessage): boolean {
    const { dueMs } = ReceivedMessage.originOf(message)
    return dueMs !== 0 && dueMs <= this.#now()
  }

  #tellIdle(): void {
    const waiting = this.#whenIdle
    this.#whenIdle = []
    for (const resolve of waiting) resolve()
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  )
}
