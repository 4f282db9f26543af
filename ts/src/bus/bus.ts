/** One thread's connection to a bus: gives each verb to the part that does it. */
import type { EventEmitter } from 'node:events'
import type { Address } from '../contract/addresses.js'
import type { Alert, AlertRule } from '../contract/alerts.js'
import type { AnyCodec } from '../contract/codecs.js'
import type { DeadLetters } from '../contract/dead-letters.js'
import type { Directory, DirectoryFilter } from '../contract/directory.js'
import type { BusEvents } from '../contract/events.js'
import type { Explanation } from '../contract/explanation.js'
import type { BatchHandler, Handler, HandlerFunction } from '../contract/handlers.js'
import type { Interceptor } from '../contract/interceptors.js'
import type { Metrics } from '../contract/metrics.js'
import type {
  CloseOptions,
  CoreName,
  DeliverOptions,
  MessagesOptions,
  PrometheusOptions,
  PublishOptions,
  ReceiveOptions,
  RequestManyOptions,
  RequestOptions,
  SendOptions,
  StreamOptions,
  SubscribeOptions,
} from '../contract/options.js'
import type { Pattern } from '../contract/patterns.js'
import type { CloseReport, Receipt } from '../contract/receipts.js'
import type { Reply } from '../contract/replies.js'
import type { BusStats } from '../contract/stats.js'
import type { Stream } from '../contract/streams.js'
import type { Trace, TraceOptions } from '../contract/trace.js'
import type { Core } from '../core/core.js'
import { LANE_CONTROL } from '../core/native/layout.js'
import { excuseCaller } from '../delivery/caller.js'
import { closed, invalidHandler } from '../errors.js'
import { alertSettings } from '../options/alert.js'
import { type CloseSettings, closeSettings } from '../options/close.js'
import { directoryFilter } from '../options/directory.js'
import type { BusSettings, ThreadSettings } from '../options/open.js'
import { mostReceivers } from '../options/prometheus.js'
import {
  type EndpointSettings,
  handlerSettings,
  pullSettings,
  subscriptionSettings,
} from '../options/receive.js'
import { requestManySettings, requestSettings } from '../options/request.js'
import { deliverSettings, publishSettings, sendSettings } from '../options/send.js'
import { streamSettings } from '../options/stream.js'
import { traceSettings } from '../options/trace.js'
import { topicOf } from './address.js'
import { assemble, type Parts } from './assembly.js'
import { type Before, close } from './closing.js'
import { ClosingDeadline } from './closing-deadline.js'
import { explain } from './explain.js'
import { MessageIterator } from './message-iterator.js'
import { merged } from './others.js'
import { RegistrationPlace, SubscriptionPlace } from './places.js'
import { BoundPublisher } from './publisher.js'
import { statisticsOf } from './statistics.js'

/** What a thread has in hand of requests. */
export interface RequestCounts {
  /** How many of its own wait for an answer, a handler or their next attempt. */
  readonly pending: number
  /** How many answers came when nobody waited for them any more. */
  readonly late: number
  /** How many messages that are being handled have a signal, or requests that depend on them. */
  readonly lifelines: number
}

/** The bus in this thread, without the types of a contract: `open()` puts those in front of it. */
export class ThreadBus {
  readonly name: string
  readonly events: BusEvents
  readonly deadLetters: DeadLetters
  /** Those of the first opener, whichever thread it was in. */
  readonly settings: BusSettings
  /** Which core it is on. */
  readonly core: CoreName
  readonly #parts: Parts
  readonly #plans: Parts['plans']
  readonly #publishing: Parts['publishing']
  readonly #directRequests: Parts['directRequests']
  readonly #onClosed: () => void
  readonly #iterators = new Set<MessageIterator>()
  /** How long whatever closes the bus waits. */
  #deadline: ClosingDeadline | undefined
  #closing: Promise<CloseReport> | undefined
  #shuttingDown: Promise<CloseReport> | undefined
  /** Resolves when this thread need not stay on the bus for the sake of others. */
  #needed: Promise<void> = Promise.resolve()
  #isLeaving = false
  #hasLeft = false

