/** One thread's connection to a bus: puts the parts together, and gives each verb to the part that does it. */
import type { BusEvents } from '../contract/events.js'
import type { Handler, HandlerFunction } from '../contract/handlers.js'
import type { CloseOptions, PublishOptions, ReceiveOptions, RequestOptions, SendOptions } from '../contract/options.js'
import type { Pattern } from '../contract/patterns.js'
import type { Publisher, Registration, Subscription } from '../contract/ports.js'
import type { CloseReport, Receipt } from '../contract/receipts.js'
import type { Core, CoreAttachment } from '../core/core.js'
import { Dispatcher } from '../delivery/dispatcher.js'
import { Endpoint } from '../delivery/endpoint.js'
import { ReceivedMessage } from '../delivery/message.js'
import { closed, invalidHandler, invalidPattern } from '../errors.js'
import { Clock } from '../link/clock.js'
import { Completion } from '../link/completion.js'
import { Correlation } from '../link/correlation.js'
import { Deadlines } from '../link/deadlines.js'
import { Hop } from '../link/hop.js'
import { KeepAlive } from '../link/keep-alive.js'
import type { Plan } from '../link/plan.js'
import { PlanCache } from '../link/plan-cache.js'
import { Submission } from '../link/submission.js'
import { closeTimeoutMs } from '../options/close.js'
import { type BusSettings, fromCanonical } from '../options/open.js'
import { endpointSettings } from '../options/receive.js'
import { publishEnvelope, sendEnvelope, timeoutMs } from '../options/send.js'
import { Answers } from './answers.js'
import { Arrivals } from './arrivals.js'
import { Barriers } from './barriers.js'
import { close } from './closing.js'
import { Events } from './events.js'
import { BoundPublisher } from './publisher.js'
import { RegistrationPlace, SubscriptionPlace } from './receivers.js'
import { Requests } from './requests.js'

/** The bus in this thread, without the types of a contract: `open()` puts those in front of it. */
export class ThreadBus {
  readonly name: string
  readonly events: BusEvents
  /** Those of the first opener, whichever thread it was in. */
  readonly settings: BusSettings
  readonly #attachment: CoreAttachment
  readonly #submission: Submission
  readonly #plans: PlanCache<Endpoint>
  readonly #hop: Hop
  readonly #clock: Clock
  readonly #answers: Answers
  readonly #requests: Requests
  readonly #barriers: Barriers
  readonly #correlation: Correlation
  readonly #dispatcher = new Dispatcher()
  readonly #endpoints = new Map<number, Endpoint>()
  readonly #keepAlive = new KeepAlive()
  readonly #onClosed: () => void
  #sequence = 0
  #closing: Promise<CloseReport> | undefined

