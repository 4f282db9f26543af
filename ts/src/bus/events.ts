/** The emitter of what a bus tells about itself. */
import { EventEmitter } from 'node:events'
import type { Letter } from '../codec/letter.js'
import type { DirectoryEndpoint } from '../contract/directory.js'
import type {
  AlertEvent,
  BusEventMap,
  CircuitEvent,
  CongestionEvent,
  FailureEvent,
  HealthEvent,
  UnroutedEvent,
} from '../contract/events.js'
import type { CloseReport } from '../contract/receipts.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { ReceivedMessage } from '../delivery/message.js'
import { overflowOf } from '../delivery/overflow.js'

/** How often an unheard failure is told, at most. */
const WARNING_INTERVAL_MS = 10_000
/** How often it is told that messages do not get through, at most. */
const TELLING_INTERVAL_MS = 1_000

/** What is counted, and told now and then. */
class Tally {
  count = 0
  #told = 0
  #nextMs = 0

  /** Counts one more; returns how many are to be told of now. */
  more(): number {
    this.count++
    const nowMs = performance.now()
    if (nowMs < this.#nextMs) return 0
    this.#nextMs = nowMs + TELLING_INTERVAL_MS
    const count = this.count - this.#told
    this.#told = this.count
    return count
  }
}

/** The emitter behind {@link BusEvents}. */
export class Events extends EventEmitter<BusEventMap> {
  readonly #bus: string
  #unheard = 0
  #nextWarningMs = 0
  readonly #unrouted = new Tally()
  readonly #congested = new Tally()
  readonly #overflows = new WeakMap<Endpoint, Tally>()

  constructor(bus: string) {
    super()
    this.#bus = bus
  }

  /**
   * Tells a failure. Where nobody listens, a process warning does, at most once in ten seconds; not so when somebody
   * else `isTold`, the caller of a request.
   */
  failure(failure: FailureEvent, isTold: boolean): void {
    if (this.#tell('failure', failure) || isTold) return
    this.#unheard++
    const nowMs = performance.now()
    if (nowMs < this.#nextWarningMs) return
    this.#nextWarningMs = nowMs + WARNING_INTERVAL_MS
    const { topic, error } = failure
    const others = this.#unheard === 1 ? '' : ` (${this.#unheard} failures so far)`
    const advice = "listen to bus.events 'failure' to hear of each"
    process.emitWarning(
      `bus '${this.#bus}': a receiver of '${topic}' failed: ${described(error)}${others}; ${advice}`,
      'BusbarWarning',
    )
  }

  /**
   * Tells that a full mailbox has not taken a message, or has thrown it out; of each endpoint once a second at most, with the
   * count of those since.
   */
  overflow(endpoint: Endpoint, message: ReceivedMessage): void {
    if (this.listenerCount('overflow') === 0) return
    const tally = this.#overflows.get(endpoint) ?? new Tally()
    this.#overflows.set(endpoint, tally)
    const count = tally.more()
    if (count === 0) return
    const { topic, id } = message
    const { name, capacity } = endpoint.settings
    const policy = overflowOf(endpoint.settings, message)
    const named = name !== undefined && { name }
    this.#tell('overflow', { topic, id, endpoint: endpoint.id, ...named, policy, capacity, count })
  }

  /** Tells that a mailbox has passed a mark. */
  watermark({ id: endpoint, settings: { name } }: Endpoint, level: 'high' | 'low', queued: number): void {
    this.#tell('watermark', { endpoint, ...(name !== undefined && { name }), level, queued })
  }

  /** Tells that a message was given up. */
  deadLetter({ key: _, lane: __, timestamp: ___, sender: ____, name, ...letter }: Letter): void {
    this.#tell('deadLetter', { ...letter, ...(name !== undefined && { name }) })
  }

  /** Tells that an endpoint is in another state of health. */
  health(health: HealthEvent): void {
    this.#tell('health', health)
  }

  /** Tells that a circuit has opened, half opened or closed. */
  circuit(circuit: CircuitEvent): void {
    this.#tell('circuit', circuit)
  }

  /** Tells that a rule is broken, or kept again. */
  alert(alert: AlertEvent): void {
    this.#tell('alert', alert)
  }

  /** Tells that an endpoint is there. */
  joined(endpoint: DirectoryEndpoint): void {
    this.#tell('joined', endpoint)
  }

  /** Tells that an endpoint is not there any more. */
  left(endpoint: DirectoryEndpoint): void {
    this.#tell('left', endpoint)
  }

  /** Tells that the bus has left this thread. */
  closed(report: CloseReport): void {
    this.#tell('closed', report)
  }

  /** Has `listening` called with the name of an event that somebody begins to listen to. */
  onListening(listening: (name: string | symbol) => void): void {
    // Node's own event, which is none of those of a bus.
    EventEmitter.prototype.on.call(this, 'newListener', listening)
  }

  /** How many messages nobody received. */
  get unroutedCount(): number {
    return this.#unrouted.count
  }

  /** Tells that nobody receives a message; once a second at most, with the count of those since. */
  unrouted(topic: string, kind: UnroutedEvent['kind']): void {
    this.#tellNow('unrouted', this.#unrouted, topic, kind)
  }

  /** How many messages had no room on their way. */
  get congestedCount(): number {
    return this.#congested.count
  }

  /** Tells that a message had no room on its way; once a second at most, with the count of those since. */
  congested(topic: string, kind: CongestionEvent['kind']): void {
    this.#tellNow('congestion', this.#congested, topic, kind)
  }

  #tellNow(name: 'unrouted' | 'congestion', tally: Tally, topic: string, kind: UnroutedEvent['kind']): void {
    if (this.listenerCount(name) === 0) {
      tally.count++
      return
    }
    const count = tally.more()
    if (count > 0) this.#tell(name, { topic, kind, count })
  }

  /** Emits, and returns whether anybody listens; a listener's failure is its own, and reaches nobody's code here. */
  #tell<Name extends keyof BusEventMap>(name: Name, value: BusEventMap[Name][0]): boolean {
    const listeners = this.rawListeners(name) as ((value: BusEventMap[Name][0]) => void)[]
    // One by one: what one of them throws is not to keep it from the others.
    for (const listener of listeners) {
      try {
        listener.call(this, value)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
    return listeners.length > 0
  }
}

/** What was thrown, which may be anything: even something that throws when it is looked at. */
function described(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  } catch {
    return 'something that cannot be shown'
  }
}