  /**
   * @param asked - the settings that were asked for, and whether any of them was named
   * @param onClosed - called when the bus has left this thread
   */
  constructor(
    core: Core,
    name: string,
    asked: { readonly settings: BusSettings; readonly namesAny: boolean },
    thread: ThreadSettings,
    onClosed: () => void,
  ) {
    const parts = assemble(core, name, asked, thread)
    this.name = name
    this.core = core.name
    this.#onClosed = onClosed
    this.#parts = parts
    this.#plans = parts.plans
    this.#publishing = parts.publishing
    this.#directRequests = parts.directRequests
    this.settings = parts.settings
    // One emitter, of which there are two descriptions: Node's, and that of typed-emitter.
    this.events = parts.events as EventEmitter as BusEvents
    this.deadLetters = parts.deadLetters
    parts.shutdown.onAsked((timeoutMs) => void this.#leave({ timeoutMs, signal: undefined }))
  }

  /** The number of this thread's attachment, unique on the bus. */
  get attachment(): number {
    return this.#parts.attachment.id
  }

  /** From now on this thread knows these codecs, too; throws `ERR_BUS_OPTIONS_DIFFER`. */
  addCodecs(codecs: readonly AnyCodec[]): void {
    this.#parts.codecs.add(this.name, codecs)
  }

  subscribe(
    pattern: Pattern,
    handler: Handler | BatchHandler,
    options?: SubscribeOptions,
  ): SubscriptionPlace {
    const complete = (): EndpointSettings => subscriptionSettings(options, this.settings.defaults)
    return this.#subscribe(pattern, asFunction(handler as Handler), complete)
  }

  handle(pattern: Pattern, handler: Handler, options?: ReceiveOptions): RegistrationPlace {
    const { receivers } = this.#parts
    const run = asFunction(handler)
    this.#mustBeOpen()
    const endpoint = receivers.add(pattern, run, handlerSettings(options, this.settings.defaults), true)
    const { remove, seenEverywhere } = receivers
    return new RegistrationPlace(endpoint, remove, seenEverywhere, receivers.guardOf(endpoint))
  }

  messages(pattern: Pattern, options?: MessagesOptions): MessageIterator {
    const { endpoint, signal } = pullSettings(options, this.settings.defaults)
    const iterator = new MessageIterator((handler) => {
      const subscription = this.#subscribe(pattern, handler, () => endpoint)
      subscription.pause()
      return subscription
    })
    this.#iterators.add(iterator)
    iterator.endBy(signal, () => this.#iterators.delete(iterator))
    return iterator
  }

  publish(topic: string, payload: unknown, options?: PublishOptions): number {
    const way = this.#plans.way(topic)
    if (options === undefined && way !== undefined && this.#publishing.tryWay(way, topic, payload)) return 1
    return this.#publish(topic, payload, options)
  }

  // Apart from the above, so that that is small enough to become a part of its callers.
  #publish(topic: string, payload: unknown, options: PublishOptions | undefined): number {
    const plan = this.#plans.get(topic)
    if (options === undefined) {
      if (plan.only?.simple !== undefined) {
        // Before its handler is called, which may change the routes.
        if (plan.only.blind !== undefined) this.#plans.rememberWay(plan)
        if (this.#publishing.tryDirect(plan.only, topic, payload)) return 1
      }
      if (this.#publishing.isPlain(plan)) return this.#publishing.plain(plan, payload, undefined)
    }
    return this.#publishing.publish(plan, payload, publishSettings(options, plan.defaults.publish))
  }

  publisher(topic: string): BoundPublisher<unknown> {
    return new BoundPublisher(this.#parts.plans.get(topic), this.#parts.plans, this.#parts.publishing)
  }

  async deliver(topic: string, payload: unknown, options?: DeliverOptions): Promise<Receipt> {
    const plan = this.#parts.plans.get(topic)
    return this.#parts.publishing.deliver(plan, payload, deliverSettings(options, plan.defaults.deliver))
  }

  async send(target: string | Address, payload: unknown, options?: SendOptions): Promise<Receipt> {
    const { send, entry } = this.#parts.defaultsOf(target)
    return this.#parts.notifications.send(target, payload, sendSettings(options, send), entry)
  }

  request(target: string | Address, payload: unknown, options?: RequestOptions): Promise<unknown> {
    // Not `async`: that would be a second promise for each request.
    try {
      if (options === undefined && typeof target === 'string') {
        const answer = this.#directRequests.tryAsk(this.#plans.get(target), payload)
        if (answer !== undefined) return answer
      }
      const { request, entry } = this.#parts.defaultsOf(target)
      return this.#parts.requests.request(target, payload, requestSettings(options, request), entry)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  requestMany(topic: string, payload: unknown, options?: RequestManyOptions): AsyncIterableIterator<Reply> {
    const { attachment, plans, requests } = this.#parts
    const { request, entry } = plans.get(topic).defaults
    const { maxReplies, ...given } = requestManySettings(options, request)
    const most = maxReplies ?? Number.POSITIVE_INFINITY
    const handlers = plans
      .handlers(topic)
      .map((handler) => ({ ...handler, name: attachment.nameOf(handler.endpoint) }))
    return requests.requestMany(topic, handlers, payload, { ...request, ...given }, most, entry)
  }

  stream(target: string | Address, payload: unknown, options?: StreamOptions): Stream<unknown> {
    const { request, entry } = this.#parts.defaultsOf(target)
    return this.#parts.streams.stream(target, payload, streamSettings(options, request, entry), entry)
  }

  explain(target: string | Address): Explanation {
    const topic = topicOf(target)
    // For the check of the topic, which is the same as that of a message.
    if (topic === target) this.#parts.plans.get(topic)
    const { attachment, detours } = this.#parts
    return explain(attachment, topic, this.settings, detours.unusable(topic))
  }

  async trace(target: string | Address, payload: unknown, options?: TraceOptions): Promise<Trace> {
    this.#mustBeOpen()
    const { defaultsOf, traces } = this.#parts
    const defaults = defaultsOf(target)
    const settings = traceSettings(options, defaults)
    // An event is for a topic: its check is that of a publish.
    if (settings.kind === 'event') this.#parts.plans.get(target as string)
    return traces.trace(target, payload, settings, defaults.entry, this.explain(target))
  }

  directory(filter?: DirectoryFilter): Directory {
    const checked = directoryFilter(filter)
    this.#mustBeOpen()
    // As above: a wildcard is no topic, and a directory of nobody would not say so.
    if (checked.topic !== undefined) this.#parts.plans.get(checked.topic)
    return this.#parts.directories.open(checked)
  }

  alert(rule: AlertRule): Alert {
    const settings = alertSettings(rule)
    this.#mustBeOpen()
    return this.#parts.alerts.add(settings, () => this.stats())
  }

  use(interceptor: Interceptor): Disposable {
    this.#mustBeOpen()
    return this.#parts.interceptors.add(interceptor)
  }

  async idle(): Promise<void> {
    this.#mustBeOpen()
    await this.#parts.idleness.idle()
  }

  stats(): BusStats {
    return statisticsOf(this.#parts)
  }

  metrics(): Metrics {
    return this.#parts.measurements.metrics()
  }

  prometheus(options?: PrometheusOptions): string {
    return this.#parts.measurements.prometheus(this.name, mostReceivers(options))
  }

  close(options?: CloseOptions): Promise<CloseReport> {
    const settings = closeSettings(options)
    // A handler that closes the bus would wait for itself.
    excuseCaller(this.#parts.receivers.endpoints.values())
    return this.#leave(settings)
  }

  shutdown(options?: CloseOptions): Promise<CloseReport> {
    const settings = closeSettings(options, 'shutdown()')
    if (this.#shuttingDown === undefined && this.#hasLeft) return Promise.reject(closed(this.name))
    excuseCaller(this.#parts.receivers.endpoints.values())
    const deadline = this.#until(settings)
    this.#shuttingDown ??= this.#shutDown(deadline)
    return this.#shuttingDown
  }

  /** Has `listener` called with what is left of the time when another thread shuts down the bus. */
  onShutdown(listener: (timeoutMs: number) => void): void {
    this.#parts.shutdown.onAsked(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  ref(): this {
    this.#parts.keepAlive.allow(true)
    return this
  }

  unref(): this {
    this.#parts.keepAlive.allow(false)
    return this
  }

  /** Resolves when this thread routes by what has been registered so far, in whichever thread. */
  caughtUp(): Promise<void> {
    return this.#parts.barriers.reach(LANE_CONTROL)
  }

  /** Resolves when every other thread routes by what this one has registered so far, or knows of. */
  seenEverywhere(): Promise<void> {
    return this.#parts.barriers.raise()
  }

  /** What this thread has in hand of requests: for those who watch over it. */
  requestCounts(): RequestCounts {
    const { correlation, lifelines } = this.#parts
    return { pending: correlation.pending, late: correlation.late, lifelines: lifelines.count }
  }

  #subscribe(pattern: Pattern, run: HandlerFunction, complete: () => EndpointSettings): SubscriptionPlace {
    const { receivers } = this.#parts
    const settings = complete()
    this.#mustBeOpen()
    const endpoint = receivers.add(pattern, run, settings, false)
    const { remove, seenEverywhere } = receivers
    return new SubscriptionPlace(endpoint, remove, seenEverywhere, receivers.guardOf(endpoint))
  }

  /** What is done in this thread before anything else when the bus is to be closed, in it or in all of them. */
  protected prepareToLeave(_deadline: ClosingDeadline): void {}

  /** Leaves the bus; called once. */
  protected leave(deadline: ClosingDeadline, before: Before): Promise<CloseReport> {
    const { attachment, barriers, events, lifelines, receivers, requests, shutdown, streams } = this.#parts
    this.#isLeaving = true
    receivers.close()
    const closing = close(
      {
        attachment,
        barriers,
        endpoints: receivers.endpoints,
        forgetPlans: () => receivers.routesChanged(undefined),
        streamsDone: () => streams.idle(),
        needed: () => this.#needed,
        endRequests: () => requests.closeAll(this.name),
        cutLifelines: () => lifelines.cutAll(closed(this.name)),
        release: (report) => {
          shutdown.tell(report)
          this.#parts.release()
          this.#hasLeft = true
          this.#onClosed()
        },
      },
      deadline,
      before,
    )
    // It waits for what their readers have in hand.
    for (const iterator of [...this.#iterators]) void iterator.end()
    return closing.then((report) => {
      events.closed(report)
      return report
    })
  }

  #leave(settings: CloseSettings): Promise<CloseReport> {
    const deadline = this.#until(settings)
    if (this.#closing === undefined) {
      this.prepareToLeave(deadline)
      this.#closing = this.leave(deadline, { startMs: performance.now() })
    }
    return this.#closing
  }

  async #shutDown(deadline: ClosingDeadline): Promise<CloseReport> {
    const startMs = performance.now()
    const { shutdown } = this.#parts
    const { others } = shutdown
    this.prepareToLeave(deadline)
    // What the others have in hand may need an answer from here.
    const prompt = shutdown.lead(deadline)
    const unknown = prompt.then(() => others.all(deadline)).then(() => others.unknown())
    this.#needed = unknown.then(() => {})
    await prompt
    const own = await this.#leave({ timeoutMs: deadline.leftMs, signal: undefined })
    return { ...merged(own, await unknown, others.threads()), elapsed: performance.now() - startMs }
  }

  #until({ timeoutMs, signal }: CloseSettings): ClosingDeadline {
    if (this.#deadline === undefined) this.#deadline = new ClosingDeadline(timeoutMs, signal)
    else this.#deadline.hasten(timeoutMs, signal)
    return this.#deadline
  }

  #mustBeOpen(): void {
    if (this.#isLeaving) throw closed(this.name)
  }
}

function asFunction(handler: Handler): HandlerFunction {
  if (typeof handler === 'function') return handler
  if (typeof handler === 'object' && handler !== null && typeof handler.handle === 'function') {
    return (payload, message) => handler.handle(payload, message)
  }
  throw invalidHandler(handler)
}
