/** Requests: to one handler, with a reply to wait for. */
import { encodeFailure } from '../codec/failure.js'
import { validate } from '../codec/validation.js'
import type { Address } from '../contract/addresses.js'
import * as layout from '../core/native/layout.js'
import { backoffMs } from '../delivery/backoff.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Lifelines } from '../delivery/lifelines.js'
import { ReceivedMessage } from '../delivery/message.js'
import type { Outlet } from '../delivery/outlet.js'
import {
  aborted,
  closed,
  handlerGone,
  isNoHandler,
  isReplaceable,
  mayPass,
  noHandler,
  noRoom,
  timedOut,
} from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Correlation, Waiter } from '../link/correlation.js'
import { type Envelope, envelopeOf, PLAIN } from '../link/envelope.js'
import type { FarDeadlines } from '../link/far-deadlines.js'
import type { Hop, Label } from '../link/hop.js'
import type { Recipient } from '../link/plan.js'
import type { CallerCall } from '../operate/callers.js'
import type { RequestTally } from '../operate/metrics/requests.js'
import type { Channels } from '../operate/tracing/channels.js'
import type { EntrySettings } from '../options/entry.js'
import type { RequestSettings } from '../options/request.js'
import type { RetryPolicy } from '../options/retry.js'
import type { AbortSignals } from './abort-signals.js'
import { topicOf } from './address.js'
import { Asked } from './asked.js'
import { FULL } from './courier.js'
import type { Detours } from './detours.js'
import type { Events } from './events.js'
import { Gathering, type NamedHandler } from './gathering.js'
import type { Pauses } from './pauses.js'
import type { Preparation } from './preparation.js'
import { Hearer, type Reading } from './reading.js'
import { hangOn, type Terms, termsOf } from './terms.js'

/** The parts of an attachment that a request passes through. */
export interface RequestParts {
  readonly attachment: number
  readonly detours: Detours
  readonly pauses: Pauses
  readonly signals: AbortSignals
  readonly correlation: Correlation
  readonly deadlines: FarDeadlines
  readonly dispatcher: Dispatcher
  readonly hop: Hop
  readonly events: Events
  readonly clock: Clock
  readonly lifelines: Lifelines
  readonly preparation: Preparation
  /** What is left out of errors that leave the thread. */
  readonly redact: readonly string[]
  readonly tally: RequestTally
  readonly channels: Channels
}

/** A message, and the terms on which its answer is waited for. */
interface Question {
  readonly topic: string
  readonly terms: Terms
  readonly payload: unknown
  readonly envelope: Envelope | undefined
  /** Who reads the answer, where it is to be a stream. */
  readonly reading: Reading | undefined
}

/** Sends requests, and ends those that nobody will answer. */
export class Requests {
  readonly #parts: RequestParts
  #sequence = 0

  constructor(parts: RequestParts) {
    this.#parts = parts
  }

  /**
   * Asks one handler of a topic or an address; resolves to its answer. Throws, or rejects.
   *
   * @param entry - what the contract says of the topic
   */
  request(
    target: string | Address,
    payload: unknown,
    settings: RequestSettings,
    entry: EntrySettings | undefined,
  ): Promise<unknown> {
    // What few need is elsewhere: a function in which another one remembers something costs each call some memory.
    if (settings.fallback !== undefined) return this.#orFallback(target, payload, settings, entry)
    const topic = topicOf(target)
    if (this.#parts.channels.seesRequest()) return this.#traced(target, topic, payload, settings, entry)
    return this.#prepared(target, topic, payload, settings, entry)
  }

  #orFallback(
    target: string | Address,
    payload: unknown,
    settings: RequestSettings,
    entry: EntrySettings | undefined,
  ): Promise<unknown> {
    const { fallback, ...others } = settings
    return orFallback(
      async () => this.request(target, payload, { ...others, fallback: undefined }, entry),
      fallback,
    )
  }

