/** Runs the entries of an endpoint's mailbox, and tries again those that the core holds until they are settled. */
import { ackTimedOut, isAbort } from '../errors.js'
import type { RetryPolicy } from '../options/retry.js'
import { backoffMs } from './backoff.js'
import type { Counts } from './counts.js'
import type { Endpoint } from './endpoint.js'
import type { EndpointParts } from './endpoint-parts.js'
import { Handling, type HandlingListener, type Verdict } from './handling.js'
import type { Mailbox } from './mailbox/mailbox.js'
import { ReceivedMessage } from './message.js'
import { StreamEnd } from './outlet.js'
import type { Queued } from './queued.js'
import { call, type RunListener } from './runner.js'

/** What is to be told of a handler that has settled: one of the two, once. */
export interface End {
  /** Before that: the first item of the stream that it answers with was sent. */
  begun(): void
  fulfilled(value: unknown): void
  rejected(error: unknown): void
}

/** One try of an entry. */
export interface Try {
  /** The message for this try. */
  readonly message: ReceivedMessage
  readonly end: End
}

/** The tries of one endpoint. */
export class Tries implements RunListener<End> {
  readonly #endpoint: Endpoint
  readonly #parts: EndpointParts
  readonly #countsOf: (message: ReceivedMessage) => Counts
  readonly #mailbox: Mailbox<Queued>
  /** Of what is not held, not timed, and has no gate: no object is made for it. */
  readonly #plain: RunListener<Queued>

