/** The endpoints of this thread: how they come, how they go, and who they are. */
import type { HandlerFunction } from '../contract/handlers.js'
import type { Message } from '../contract/messages.js'
import type { Pattern } from '../contract/patterns.js'
import type { EndpointStats } from '../contract/stats.js'
import type { CoreAttachment, Reception, Standing } from '../core/core.js'
import { LANE_LOW } from '../core/native/layout.js'
import type { Answering } from '../delivery/answering.js'
import { excuseCaller } from '../delivery/caller.js'
import { asCurrent } from '../delivery/current-request.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import { Endpoint } from '../delivery/endpoint.js'
import { type BlindHandler, takesPayloadOnly } from '../delivery/front.js'
import { ReceivedMessage } from '../delivery/message.js'
import type { Outcomes } from '../delivery/outcomes.js'
import { invalidPattern } from '../errors.js'
import type { Clock } from '../link/clock.js'
import type { Plan } from '../link/plan.js'
import type { PlanCache } from '../link/plan-cache.js'
import type { Timers } from '../link/timers.js'
import { firstStanding, Guard } from '../operate/guard.js'
import type { ReceiverRows } from '../operate/metrics/receiver-rows.js'
import type { Channels } from '../operate/tracing/channels.js'
import type { Receiver, Tracker } from '../operate/tracing/tracker.js'
import type { EndpointSettings } from '../options/receive.js'
import type { TopicDefaults } from '../options/topic.js'
import type { Barriers } from './barriers.js'
import type { Directories } from './directory.js'
import type { Events } from './events.js'
import type { Interceptors } from './interceptors.js'
import type { Pauses } from './pauses.js'
import { Totals } from './totals.js'

/** The parts of an attachment that endpoints have to do with. */
export interface ReceiversParts {
  readonly attachment: CoreAttachment
  readonly plans: PlanCache<Endpoint>
  readonly addresses: PlanCache<Endpoint>
  readonly directories: Directories
  readonly barriers: Barriers
  readonly pauses: Pauses
  readonly dispatcher: Dispatcher
  readonly events: Events
  readonly outcomes: Outcomes
  readonly interceptors: Interceptors
  readonly timers: Timers
  readonly clock: Clock
  readonly defaultsOf: (topic: string) => TopicDefaults
  /** Hands over what has been said of deliveries, so that the core does not move what is settled. */
  readonly handOver: () => void
  readonly channels: Channels
  readonly tracker: Tracker
  /** Whether handlers run in the asynchronous context of whoever sent the message in this thread. */
  readonly asyncContext: boolean
  /** Whether a request may inherit from the one inside whose handler it is made. */
  readonly inherits: boolean
  /** Undefined where nobody measures. */
  readonly metrics: ReceiverRows | undefined
  /** Called when there is one more or one less. */
  readonly onChange: () => void
}

/** The endpoints of one attachment. */
export class Receivers {
  readonly endpoints: Map<number, Endpoint>
  readonly #parts: ReceiversParts
  /** Of the endpoints whose pattern means one topic alone: their coming and going concerns no other topic. */
  readonly #exactTopics = new Map<number, string>()
  readonly #guards = new Map<number, Guard>()
  readonly #totals = new Totals()
  #isClosing = false
  /** Of the topic of the message that came last. */
  #recent: Plan<Endpoint> | undefined
  /** The cache's changes when that was looked up: a plan that the cache has let go of is not told of later ones. */
  #changes = -1

  /** @param endpoints - where those of this thread are to be found by id */
  constructor(endpoints: Map<number, Endpoint>, parts: ReceiversParts) {
    this.endpoints = endpoints
    this.#parts = parts
  }

  /** Registers an endpoint; throws `ERR_BUS_INVALID_PATTERN`, `ERR_BUS_NAME_TAKEN`, `ERR_BUS_CLOSED`. */
  add(pattern: Pattern, run: HandlerFunction, settings: EndpointSettings, isHandler: boolean): Endpoint {
    if (!isPattern(pattern)) throw invalidPattern(pattern)
    const { attachment, addresses, dispatcher, outcomes, timers, clock, defaultsOf, metrics, handOver } =
      this.#parts
    const { asyncContext } = this.#parts
    const called = isHandler && this.#parts.inherits ? asCurrent(run) : run
    const { guarantee, replay } = settings
    const held = guarantee === 'at-least-once' || guarantee === 'exactly-once'
    const standing = firstStanding(settings, isHandler, held)
    const registered = attachment.register(pattern, receptionOf(settings, isHandler, held, standing))
    const { endpoint: id, exact, replaced } = registered
    const guard = standing === undefined ? undefined : this.#guardOf(id, settings, isHandler, held)
    const endpoint = new Endpoint({
      id,
      pattern,
      handler: this.#around(called, id, pattern, settings),
      bare: isHandler || asyncContext ? undefined : called,
      answering: isHandler && !asyncContext ? answeringOf(called, run) : undefined,
      settings,
      dispatcher,
      outcomes,
      timers,
      now: clock.lastingMs,
      isWatched: this.#isWatched,
      paramsOf: hasGroups(pattern) ? (topic: string) => attachment.captures(id, topic) : undefined,
      defaultsOf,
      gate: guard,
      onOnce: (one) => void this.remove(one),
      isHandler,
      metersOf: metrics?.metersOf(id, isHandler, pattern, settings.name),
    })
    metrics?.joined(endpoint, isHandler)
    this.endpoints.set(id, endpoint)
    if (exact !== undefined) this.#exactTopics.set(id, exact)
    this.routesChanged(exact)
    addresses.forgetAll()
    // That its receiver finishes what it has is seen to when the core tells its thread, also if that is this one.
    if (replaced !== undefined) this.routesChanged(undefined)
    this.#parts.onChange()
    if (replay !== undefined) {
      // What this thread has published before is to be among it.
      handOver()
      attachment.replay(id)
    }
    if (guard !== undefined) {
      this.#guards.set(id, guard)
      guard.watch(endpoint)
    }
    return endpoint
  }