  #traced(
    target: string | Address,
    topic: string,
    payload: unknown,
    settings: RequestSettings,
    entry: EntrySettings | undefined,
  ): Promise<unknown> {
    return this.#parts.channels.request({ topic, kind: 'request', payload }, settings, (traced) =>
      this.#prepared(target, topic, payload, traced, entry),
    )
  }

  #prepared(
    target: string | Address,
    topic: string,
    payload: unknown,
    settings: RequestSettings,
    entry: EntrySettings | undefined,
  ): Promise<unknown> {
    const terms = termsOf(topic, settings, this.#parts.clock)
    const answer = this.ask(target, topic, payload, settings, terms, entry, undefined)
    const schema = entry?.reply
    return schema === undefined ? answer : answer.then((reply) => validate(schema, topic, 'reply', reply))
  }

  /**
   * As {@link request}, of replies that nobody looks at; throws, or rejects. Where there is somebody who reads a stream, it
   * resolves with the first item, and the reader hears of all the rest.
   */
  ask(
    target: string | Address,
    topic: string,
    payload: unknown,
    settings: RequestSettings,
    terms: Terms,
    entry: EntrySettings | undefined,
    reading: Reading | undefined,
  ): Promise<unknown> {
    const { preparation } = this.#parts
    if (!preparation.isNeeded(entry)) return this.#request(target, topic, payload, settings, terms, reading)
    return preparation
      .later('request', topic, payload, settings, entry)
      .then((prepared) => this.#request(target, topic, prepared.payload, prepared.settings, terms, reading))
  }

  #request(
    target: string | Address,
    topic: string,
    payload: unknown,
    settings: RequestSettings,
    terms: Terms,
    reading: Reading | undefined,
  ): Promise<unknown> {
    const { retry, waitForHandlerMs } = settings
    const envelope = envelopeOf(settings, this.#parts.clock.nowMs)
    const question = { topic, terms, payload, envelope, reading }
    if (retry !== undefined) return this.#askAgain(question, target, settings, retry)
    const { detours } = this.#parts
    const handler = this.#handlerOf(target, settings, 0)
    if (handler !== undefined) return this.#askOne(question, target, settings, handler, 1)
    if (waitForHandlerMs === 0) throw this.#unhandled(detours.nobody(target, 0))
    return this.#appearing(question, target, settings, 0).then((late) =>
      this.#askOne(question, target, settings, late, 1),
    )
  }

  /**
   * Asks every handler of a topic, at once. Throws what is wrong with the topic.
   *
   * @param most - how many replies are enough
   */
  requestMany(
    topic: string,
    handlers: readonly NamedHandler[],
    given: unknown,
    asked: RequestSettings,
    most: number,
    entry: EntrySettings | undefined,
  ): Gathering {
    const { channels, clock, preparation } = this.#parts
    if (handlers.length === 0) return Gathering.failed(this.#unhandled(noHandler(topic)))
    if (asked.signal?.aborted === true) return Gathering.failed(aborted(topic, asked.signal.reason))
    try {
      const terms = termsOf(topic, { ...asked, signal: undefined }, clock)
      const { payload, settings } = preparation.now('request', topic, given, asked, entry)
      const schema = entry?.reply
      const sending = { topic, kind: 'request' as const, payload }
      const ask = async (handler: Recipient<Endpoint>, signal: AbortSignal): Promise<unknown> => {
        const reply = await channels.request(sending, settings, (traced) => {
          const envelope = envelopeOf(traced, clock.nowMs)
          const question = { topic, terms: { ...terms, signal }, payload, envelope, reading: undefined }
          return this.#ask(question, handler, 1)
        })
        return schema === undefined ? reply : validate(schema, topic, 'reply', reply)
      }
      return new Gathering(handlers, ask, most, asked.signal, (reason) => aborted(topic, reason))
    } catch (error) {
      return Gathering.failed(error)
    }
  }

  /** The deadline of that use of a slot has passed. */
  expired(slot: number, generation: number): void {
    const waiter = this.#parts.correlation.close(slot, generation)
    if (waiter === undefined) return
    if (waiter.dueMs !== undefined) this.#parts.tally.lag(this.#parts.clock.nowMs() - waiter.dueMs)
    if (waiter.onExpiry !== undefined) waiter.onExpiry()
    else waiter.reject(timedOut(waiter.topic, waiter.timeoutMs, waiter.endpoint))
  }

  /** An attachment has left: it will answer nothing, and nobody in its stead what the core does not hold. */
  attachmentGone(attachment: number): void {
    for (const waiter of this.#close((one) => one.attachment === attachment && one.deliveryNumber === 0)) {
      waiter.reject(handlerGone(waiter.topic, waiter.endpoint))
    }
  }

  /** The bus is closed in this thread; returns how many requests that ends. */
  closeAll(bus: string): number {
    const waiters = this.#close(() => true)
    for (const waiter of waiters) {
      const { topic, endpoint } = waiter
      waiter.reject(closed(bus, endpoint === 0 ? { topic } : { topic, endpoint }))
    }
    return waiters.length
  }

  #close(chosen: (waiter: Waiter) => boolean): Waiter[] {
    return this.#parts.correlation.closeWhere(chosen)
  }

  /** Asks until there is an answer, or an error that another attempt would not change, or no time for one. */
  async #askAgain(
    once: Question,
    target: string | Address,
    settings: RequestSettings,
    retry: RetryPolicy,
  ): Promise<unknown> {
    const { attachment, clock, pauses } = this.#parts
    // All attempts are the same message to whoever has to recognise it.
    const id = once.envelope?.id ?? `${attachment}-q${++this.#sequence}`
    const question: Question = { ...once, envelope: { ...(once.envelope ?? PLAIN), id } }
    let last = 0
    for (let attempt = 1; ; attempt++) {
      try {
        const handler = await this.#appearing(question, target, settings, last)
        last = handler.endpoint
        return await this.#askOne(question, target, settings, handler, attempt)
      } catch (error) {
        if (attempt >= retry.attempts || !mayPass(error)) throw error
        const nextMs = clock.nowMs() + backoffMs(retry, attempt + 1, Math.random())
        if (nextMs >= question.terms.dueMs) throw error
        await pauses.until(nextMs, question.topic, question.terms)
      }
    }
  }

  /** Who handles it now, or whoever comes while it may wait; not the endpoint `except` while there is another. */
  async #appearing(
    question: Question,
    target: string | Address,
    settings: RequestSettings,
    except: number,
  ): Promise<Recipient<Endpoint>> {
    const { detours, clock, pauses } = this.#parts
    const startMs = clock.nowMs()
    for (;;) {
      const handler = this.#handlerOf(target, settings, except)
      if (handler !== undefined) return handler
      const leftMs = startMs + settings.waitForHandlerMs - clock.nowMs()
      if (leftMs <= 0) throw this.#unhandled(detours.nobody(target, settings.waitForHandlerMs))
      // Who is woken may find that the handler has left again.
      const nobody = (ms: number): Error => detours.nobody(target, ms)
      await pauses.forHandler(question.topic, clock.nowMs(), leftMs, question.terms, nobody)
    }
  }

  /** Who may be asked; throws `ERR_BUS_CIRCUIT_OPEN`, which counts as the end of a request. */
  #handlerOf(
    target: string | Address,
    settings: RequestSettings,
    except: number,
  ): Recipient<Endpoint> | undefined {
    const { detours } = this.#parts
    if (settings.circuit === undefined) return detours.of(target, settings, except)
    try {
      return detours.of(target, settings, except)
    } catch (error) {
      throw this.#unhandled(error)
    }
  }

  /** A request that is sent to nobody is over, too. */
  #unhandled(error: unknown): unknown {
    const { tally, events } = this.#parts
    tally.failed(error, undefined)
    if (isNoHandler(error)) events.unrouted(error.topic ?? '', 'request')
    return error
  }

  /** Asks a handler; another, where it says that it cannot be asked just now. */
  #askOne(
    question: Question,
    target: string | Address,
    settings: RequestSettings,
    handler: Recipient<Endpoint>,
    attempt: number,
  ): Promise<unknown> {
    const { detours } = this.#parts
    if (!detours.isNeeded(handler, settings)) return this.#ask(question, handler, attempt)
    const ask = (one: Recipient<Endpoint>, call: CallerCall | undefined): Promise<unknown> =>
      this.#ask(question, one, attempt, call)
    return detours.ask(target, settings, handler, ask, question.reading !== undefined)
  }

  /** @param call - of a stream, what is told of its items and its end */
  #ask(
    question: Question,
    handler: Recipient<Endpoint>,
    attempt: number,
    call?: CallerCall | undefined,
  ): Promise<unknown> {
    const { correlation, deadlines, tally } = this.#parts
    const { reading, terms } = question
    const promise = new Promise(takeSettlers)
    const { fulfil, reject } = settlers
    // Else the last answer would be held on to.
    takeSettlers(nothing, nothing)
    const hearer = reading === undefined ? undefined : new Hearer(reading, fulfil, reject, call)
    const asked = new Asked(this.#parts, question, handler, attempt, hearer, fulfil, reject)
    const slot = correlation.open(asked)
    const generation = correlation.generation(slot)
    asked.slot = slot
    asked.generation = generation
    try {
      if (handler.local === undefined) this.#sendAway(question, asked)
      else this.#handOver(question, handler.local, asked)
    } catch (error) {
      if (correlation.close(slot, generation) !== undefined) tally.failed(error, undefined)
      reject(error)
    }
    if (correlation.isOpen(slot, generation)) deadlines.arm(slot, generation, terms.dueMs, terms.timeoutMs)
    return promise
  }

  #sendAway(question: Question, asked: Asked): void {
    const { topic, payload, envelope, terms, reading } = question
    const { attachment, endpoint, slot, generation } = asked
    const { events, hop } = this.#parts
    const correlation = { slot, generation }
    if (reading !== undefined) reading.grant = (count) => hop.credit(attachment, correlation, count)
    const label: Label = {
      kind: layout.KIND_REQUEST,
      endpoint,
      correlation,
      dueMs: terms.dueMs,
      delivery: reading?.room ?? 0,
      attempt: attemptWord(asked.attempt, terms.handsDown),
    }
    const parcel = hop.wrap(topic, payload, envelope)
    const targets = [attachment]
    if (!hop.takeRoom(targets, parcel)) {
      events.congested(topic, 'request')
      throw noRoom(topic, FULL, endpoint)
    }
    hop.ship(targets, parcel, label)
    if (canBeCut(terms)) this.#hang(question, asked, undefined)
  }

  #handOver(question: Question, endpoint: Endpoint, asked: Asked): void {
    const { topic, payload, envelope, terms, reading } = question
    if (reading !== undefined) asked.outlet = this.#outletTo(reading, asked)
    const message = new ReceivedMessage(topic, payload, 'request', asked, 0, envelope, 0)
    if (canBeCut(terms)) this.#hang(question, asked, message)
    this.#parts.dispatcher.dispatch([endpoint], message, false)
  }

  /** The way of a stream to its reader in this thread. */
  #outletTo(reading: Reading, { slot, generation }: Asked): Outlet {
    const { correlation } = this.#parts
    const outlet: Outlet = {
      room: reading.room,
      onRoom: undefined,
      item: (value) => correlation.get(slot, generation)?.taker?.item(value),
    }
    reading.grant = (count) => outlet.onRoom?.(count)
    return outlet
  }

  /** Lets a request go down with what its terms name; `message` is what its handler has, where that is in this thread. */
  #hang({ envelope, terms }: Question, asked: Asked, message: ReceivedMessage | undefined): void {
    const { correlation, hop, redact, signals } = this.#parts
    const { topic, attachment, endpoint, slot, generation } = asked
    const { lane } = envelope ?? PLAIN
    const cut = (reason: unknown): void => {
      if (correlation.close(slot, generation) === undefined) return
      const error = aborted(topic, reason)
      if (message !== undefined) ReceivedMessage.lifelineOf(message)?.cut(error)
      else hop.abort(attachment, endpoint, { slot, generation }, lane, encodeFailure(reason, redact))
      asked.reject(error)
    }
    asked.release = hangOn(terms, signals, { cut })
  }
}

/** What settles the promise that was made last. A function of its own for each promise would be one object more to make. */
const settlers: { fulfil: (value: unknown) => void; reject: (error: unknown) => void } = {
  fulfil: nothing,
  reject: nothing,
}

function nothing(): void {}

function takeSettlers(fulfil: (value: unknown) => void, reject: (error: unknown) => void): void {
  settlers.fulfil = fulfil
  settlers.reject = reject
}

/** What is asked for, or what is to be in its place. */
async function orFallback(ask: () => Promise<unknown>, fallback: unknown): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    if (!isReplaceable(error)) throw error
    return typeof fallback === 'function' ? fallback(error) : fallback
  }
}

function canBeCut({ signal, outer }: Terms): boolean {
  return signal !== undefined || outer !== undefined
}

const MOST_ATTEMPTS = layout.FLAG_HANDS_DOWN - 1

/** The lower half of word 7 of a request. */
function attemptWord(attempt: number, handsDown: boolean): number {
  return Math.min(attempt - 1, MOST_ATTEMPTS) | (handsDown ? layout.FLAG_HANDS_DOWN : 0)
}
