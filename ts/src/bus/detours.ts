/**
 * The ways around handlers that may say no: whose own circuit is open, or that of their caller. What a handler has refused
 * so has not begun, so another may be asked at once, and the caller notices nothing.
 */
import type { Address } from '../contract/addresses.js'
import type { HealthState } from '../contract/health.js'
import type { CoreAttachment, EndpointRecord } from '../core/core.js'
import * as layout from '../core/native/layout.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { type BusError, circuitOpen, isCircuitOpen, noHandler } from '../errors.js'
import type { Recipient } from '../link/plan.js'
import type { CallerCall, CallerCircuits } from '../operate/callers.js'
import { type Condition, conditionOf } from '../operate/standing.js'
import type { CircuitSettings } from '../options/circuit.js'
import type { RequestSettings } from '../options/request.js'
import { topicOf } from './address.js'
import type { Choice, ChoiceSettings } from './choice.js'

/** An endpoint that would receive a message, were it usable. */
export interface Unusable extends Recipient<Endpoint>, Condition {
  readonly isHandler: boolean
  /** Whether messages of this thread would go to it. */
  readonly isSeen: boolean
  readonly isSilent: boolean
}

/** Asks one handler; `call` is what a circuit of its caller counts, where there is one. */
type Ask = (handler: Recipient<Endpoint>, call: CallerCall | undefined) => Promise<unknown>

/** The detours of one attachment. */
export class Detours {
  readonly #attachment: CoreAttachment
  readonly #choice: Choice
  readonly #callers: CallerCircuits
  readonly #localOf: (endpoint: number) => Endpoint | undefined
  /** By plan: whatever outdates that, outdates this. */
  readonly #known = new WeakMap<object, readonly Unusable[]>()

  constructor(
    attachment: CoreAttachment,
    choice: Choice,
    callers: CallerCircuits,
    localOf: (endpoint: number) => Endpoint | undefined,
  ) {
    this.#attachment = attachment
    this.#choice = choice
    this.#callers = callers
    this.#localOf = localOf
  }

  /**
   * The handler of a request; undefined when there is none, throws `ERR_BUS_CIRCUIT_OPEN` when its caller has closed its
   * way to all.
   *
   * @param except - an endpoint that is passed over while there is another
   */
  of(target: string | Address, settings: RequestSettings, except = 0): Recipient<Endpoint> | undefined {
    const { circuit } = settings
    return circuit === undefined
      ? this.#choice.of(target, settings, except)
      : this.#allowed(target, settings, circuit, except)
  }

  #allowed(
    target: string | Address,
    settings: RequestSettings,
    circuit: CircuitSettings,
    except: number,
  ): Recipient<Endpoint> | undefined {
    const choice = this.#choice
    const allows = ({ endpoint }: Recipient<Endpoint>): boolean => this.#callers.allows(circuit, endpoint)
    const found =
      choice.among(target, settings, (one) => one.endpoint !== except && allows(one)) ??
      choice.among(target, settings, allows)
    if (found === undefined && choice.of(target, settings) !== undefined) throw circuitOpen(topicOf(target))
    return found
  }

  /**
   * Asks `handler`, and as long as one refuses because its circuit is open, the next one that was not asked.
   *
   * @param ask - where it resolves with the first item of a stream, it has to tell how that ends
   */
  async ask(
    target: string | Address,
    settings: RequestSettings,
    handler: Recipient<Endpoint>,
    ask: Ask,
    isStream: boolean,
  ): Promise<unknown> {
    const asked = new Set<number>()
    for (let one = handler; ; ) {
      asked.add(one.endpoint)
      try {
        return await this.#askOne(one, settings, ask, isStream)
      } catch (error) {
        if (!isCircuitOpen(error, one.endpoint)) throw error
        const { circuit } = settings
        const allows = (endpoint: number): boolean =>
          !asked.has(endpoint) && (circuit === undefined || this.#callers.allows(circuit, endpoint))
        const next = this.#choice.among(target, settings, ({ endpoint }) => allows(endpoint))
        if (next === undefined) throw error
        one = next
      }
    }
  }

  /** Whether a handler may have to be gone around. */
  isNeeded({ flags }: Recipient<Endpoint>, { circuit }: RequestSettings): boolean {
    return circuit !== undefined || (flags & layout.FLAG_GUARDED) !== 0
  }

  /** The error of a message that finds no handler, `afterMs` of waiting included. */
  nobody(target: string | Address, afterMs: number): BusError {
    const topic = topicOf(target)
    const handlers = this.#handlersOf(target)
    if (handlers.length > 0 && handlers.every(isOpenOnly)) return circuitOpen(topic)
    return noHandler(topic, afterMs, handlers.map(described).join('; '))
  }

  /** A handler whose circuit is open, and that takes what can wait until it is closed; undefined when there is none. */
  waiting(target: string | Address, settings: ChoiceSettings): Recipient<Endpoint> | undefined {
    return this.#choice.anyOf(this.#handlersOf(target).filter(isOpenOnly), settings)
  }

  /** Who would receive `topic`, or what is sent to an address; those of other threads that this one does not see, too. */
  unusable(topic: string): readonly Unusable[] {
    return this.#attachment.unusable(topic).map((record) => this.#recipientOf(record))
  }

  /** The handlers that are not usable; asked of the core once for each plan, because a flood may find nobody. */
  #handlersOf(target: string | Address): readonly Unusable[] {
    const plan = this.#choice.planOf(target)
    let handlers = this.#known.get(plan)
    if (handlers === undefined) {
      handlers = this.unusable(plan.topic).filter(({ isHandler, isSeen }) => isHandler && isSeen)
      this.#known.set(plan, handlers)
    }
    return handlers
  }

  async #askOne(
    handler: Recipient<Endpoint>,
    { circuit }: RequestSettings,
    ask: Ask,
    isStream: boolean,
  ): Promise<unknown> {
    if (circuit === undefined) return ask(handler, undefined)
    const call = this.#callers.begin(circuit, handler.endpoint)
    try {
      const answer = await ask(handler, call)
      if (!isStream) call.ended()
      return answer
    } catch (error) {
      call.ended(error)
      throw error
    }
  }

  #recipientOf(record: EndpointRecord): Unusable {
    const { endpoint, attachment, isHandler, threadOnly, held, dedupe, standing } = record
    const flags = (held ? layout.FLAG_HELD : 0) | (dedupe === undefined ? 0 : layout.FLAG_DEDUPED)
    return {
      endpoint,
      attachment,
      flags: flags | layout.FLAG_GUARDED,
      local: this.#localOf(endpoint),
      isHandler,
      isSeen: !threadOnly || attachment === this.#attachment.id,
      isSilent: standing?.isSilent ?? false,
      ...conditionOf(standing?.word ?? 0),
    }
  }
}

/** Whether nothing but its circuit keeps messages from it. */
function isOpenOnly({ health, circuit, isSilent }: Unusable): boolean {
  return !isSilent && isWell(health) && circuit !== undefined && circuit !== 'closed'
}

function isWell(health: HealthState): boolean {
  return health === 'healthy' || health === 'degraded'
}

function described(one: Unusable): string {
  return `endpoint ${one.endpoint}: ${whyUnusable(one)}`
}

/** What keeps messages from an endpoint. */
export function whyUnusable({
  health,
  circuit,
  isSilent,
}: Condition & { readonly isSilent: boolean }): string {
  if (isSilent) return 'its thread is stalled'
  if (!isWell(health)) return `it is ${health}`
  return circuit === 'half-open' ? 'its circuit is half-open, and has no room' : 'its circuit is open'
}