  /** @param onClosed - called when the bus has left this thread */
  constructor(core: Core, name: string, options: string, asked: boolean, onClosed: () => void) {
    this.name = name
    this.#onClosed = onClosed
    const attachment = core.attach(name, options, asked, () => completion.drain())
    this.settings = fromCanonical(attachment.options)
    const events = new Events()
    const submission = new Submission(attachment)
    const correlation = new Correlation(this.#decideKeepAlive)
    const deadlines = new Deadlines(submission, correlation, this.#decideKeepAlive)
    const plans = new PlanCache(attachment, (id) => this.#endpoints.get(id), this.settings.planCacheTopics)
    const hop = new Hop(submission, this.settings.maxMessageBytes)
    const clock = new Clock(attachment)
    const dispatcher = this.#dispatcher
    const answers = new Answers(name, attachment.id, correlation, hop, events)
    const barriers = new Barriers(attachment)
    const requests = new Requests({ attachment: attachment.id, plans, correlation, deadlines, dispatcher, hop, clock })
    const endpoints = this.#endpoints
    const receiversOf = this.#receiversOf
    const parts = { plans, correlation, dispatcher, hop, clock, answers, requests, barriers, endpoints, receiversOf }
    const completion = new Completion(attachment, new Arrivals(parts).receive)

    this.events = events
    this.#attachment = attachment
    this.#submission = submission
    this.#plans = plans
    this.#hop = hop
    this.#clock = clock
    this.#answers = answers
    this.#requests = requests
    this.#barriers = barriers
    this.#correlation = correlation
    // From here on we count as asleep, and are woken by whatever comes.
    completion.drain()
  }

  subscribe(pattern: Pattern, handler: Handler, options?: ReceiveOptions): Subscription {
    return new SubscriptionPlace(this.#register('subscribe()', pattern, handler, options, false), this.#remove)
  }

  handle(pattern: Pattern, handler: Handler, options?: ReceiveOptions): Registration {
    return new RegistrationPlace(this.#register('handle()', pattern, handler, options, true), this.#remove)
  }

  publish(topic: string, payload: unknown, options?: PublishOptions): number {
    return this.#publish(this.#plans.get(topic), payload, options)
  }

  publisher(topic: string): Publisher {
    return new BoundPublisher(this.#plans.get(topic), this.#plans, this.#publish)
  }

  async send(topic: string, payload: unknown, options?: SendOptions): Promise<Receipt> {
    const envelope = sendEnvelope('send()', options)
    const limitMs = timeoutMs(options, this.settings.requestTimeoutMs)
    return (await this.#requests.send('notification', topic, payload, envelope, limitMs)) as Receipt
  }

  async request(topic: string, payload: unknown, options?: RequestOptions): Promise<unknown> {
    const envelope = sendEnvelope('request()', options)
    const limitMs = timeoutMs(options, this.settings.requestTimeoutMs)
    return this.#requests.send('request', topic, payload, envelope, limitMs)
  }

  close(options?: CloseOptions): Promise<CloseReport> {
    const limitMs = closeTimeoutMs(options)
    this.#closing ??= close(
      {
        attachment: this.#attachment,
        barriers: this.#barriers,
        endpoints: this.#endpoints,
        forgetPlans: () => this.#plans.forgetAll(),
        endRequests: () => this.#requests.closeAll(this.name),
        release: () => this.#release(),
      },
      limitMs,
    )
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  ref(): this {
    this.#keepAlive.allow(true)
    return this
  }

  unref(): this {
    this.#keepAlive.allow(false)
    return this
  }

  #register(
    verb: string,
    pattern: Pattern,
    handler: Handler,
    options: ReceiveOptions | undefined,
    isHandler: boolean,
  ): Endpoint {
    if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) throw invalidPattern(pattern)
    const run = asFunction(handler)
    const settings = endpointSettings(verb, options)
    if (this.#closing !== undefined) throw closed(this.name)
    const registered = this.#attachment.register(pattern, { isHandler, priority: settings.priority })
    const now = (): number => this.#clock.nowMs()
    const { endpoint: id, exact } = registered
    const endpoint = new Endpoint(id, pattern, run, settings, this.#dispatcher, this.#answers, now)
    this.#endpoints.set(id, endpoint)
    this.#forgetPlansOf(exact)
    this.#decideKeepAlive()
    return endpoint
  }

  /** Takes an endpoint away at once: from now on nothing is delivered to it. */
  readonly #remove = (endpoint: Endpoint): Promise<void> => {
    this.#attachment.unregister(endpoint.id)
    this.#endpoints.delete(endpoint.id)
    this.#plans.forgetAll()
    endpoint.remove()
    this.#decideKeepAlive()
    return endpoint.idle()
  }

  readonly #publish = (plan: Plan<Endpoint>, payload: unknown, options: PublishOptions | undefined): number => {
    const envelope = publishEnvelope(options)
    const sequence = ++this.#sequence
    const { topic, locals, remotes, matched } = plan
    // First the other threads: a payload that cannot travel is refused before anybody has received it.
    if (remotes.length > 0) this.#hop.event(remotes, topic, payload, envelope, sequence)
    if (locals.length > 0) {
      const origin = { sender: this.#attachment.id, slot: sequence >>> 0, generation: Math.floor(sequence / 2 ** 32), dueMs: 0 }
      this.#dispatcher.dispatch(locals, new ReceivedMessage(topic, payload, 'event', origin, envelope, 0))
    }
    return matched
  }

  /** This thread's subscriptions for a topic that another thread has published to. */
  readonly #receiversOf = (topic: string): readonly Endpoint[] => {
    if (this.#closing === undefined) return this.#plans.get(topic).locals
    const ids = this.#attachment.withdrawn(topic)
    return ids.map((id) => this.#endpoints.get(id)).filter((endpoint) => endpoint !== undefined)
  }

  #forgetPlansOf(exact: string | undefined): void {
    if (exact === undefined) this.#plans.forgetAll()
    else this.#plans.forget(exact)
  }

  readonly #decideKeepAlive = (): void => {
    this.#keepAlive.want(this.#endpoints.size > 0 || this.#correlation.pending > 0)
  }

  #release(): void {
    this.#submission.flush()
    this.#attachment.detach()
    this.#plans.forgetAll()
    this.#endpoints.clear()
    this.#keepAlive.end()
    this.#onClosed()
  }
}

function asFunction(handler: Handler): HandlerFunction {
  if (typeof handler === 'function') return handler
  if (typeof handler === 'object' && handler !== null && typeof handler.handle === 'function') {
    return (payload, message) => handler.handle(payload, message)
  }
  throw invalidHandler(handler)
}
