/** What `subscribe()` and `handle()` return: a receiver's place on the bus. */
import type { Circuit, HealthState } from '../contract/health.js'
import type { Pattern } from '../contract/patterns.js'
import type { Registration, Subscription } from '../contract/receivers.js'
import type { EndpointStats } from '../contract/stats.js'
import type { Endpoint } from '../delivery/endpoint.js'
import type { Guard } from '../operate/guard.js'

/** Takes an endpoint off the bus; resolves when what it had started is finished. */
type Remove = (endpoint: Endpoint) => Promise<void>

/** A place on the bus, of either kind. */
class Place {
  readonly #endpoint: Endpoint
  readonly #remove: Remove
  readonly #seenEverywhere: () => Promise<void>
  readonly #guard: Guard | undefined
  #ready: Promise<void> | undefined
  #ended: Promise<void> | undefined

  /**
   * @param seenEverywhere - resolves when every other thread knows what was registered before
   * @param guard - what watches over it; undefined where nothing does
   */
  constructor(
    endpoint: Endpoint,
    remove: Remove,
    seenEverywhere: () => Promise<void>,
    guard: Guard | undefined,
  ) {
    this.#endpoint = endpoint
    this.#remove = remove
    this.#seenEverywhere = seenEverywhere
    this.#guard = guard
  }

  get id(): number {
    return this.#endpoint.id
  }

  get pattern(): Pattern {
    return this.#endpoint.pattern
  }

  get name(): string | undefined {
    return this.#endpoint.settings.name
  }

  get ready(): Promise<void> {
    // Asked for late it is no less true: what is seen by everybody now was registered before.
    this.#ready ??= this.#seenEverywhere()
    return this.#ready
  }

  get health(): HealthState {
    if (this.#guard !== undefined) return this.#guard.health
    if (!this.#endpoint.isRemoved) return 'healthy'
    return this.#endpoint.isIdle ? 'gone' : 'draining'
  }

  get circuit(): Circuit | undefined {
    return this.#guard?.circuit
  }

  get isPaused(): boolean {
    return this.#endpoint.isPaused
  }

  pause(): void {
    this.#endpoint.pause()
  }

  resume(): void {
    this.#endpoint.resume()
  }

  stats(): EndpointStats {
    return this.#endpoint.stats()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }

  protected end(): Promise<void> {
    this.#ended ??= this.#remove(this.#endpoint)
    return this.#ended
  }
}

/** A subscription. */
export class SubscriptionPlace extends Place implements Subscription {
  unsubscribe(): Promise<void> {
    return this.end()
  }
}

/** A registration. */
export class RegistrationPlace extends Place implements Registration {
  unregister(): Promise<void> {
    return this.end()
  }
}