  constructor(
    endpoint: Endpoint,
    parts: EndpointParts,
    countsOf: (message: ReceivedMessage) => Counts,
    mailbox: Mailbox<Queued>,
  ) {
    this.#endpoint = endpoint
    this.#parts = parts
    this.#countsOf = countsOf
    this.#mailbox = mailbox
    this.#plain = {
      receiver: endpoint,
      fulfilled: (entry, value) => this.#succeeded(entry, value),
      rejected: (entry, error) => this.#gaveUp(entry, error),
    }
  }

  /** Gives a message to its handler. */
  run(entry: Queued): void {
    const { message } = entry
    const isPlain = entry.meters === undefined && this.#parts.gate === undefined
    if (isPlain && ReceivedMessage.originOf(message).delivery === undefined) {
      ReceivedMessage.started(message, this.#endpoint)
      call(this.#parts.handler, message.payload, this.#endpoint.seen(message), entry, this.#plain)
      return
    }
    const own = this.begin(entry)
    call(this.#parts.handler, own.message.payload, own.message, own.end, this)
  }

  get receiver(): Endpoint {
    return this.#endpoint
  }

  begun(end: End): void {
    end.begun()
  }

  fulfilled(end: End, value: unknown): void {
    end.fulfilled(value)
  }

  rejected(end: End, error: unknown): void {
    end.rejected(error)
  }

  /**
   * Begins a try; returns the message as its handler sees it, and what is to be called when the handler has settled.
   *
   * @param onOver - called when the try is over: then, or earlier, when its time is up
   */
  begin(entry: Queued, onOver?: () => void): Try {
    const { message } = entry
    const { gate } = this.#parts
    entry.onOver = onOver
    if (gate !== undefined) entry.call = gate.begin()
    const { delivery } = ReceivedMessage.originOf(message)
    if (delivery === undefined) {
      ReceivedMessage.started(message, this.#endpoint)
      return { message: this.#endpoint.seen(message), end: this.#timed(entry, this.#endOf(entry)) }
    }
    delivery.attempts++
    const handling = new Handling(delivery.attempts, this.#listenerFor(entry))
    const own = ReceivedMessage.forTry(message, handling)
    entry.own = own
    this.#limit(entry, handling, this.#ackTimeoutMs(message.topic))
    ReceivedMessage.started(own, this.#endpoint)
    const end: End = {
      // Nobody asks for a stream by a message that is held.
      begun: () => {},
      fulfilled: () => {
        ReceivedMessage.ended(own)
        this.#carryOut(entry, handling.fulfilled())
      },
      rejected: (error) => {
        ReceivedMessage.ended(own)
        this.#carryOut(entry, handling.rejected(error))
      },
    }
    return { message: this.#endpoint.seen(own), end: this.#timed(entry, end) }
  }

  /** What is to be told when a try has ended, and measured where the entry is one of those that are. */
  #timed(entry: Queued, end: End): End {
    const { meters, weight, acceptedMs } = entry
    if (meters === undefined) return end
    const { now } = this.#parts
    const startMs = now()
    if (acceptedMs >= 0) meters.queueing.record(startMs - acceptedMs, weight)
    // Of later tries it is the wait for them that passes.
    entry.acceptedMs = -1
    return {
      begun: () => end.begun(),
      fulfilled: (value) => {
        meters.handling.record(now() - startMs, weight)
        end.fulfilled(value)
      },
      rejected: (error) => {
        meters.handling.record(now() - startMs, weight)
        end.rejected(error)
      },
    }
  }

  /** An entry is thrown away: nothing is to come of it any more. */
  forget(entry: Queued): void {
    if (entry.timer !== undefined) this.#parts.timers.cancel(entry.timer)
    entry.timer = undefined
  }

  /** What a handler does with a message that is not held. */
  #endOf(entry: Queued): End {
    let hasBegun = false
    return {
      begun: () => {
        hasBegun = true
        this.#parts.gate?.answers(entry.call)
      },
      fulfilled: (value) => {
        const cutBy = ReceivedMessage.cutBy(entry.message)
        // That a stream ends when it is told to is no sign that it would have given anything.
        if (value instanceof StreamEnd && !hasBegun && cutBy !== undefined) {
          this.#failed(entry, entry.message, cutBy)
        } else this.#parts.gate?.end(entry.call, 'succeeded')
        this.#succeeded(entry, value)
      },
      rejected: (error) => {
        this.#failed(entry, entry.message, error)
        this.#gaveUp(entry, error)
      },
    }
  }

  #succeeded(entry: Queued, value: unknown): void {
    this.#processed(entry, value)
    ReceivedMessage.ended(entry.message)
  }

  #gaveUp(entry: Queued, error: unknown): void {
    this.#mailbox.done(entry)
    this.#countsOf(entry.message).failed++
    this.#parts.outcomes.failed(this.#endpoint, entry.message, error)
    ReceivedMessage.ended(entry.message)
    this.#over(entry)
  }

  /** A try has failed: that is no fault of the handler where its caller has given up. */
  #failed({ call: number }: Queued, message: ReceivedMessage, error: unknown): void {
    const how = isAbort(ReceivedMessage.cutBy(message)) ? 'ignored' : 'failed'
    this.#parts.gate?.end(number, how, error)
  }

  #processed(entry: Queued, value: unknown): void {
    this.#mailbox.done(entry)
    this.#countsOf(entry.message).processed++
    this.#parts.outcomes.processed(this.#endpoint, entry.message, value)
    this.#over(entry)
  }

  /** A try is over, whatever becomes of its message. */
  #over(entry: Queued): void {
    const { onOver } = entry
    entry.onOver = undefined
    onOver?.()
    this.#endpoint.goOn()
  }

  #listenerFor(entry: Queued): HandlingListener {
    return {
      acknowledged: () => {
        this.forget(entry)
        this.#parts.outcomes.acknowledged(this.#endpoint, entry.message)
      },
      extended: (handling, ms) => this.#limit(entry, handling, ms),
    }
  }

  /** Lets a try end in `ms`. */
  #limit(entry: Queued, handling: Handling, ms: number): void {
    this.forget(entry)
    entry.timer = this.#parts.timers.after(ms, () => {
      const error = ackTimedOut(entry.message.topic, this.#endpoint.id, ms)
      const verdict = handling.timedOut(error)
      if (verdict !== undefined && entry.own !== undefined) ReceivedMessage.lifelineOf(entry.own)?.cut(error)
      this.#carryOut(entry, verdict)
    })
  }

  #carryOut(entry: Queued, verdict: Verdict | undefined): void {
    if (verdict === undefined) return
    this.forget(entry)
    if (verdict.kind !== 'processed') this.#failed(entry, entry.own ?? entry.message, verdict.error)
    else if (verdict.failure !== undefined) this.#failed(entry, entry.message, verdict.failure.error)
    else this.#parts.gate?.end(entry.call, 'succeeded')
    switch (verdict.kind) {
      case 'processed':
        if (verdict.failure !== undefined)
          this.#parts.outcomes.stumbled(this.#endpoint, entry.message, verdict.failure.error)
        this.#processed(entry, undefined)
        break
      case 'bury':
        this.#bury(entry, verdict.error, 'terminated')
        break
      default:
        this.#again(entry, verdict.error, verdict.delayMs)
    }
  }

  #again(entry: Queued, error: unknown, delayMs: number | undefined): void {
    const { outcomes, timers } = this.#parts
    const { message } = entry
    const { delivery } = ReceivedMessage.originOf(message)
    const retry = this.retryOf(message.topic)
    const attempts = delivery?.attempts ?? retry.attempts
    if (attempts >= retry.attempts) {
      this.#bury(entry, error, 'attempts')
      return
    }
    delivery?.failed(error, Date.now())
    this.#countsOf(message).retried++
    outcomes.retried(this.#endpoint, message, error)
    if (this.#endpoint.isRemoved) {
      // It is tried again elsewhere.
      this.#mailbox.done(entry)
      this.#countsOf(message).dropped++
      outcomes.refused(this.#endpoint, message, 'gone', true)
      this.#over(entry)
      return
    }
    this.#mailbox.postpone(entry)
    entry.timer = timers.after(delayMs ?? backoffMs(retry, attempts + 1, Math.random()), () => {
      entry.timer = undefined
      if (this.#mailbox.retry(entry)) this.#endpoint.goOn()
    })
    this.#over(entry)
  }

  /** What the endpoint says counts, then the contract, then the bus. */
  retryOf(topic: string): RetryPolicy {
    const { hasOwnRetry, retry } = this.#endpoint.settings
    return hasOwnRetry ? retry : this.#parts.defaultsOf(topic).retry
  }

  #ackTimeoutMs(topic: string): number {
    const { hasOwnAckTimeout, ackTimeoutMs } = this.#endpoint.settings
    return hasOwnAckTimeout ? ackTimeoutMs : this.#parts.defaultsOf(topic).ackTimeoutMs
  }

  #bury(entry: Queued, error: unknown, reason: 'attempts' | 'terminated'): void {
    const { message } = entry
    ReceivedMessage.originOf(message).delivery?.failed(error, Date.now())
    this.#mailbox.done(entry)
    this.#countsOf(message).deadLettered++
    this.#parts.outcomes.buried(this.#endpoint, message, error, reason)
    this.#over(entry)
  }
}
