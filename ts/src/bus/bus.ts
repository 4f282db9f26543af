/** One thread's connection to a bus: puts the parts together, and gives each verb to the part that does it. */
import type { Address } from '../contract/addresses.js'
import type { Directory, DirectoryFilter } from '../contract/directory.js'
import type { BusEvents } from '../contract/events.js'
import type { Explanation } from '../contract/explanation.js'
import type { Handler, HandlerFunction } from '../contract/handlers.js'
import type {
  CloseOptions,
  PublishOptions,
  ReceiveOptions,
  RequestOptions,
  SendOptions,
  SubscribeOptions,
} from '../contract/options.js'
import type { Pattern } from '../contract/patterns.js'
import type { CloseReport, Receipt } from '../contract/receipts.js'
import type { Core, CoreAttachment } from '../core/core.js'
import { LANE_LOW } from '../core/native/layout.js'
import { Dispatcher } from '../delivery/dispatcher.js'
import { Endpoint } from '../delivery/endpoint.js'
import { type Origin, ReceivedMessage } from '../delivery/message.js'
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
import { directoryFilter } from '../options/directory.js'
import { type BusSettings, canonical, fromCanonical } from '../options/open.js'
import { type EndpointSettings, handlerSettings, subscriptionSettings } from '../options/receive.js'
import { type RequestSettings, requestDefaults, requestSettings } from '../options/request.js'
import {
  type PublishSettings,
  publishDefaults,
  publishSettings,
  type SendSettings,
  sendDefaults,
  sendSettings,
} from '../options/send.js'
import { topicOf } from './address.js'
import { Answers } from './answers.js'
import { Arrivals } from './arrivals.js'
import { Barriers } from './barriers.js'
import { close } from './closing.js'
import { Directories } from './directory.js'
import { Events } from './events.js'
import { explain } from './explain.js'
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
  readonly #addresses: PlanCache<Endpoint>
  readonly #directories: Directories
  readonly #publishDefaults: PublishSettings
  readonly #sendDefaults: SendSettings
  readonly #requestDefaults: RequestSettings
  readonly #hop: Hop
  readonly #clock: Clock
  readonly #answers: Answers
  readonly #requests: Requests
  readonly #barriers: Barriers
  readonly #correlation: Correlation
  readonly #dispatcher = new Dispatcher()
  readonly #endpoints = new Map<number, Endpoint>()
  /** Of the endpoints whose pattern means one topic alone: their coming and going concerns no other topic. */
  readonly #exactTopics = new Map<number, string>()
  readonly #keepAlive = new KeepAlive()
  readonly #onClosed: () => void
  /** Of all events of this thread. */
  readonly #origin: Origin
  #sequence = 0
  #closing: Promise<CloseReport> | undefined

  /** @param onClosed - called when the bus has left this thread */
  constructor(core: Core, name: string, settings: BusSettings, asked: boolean, onClosed: () => void) {
    this.name = name
    this.#onClosed = onClosed
    const options = canonical(settings)
    const attachment = core.attach(name, options, settings.matchCacheTopics, asked, () => completion.drain())
    this.settings = fromCanonical(attachment.options)
    const events = new Events()
    const submission = new Submission(attachment)
    const correlation = new Correlation(this.#decideKeepAlive)
    const deadlines = new Deadlines(submission, correlation, this.#decideKeepAlive)
    const localOf = (id: number): Endpoint | undefined => this.#endpoints.get(id)
    const plans = new PlanCache(attachment, localOf, this.settings.planCacheTopics, false)
    const addresses = new PlanCache(attachment, localOf, this.settings.planCacheTopics, true)
    const hop = new Hop(submission, this.settings.maxMessageBytes)
    const clock = new Clock(attachment)
    const dispatcher = this.#dispatcher
    const answers = new Answers(name, attachment.id, correlation, hop, events)
    const barriers = new Barriers(attachment, hop)
    const sending = {
      attachment: attachment.id,
      addresses,
      plans,
      correlation,
      deadlines,
      dispatcher,
      hop,
      clock,
    }
    const requests = new Requests(sending)
    const endpoints = this.#endpoints
    const receiversOf = this.#receiversOf
    const arriving = {
      attachment,
      correlation,
      dispatcher,
      hop,
      clock,
      answers,
      requests,
      barriers,
      endpoints,
    }
    const parts = { ...arriving, receiversOf, routesChanged: this.#routesChanged, replaced: this.#replaced }
    const completion = new Completion(attachment, new Arrivals(parts).receive)

    this.events = events
    this.#attachment = attachment
    this.#origin = { sender: attachment.id, slot: 0, generation: 0, dueMs: 0 }
    this.#submission = submission
    this.#plans = plans
    this.#addresses = addresses
    this.#directories = new Directories(attachment)
    this.#publishDefaults = publishDefaults(this.settings)
    this.#sendDefaults = sendDefaults(this.settings)
    this.#requestDefaults = requestDefaults(this.settings)
    this.#hop = hop
    this.#clock = clock
    this.#answers = answers
    this.#requests = requests
    this.#barriers = barriers
    this.#correlation = correlation
    // From here on we count as asleep, and are woken by whatever comes.
    completion.drain()
  }

  subscribe(pattern: Pattern, handler: Handler, options?: SubscribeOptions): SubscriptionPlace {
    const complete = (): EndpointSettings => subscriptionSettings(options, this.settings.defaults)
    const endpoint = this.#register(pattern, handler, complete, false)
    return new SubscriptionPlace(endpoint, this.#remove, this.#seenEverywhere)
  }

  handle(pattern: Pattern, handler: Handler, options?: ReceiveOptions): RegistrationPlace {
    const complete = (): EndpointSettings => handlerSettings(options, this.settings.defaults)
    const endpoint = this.#register(pattern, handler, complete, true)
    return new RegistrationPlace(endpoint, this.#remove, this.#seenEverywhere)
  }

  publish(topic: string, payload: unknown, options?: PublishOptions): number {
    return this.#publish(this.#plans.get(topic), payload, options)
  }

  publisher(topic: string): BoundPublisher<unknown> {
    return new BoundPublisher(this.#plans.get(topic), this.#plans, this.#publish)
  }

  async send(target: string | Address, payload: unknown, options?: SendOptions): Promise<Receipt> {
    const settings = sendSettings(options, this.#sendDefaults)
    return (await this.#requests.send('notification', target, payload, settings)) as Receipt
  }

  async request(target: string | Address, payload: unknown, options?: RequestOptions): Promise<unknown> {
    const settings = requestSettings(options, this.#requestDefaults)
    return this.#requests.send('request', target, payload, settings)
  }

  explain(target: string | Address): Explanation {
    const topic = topicOf(target)
    // For the check of the topic, which is the same as that of a message.
    if (topic === target) this.#plans.get(topic)
    return explain(this.#attachment, topic, this.settings.balance)
  }

  directory(filter?: DirectoryFilter): Directory {
    const checked = directoryFilter(filter)
    // As above: a wildcard is no topic, and a directory of nobody would not say so.
    if (checked.topic !== undefined) this.#plans.get(checked.topic)
    return this.#directories.open(checked)
  }

  close(options?: CloseOptions): Promise<CloseReport> {
    const limitMs = closeTimeoutMs(options)
    this.#closing ??= close(
      {
        attachment: this.#attachment,
        barriers: this.#barriers,
        endpoints: this.#endpoints,
        forgetPlans: () => this.#routesChanged(undefined),
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
    pattern: Pattern,
    handler: Handler,
    complete: () => EndpointSettings,
    isHandler: boolean,
  ): Endpoint {
    if (!isPattern(pattern)) throw invalidPattern(pattern)
    const run = asFunction(handler)
    const settings = complete()
    if (this.#closing !== undefined) throw closed(this.name)
    const { endpoint: id, exact, replaced } = this.#attachment.register(pattern, { ...settings, isHandler })
    const now = (): number => this.#clock.nowMs()
    const paramsOf = hasGroups(pattern) ? (topic: string) => this.#attachment.captures(id, topic) : undefined
    const endpoint = new Endpoint(id, pattern, run, settings, this.#dispatcher, this.#answers, now, paramsOf)
    this.#endpoints.set(id, endpoint)
    if (exact !== undefined) this.#exactTopics.set(id, exact)
    this.#routesChanged(exact)
    this.#addresses.forgetAll()
    // That its receiver finishes what it has is seen to when the core tells its thread, also if that is this one.
    if (replaced !== undefined) this.#routesChanged(undefined)
    this.#decideKeepAlive()
    return endpoint
  }

  /** Takes an endpoint away at once: from now on nothing is delivered to it. */
  readonly #remove = (endpoint: Endpoint): Promise<void> => {
    const { id } = endpoint
    // What runs may still ask for the named groups of its message.
    const isAsked = hasGroups(endpoint.pattern) && !endpoint.isIdle
    if (isAsked) this.#attachment.withdraw(id)
    else this.#attachment.unregister(id)
    this.#endpoints.delete(id)
    this.#routesChanged(this.#exactTopics.get(id))
    this.#addresses.forgetAll()
    this.#exactTopics.delete(id)
    endpoint.remove()
    this.#decideKeepAlive()
    const idle = endpoint.idle()
    if (isAsked) void idle.then(() => this.#attachment.unregister(id))
    return idle
  }

  readonly #publish = (
    plan: Plan<Endpoint>,
    payload: unknown,
    options: PublishOptions | undefined,
  ): number => {
    const { envelope } = publishSettings(options, this.#publishDefaults)
    const sequence = ++this.#sequence
    const { topic, locals, remotes, matched } = plan
    // First the other threads: a payload that cannot travel is refused before anybody has received it.
    if (remotes.length > 0) this.#hop.event(remotes, topic, payload, envelope, sequence)
    if (locals.length > 0) {
      const message = new ReceivedMessage(topic, payload, 'event', this.#origin, sequence, envelope, 0)
      this.#dispatcher.dispatch(locals, message)
    }
    return matched
  }

  /** This thread's subscriptions for a topic that another thread has published to. */
  readonly #receiversOf = (topic: string): readonly Endpoint[] => {
    if (this.#closing === undefined) return this.#plans.get(topic).locals
    const ids = this.#attachment.withdrawn(topic)
    const endpoints = ids.map((id) => this.#endpoints.get(id)).filter((endpoint) => endpoint !== undefined)
    return endpoints.sort((a, b) => b.settings.priority - a.settings.priority)
  }

  /** The receivers of a topic changed, or those of any. */
  readonly #routesChanged = (topic: string | undefined): void => {
    if (topic === undefined) {
      this.#plans.forgetAll()
      this.#addresses.forgetAll()
    } else {
      this.#plans.forget(topic)
      this.#addresses.forget(topic)
    }
    this.#directories.changed()
  }

  /** An endpoint of this thread lost its name to another: it finishes what it was sent before its senders knew. */
  readonly #replaced = (id: number): void => {
    const endpoint = this.#endpoints.get(id)
    if (endpoint === undefined) return
    this.#routesChanged(undefined)
    void this.#retire(endpoint)
  }

  async #retire(endpoint: Endpoint): Promise<void> {
    // Until every thread sends to its successor, and what they sent before that has arrived.
    await this.#barriers.raise()
    await this.#barriers.reach(LANE_LOW)
    await endpoint.idle()
    this.#attachment.unregister(endpoint.id)
    this.#endpoints.delete(endpoint.id)
    this.#exactTopics.delete(endpoint.id)
    this.#decideKeepAlive()
  }

  /** Resolves when every other thread routes by what this one has registered so far. */
  readonly #seenEverywhere = (): Promise<void> => this.#barriers.raise()

  readonly #decideKeepAlive = (): void => {
    this.#keepAlive.want(this.#endpoints.size > 0 || this.#correlation.pending > 0)
  }

  #release(): void {
    this.#submission.flush()
    this.#directories.close()
    this.#barriers.end()
    this.#attachment.detach()
    this.#routesChanged(undefined)
    this.#endpoints.clear()
    this.#keepAlive.end()
    this.#onClosed()
  }
}

/** Whether it is a pattern, as far as can be told here. A lone surrogate would become another text on the way to the core. */
function isPattern(pattern: unknown): pattern is Pattern {
  return typeof pattern === 'string'
    ? pattern.isWellFormed()
    : pattern instanceof RegExp && pattern.source.isWellFormed()
}

/** Whether a pattern may have named groups; asking the core for those of one that has none is harmless. */
function hasGroups(pattern: Pattern): boolean {
  return pattern instanceof RegExp && pattern.source.includes('(?<')
}

function asFunction(handler: Handler): HandlerFunction {
  if (typeof handler === 'function') return handler
  if (typeof handler === 'object' && handler !== null && typeof handler.handle === 'function') {
    return (payload, message) => handler.handle(payload, message)
  }
  throw invalidHandler(handler)
}