  /** Whether nothing sees what handlers receive but they themselves. */
  get areBare(): boolean {
    const { channels, interceptors } = this.#parts
    return !channels.seesHandle() && !interceptors.seesReceived
  }

  readonly #isWatched = (): boolean => !this.areBare

  /** Takes an endpoint away at once: from now on nothing is delivered to it. */
  readonly remove = (endpoint: Endpoint): Promise<void> => {
    const { id } = endpoint
    const { attachment, addresses, handOver } = this.#parts
    const isBusy = !endpoint.isIdle
    // What runs may still settle its message, and ask for the named groups of it.
    handOver()
    if (isBusy) attachment.withdraw(id)
    else attachment.unregister(id)
    this.endpoints.delete(id)
    this.routesChanged(this.#exactTopics.get(id))
    addresses.forgetAll()
    this.#exactTopics.delete(id)
    const guard = this.#guards.get(id)
    guard?.drain()
    endpoint.remove()
    this.#left(endpoint)
    this.#parts.onChange()
    const idle = endpoint.idle()
    if (guard !== undefined) void idle.then(() => this.#dismiss(id, guard))
    if (isBusy) {
      void idle.then(() => {
        handOver()
        attachment.unregister(id)
      })
    }
    // A handler that ends its own endpoint would wait for itself.
    excuseCaller([endpoint])
    return endpoint.drained()
  }

  /** An endpoint lost its name to another: it finishes what it was sent before its senders knew. */
  replaced(id: number): void {
    const endpoint = this.endpoints.get(id)
    if (endpoint === undefined) return
    this.routesChanged(undefined)
    void this.#retire(endpoint)
  }

  /** Nothing is registered any more, and the table does not know those that are. */
  close(): void {
    this.#isClosing = true
    for (const guard of this.#guards.values()) guard.drain()
  }

  /** The bus has left this thread: nothing is sent to anybody here any more, and whoever still runs is on its own. */
  end(): void {
    for (const endpoint of this.endpoints.values()) this.#left(endpoint)
    for (const [id, guard] of this.#guards) this.#dismiss(id, guard)
    this.endpoints.clear()
  }

  /** How many endpoints there are, with those that are ending. */
  get count(): number {
    return this.endpoints.size + this.#totals.leaving
  }

  /** What became of the messages of all endpoints that there ever were. */
  totals(): EndpointStats {
    return this.#totals.with(this.endpoints.values())
  }

  /** This thread's subscriptions for a topic that another thread has published to. */
  receiversOf(topic: string): readonly Endpoint[] {
    const { plans, attachment } = this.#parts
    if (!this.#isClosing) {
      // One message after the other is of the same topic, as a rule.
      const recent = this.#recent
      if (recent?.topic === topic && this.#changes === plans.changes) return recent.shared
      this.#recent = plans.get(topic)
      this.#changes = plans.changes
      return this.#recent.shared
    }
    const ids = attachment.withdrawn(topic)
    const endpoints = ids
      .map((id) => this.endpoints.get(id))
      .filter((endpoint) => endpoint !== undefined)
      .filter(({ settings }) => !settings.threadOnly)
    return endpoints.sort((a, b) => b.settings.priority - a.settings.priority)
  }

  /** The receivers of a topic changed, or those of any. */
  routesChanged(topic: string | undefined): void {
    const { plans, addresses, directories } = this.#parts
    if (topic === undefined) {
      plans.forgetAll()
      addresses.forgetAll()
    } else {
      plans.forget(topic)
      addresses.forget(topic)
    }
    directories.changed()
    this.#parts.pauses.routesChanged(topic)
  }

  /** Resolves when every other thread routes by what this one has registered so far. */
  readonly seenEverywhere = (): Promise<void> => this.#parts.barriers.raise()

  /** What watches over an endpoint. */
  guardOf({ id }: Endpoint): Guard | undefined {
    return this.#guards.get(id)
  }

  /** All that watch over an endpoint of this thread. */
  get guards(): Iterable<Guard> {
    return this.#guards.values()
  }

  #guardOf(endpoint: number, settings: EndpointSettings, isHandler: boolean, isHeld: boolean): Guard {
    const { attachment, clock, events, timers } = this.#parts
    const parts = { settings, isHandler, isHeld, timers, now: clock.lastingMs, random: Math.random }
    const label = { endpoint, ...(settings.name !== undefined && { name: settings.name }) }
    return new Guard(parts, {
      stands: (word, isOut, leaseMs) => {
        if (!attachment.setStanding(endpoint, word, isOut, leaseMs)) return
        this.routesChanged(this.#exactTopics.get(endpoint))
        this.#parts.addresses.forgetAll()
      },
      health: (from, to, reason) => events.health({ ...label, from, to, reason }),
      circuit: (from, to, forMs) =>
        events.circuit({ ...label, from, to, ...(forMs !== undefined && { forMs }) }),
    })
  }

  #dismiss(endpoint: number, guard: Guard): void {
    this.#guards.delete(endpoint)
    guard.leave()
  }

  /** The handler with what is put around it, told of where somebody listens. */
  #around(
    given: HandlerFunction,
    endpoint: number,
    pattern: Pattern,
    settings: EndpointSettings,
  ): HandlerFunction {
    const { channels, interceptors, asyncContext, tracker } = this.#parts
    const { name, batch } = settings
    const self = { id: endpoint, pattern, settings }
    const isBatch = batch !== undefined
    const run = asyncContext && !isBatch ? inItsContext(given) : given
    const intercepted = interceptors.around(run, isBatch)
    const told: HandlerFunction = (payload, received) => {
      const messages = isBatch ? (received as unknown as readonly Message[]) : [received]
      const message = messages[0] ?? received
      const handled = { endpoint, pattern: String(pattern), name, message, messages }
      return channels.handle(handled, () => intercepted(payload, received))
    }
    return (payload, received) => {
      if (tracker.isOn) trackStart(tracker, self, received)
      if (channels.seesHandle()) return told(payload, received)
      return interceptors.seesReceived ? intercepted(payload, received) : run(payload, received)
    }
  }

  /** It takes nothing more; what it still has counts when it has finished. */
  #left(endpoint: Endpoint): void {
    this.#totals.left(endpoint)
    const { metrics } = this.#parts
    if (metrics !== undefined) void endpoint.idle().then(() => metrics.left(endpoint))
  }

  async #retire(endpoint: Endpoint): Promise<void> {
    const { barriers, attachment, handOver, onChange } = this.#parts
    const guard = this.#guards.get(endpoint.id)
    guard?.drain()
    // Until every thread sends to its successor, and what they sent before that has arrived.
    await barriers.raise()
    await barriers.reach(LANE_LOW)
    await endpoint.idle()
    if (guard !== undefined) this.#dismiss(endpoint.id, guard)
    handOver()
    attachment.unregister(endpoint.id)
    this.endpoints.delete(endpoint.id)
    this.#exactTopics.delete(endpoint.id)
    this.#left(endpoint)
    onChange()
  }
}

/** What answers a request directly; `run` is the handler without what says which request it is called for. */
function answeringOf(handler: HandlerFunction, run: HandlerFunction): Answering {
  return { handler, blind: takesPayloadOnly(run) ? (run as BlindHandler) : undefined }
}

/** What the core is to know of an endpoint: by name, because to spread the settings costs as much as to register it. */
function receptionOf(
  settings: EndpointSettings,
  isHandler: boolean,
  held: boolean,
  standing: Standing | undefined,
): Reception {
  const { priority, weight, name, replace, service, pool, metadata, threadOnly, dedupe } = settings
  return {
    isHandler,
    priority,
    weight,
    name,
    replace,
    service,
    pool,
    metadata,
    threadOnly,
    held,
    dedupe,
    standing,
  }
}

/** @param received - the message, or those of a batch */
function trackStart(tracker: Tracker, endpoint: Receiver, received: Message | readonly Message[]): void {
  const messages = Array.isArray(received) ? received : [received]
  for (const message of messages) {
    if (!(message instanceof ReceivedMessage)) continue
    const { attempt } = message
    tracker.at(endpoint, message, 'started', attempt > 1 ? `attempt ${attempt}` : undefined)
  }
}

/** A handler that runs in the context that its message was sent in. */
function inItsContext(handler: HandlerFunction): HandlerFunction {
  return (payload, message) => {
    const context = message instanceof ReceivedMessage ? ReceivedMessage.contextOf(message) : undefined
    if (context === undefined) return handler(payload, message)
    return context.runInAsyncScope(handler, undefined, payload, message)
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
