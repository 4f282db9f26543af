/**
 * Watches over one endpoint: puts its circuit and its health together, has time pass for both, and tells all threads when
 * that changes whether it gets messages.
 *
 * An endpoint that is not usable leaves the routing table, so that others of its pool, or the next tier, get what would
 * have come. Two things are no use to anybody else, so they wait: what is queued already while a circuit is open, and what
 * is for a subscription, unless it is at most once and the subscription is unhealthy.
 */
import type { Circuit, CircuitState, HealthState } from '../contract/health.js'
import type { Gate, Gated, TryEnding } from '../delivery/gate.js'
import type { TimerId, Timers } from '../link/timers.js'
import type { EndpointSettings } from '../options/receive.js'
import { Breaker } from './breaker.js'
import { Checks } from './checks.js'
import { wordOf } from './standing.js'
import { Vitality } from './vitality.js'

/** What is told of an endpoint; nothing of it may throw. */
export interface GuardListener {
  /** How it is, and whether it gets messages; with `leaseMs` above 0 it will be said again within that time. */
  stands(word: number, isOut: boolean, leaseMs: number): void
  health(from: HealthState, to: HealthState, reason: string): void
  circuit(from: CircuitState, to: CircuitState, openMs: number | undefined): void
}

/** What a guard goes by. */
export interface GuardParts {
  readonly settings: EndpointSettings
  readonly isHandler: boolean
  /** Whether all of its messages are deliveries. */
  readonly isHeld: boolean
  readonly timers: Timers
  /** Milliseconds of the core's clock. */
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

/** How an endpoint begins; undefined where nothing watches over it. */
export function firstStanding(
  settings: EndpointSettings,
  isHandler: boolean,
  isHeld: boolean,
): { readonly word: number; readonly isOut: boolean; readonly isSilent: boolean } | undefined {
  const { health, circuit } = settings
  if (health === undefined && circuit === undefined) return undefined
  const isStarting = health?.check !== undefined
  const word = wordOf({
    health: isStarting ? 'starting' : 'healthy',
    circuit: circuit === undefined ? undefined : 'closed',
  })
  return { word, isOut: isStarting && (isHandler || !isHeld), isSilent: false }
}

const MAILBOX_FULL = 'its mailbox has been full for too long'

/** The guard; see the head of this file. */
export class Guard implements Gate, Circuit {
  readonly #parts: GuardParts
  readonly #listener: GuardListener
  readonly #vitality: Vitality
  readonly #breaker: Breaker | undefined
  readonly #checks: Checks | undefined
  #endpoint: Gated | undefined
  #wasShut: boolean
  #word: number
  #isOut: boolean
  #timer: TimerId | undefined
  #timerMs = Number.POSITIVE_INFINITY
  #tick: TimerId | undefined
  #fullSinceMs: number | undefined
  /** Whether that has been for too long; then it is so until the low mark. */
  #isFull = false
  #isDraining = false
  #isEnded = false

  constructor(parts: GuardParts, listener: GuardListener) {
    const { settings, timers, random, isHandler, isHeld } = parts
    const { health, circuit } = settings
    this.#parts = parts
    this.#listener = listener
    const first = firstStanding(settings, isHandler, isHeld)
    this.#word = first?.word ?? 0
    this.#isOut = first?.isOut ?? false
    this.#vitality = new Vitality(
      health ?? { failureThreshold: 1, successThreshold: 1 },
      health?.check !== undefined,
      (from, to, reason) => listener.health(from, to, reason),
    )
    if (health !== undefined) {
      this.#checks = new Checks(health, timers, (ending, reason) => {
        this.#vitality.checked(ending, reason)
        this.#settle()
      })
    }
    if (circuit !== undefined) {
      this.#breaker = new Breaker(circuit, random, (from, to) =>
        listener.circuit(from, to, this.#breaker?.openMs),
      )
    }
    this.#wasShut = this.room === 0
  }

  /** Begins to watch over `endpoint`, which has this as its gate. */
  watch(endpoint: Gated): void {
    this.#endpoint = endpoint
    if (this.#wasShut) endpoint.gateMoved()
    this.#checks?.begin()
    if (this.#parts.settings.health !== undefined) this.#renew()
  }

  get health(): HealthState {
    return this.#vitality.state
  }

  /** undefined: it has none. */
  get circuit(): Circuit | undefined {
    return this.#breaker === undefined ? undefined : this
  }

  get state(): CircuitState {
    return this.#breaker?.state ?? 'closed'
  }

  get room(): number {
    const { isHandler, isHeld } = this.#parts
    // What it has in hand is its own, and would only fail: it waits until the endpoint has recovered. A mailbox that is
    // full is no reason: it would stay so.
    if (!isHandler && isHeld && !this.#vitality.canWork && !this.#isDraining) return 0
    return this.#breaker?.room ?? Number.POSITIVE_INFINITY
  }

  get refusesRequests(): boolean {
    return this.#breaker?.room === 0
  }

  begin(): number {
    if (this.#breaker === undefined) return 0
    const call = this.#breaker.begin(this.#parts.now())
    this.#settle()
    return call
  }

  answers(call: number): void {
    this.#breaker?.answers(call, this.#parts.now())
    this.#settle()
  }

  end(call: number, how: TryEnding, error?: unknown): void {
    if (this.#breaker === undefined) return
    const counts = how === 'failed' && !this.#isFailure(error) ? 'succeeded' : how
    this.#breaker.end(call, counts, this.#parts.now())
    this.#settle()
  }

  open(): void {
    this.#breaker?.open()
    this.#settle()
  }

  close(): void {
    this.#breaker?.close(this.#parts.now())
    this.#settle()
  }

  /** The endpoint was unregistered: it takes nothing more, and is not watched any more. */
  drain(): void {
    this.#isDraining = true
    this.#checks?.end()
    if (this.#tick !== undefined) this.#parts.timers.cancel(this.#tick)
    this.#vitality.drain()
    this.#settle()
  }

  /** It has finished what it had started. */
  leave(): void {
    this.#isEnded = true
    if (this.#timer !== undefined) this.#parts.timers.cancel(this.#timer)
    this.#vitality.leave()
  }

  #isFailure(error: unknown): boolean {
    const isFailure = this.#parts.settings.circuit?.isFailure
    if (isFailure === undefined) return true
    try {
      return isFailure(error) !== false
    } catch {
      return true
    }
  }

  /** Something may have changed: sees to what follows. */
  #settle(): void {
    if (this.#isEnded) return
    this.#arm()
    this.#stand(0)
    const isShut = this.room === 0
    if (isShut === this.#wasShut) return
    this.#wasShut = isShut
    this.#endpoint?.gateMoved()
  }

  /** Tells all threads, where there is something to tell. */
  #stand(leaseMs: number): void {
    // It is on no table any more.
    if (this.#isDraining) return
    const { isHandler, isHeld } = this.#parts
    const breaker = this.#breaker
    const word = wordOf({ health: this.#vitality.state, circuit: breaker?.state })
    const isSick = !this.#vitality.isUsable && (isHandler || !isHeld)
    const isOut = isSick || (isHandler && breaker?.room === 0)
    if (leaseMs === 0 && word === this.#word && isOut === this.#isOut) return
    this.#word = word
    this.#isOut = isOut
    this.#listener.stands(word, isOut, leaseMs)
  }

  /** One timer for all: where it is too early, it is set again when it has fired. */
  #arm(): void {
    const dueMs = this.#breaker?.dueMs ?? Number.POSITIVE_INFINITY
    if (dueMs >= this.#timerMs) return
    const { timers, now } = this.#parts
    if (this.#timer !== undefined) timers.cancel(this.#timer)
    this.#timerMs = dueMs
    this.#timer = timers.after(Math.max(0, dueMs - now()), () => {
      this.#timer = undefined
      this.#timerMs = Number.POSITIVE_INFINITY
      this.#breaker?.advance(now())
      this.#settle()
    })
  }

  /** Looks at what can be seen from here, and says that this thread is there. */
  #renew(): void {
    const { settings, timers, now } = this.#parts
    const { health, capacity, lowWatermark } = settings
    if (health === undefined) return
    const { intervalMs, fullForMs, stalledForMs } = health
    const queued = this.#endpoint?.queued ?? 0
    if (queued >= capacity) this.#fullSinceMs ??= now()
    else if (!this.#isFull || queued <= lowWatermark) this.#fullSinceMs = undefined
    this.#isFull = fullForMs > 0 && this.#fullSinceMs !== undefined && now() - this.#fullSinceMs >= fullForMs
    this.#vitality.signal(MAILBOX_FULL, this.#isFull)
    if (stalledForMs > 0) this.#stand(intervalMs + stalledForMs)
    this.#settle()
    // Whoever was told may have taken it off the bus.
    if (this.#isDraining) return
    this.#tick = timers.after(intervalMs, () => this.#renew())
  }
}
