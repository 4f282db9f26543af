/** Requests and notifications: to one handler, with an answer to wait for. */
import type { Address } from '../contract/addresses.js'
import * as layout from '../core/native/layout.js'
import type { Dispatcher } from '../delivery/dispatcher.js'
import type { Endpoint } from '../delivery/endpoint.js'
import { ReceivedMessage } from '../delivery/message.js'
import { closed, handlerGone, noHandler, timedOut } from '../errors.js'
import { Balancers } from '../link/balance/balancers.js'
import type { Clock } from '../link/clock.js'
import type { Correlation, Waiter } from '../link/correlation.js'
import type { Deadlines } from '../link/deadlines.js'
import type { Hop } from '../link/hop.js'
import type { PlanCache } from '../link/plan-cache.js'
import type { RoutedSettings } from '../options/send.js'
import { topicOf } from './address.js'

/** The parts of an attachment that a request passes through. */
export interface RequestParts {
  readonly attachment: number
  /** By the topics that addresses stand for. */
  readonly addresses: PlanCache<Endpoint>
  /** By all other topics. */
  readonly plans: PlanCache<Endpoint>
  readonly correlation: Correlation
  readonly deadlines: Deadlines
  readonly dispatcher: Dispatcher
  readonly hop: Hop
  readonly clock: Clock
}

/** Sends requests and notifications, and ends those that nobody will answer. */
export class Requests {
  readonly #parts: RequestParts
  readonly #balancers = new Balancers()

  constructor(parts: RequestParts) {
    this.#parts = parts
  }

  /** Sends to one handler of a topic or an address; resolves to its answer. Never throws: what is wrong is a rejection. */
  send(
    kind: 'request' | 'notification',
    target: string | Address,
    payload: unknown,
    settings: RoutedSettings,
  ): Promise<unknown> {
    return new Promise((fulfil, reject) => {
      const { attachment, addresses, plans, correlation, deadlines, dispatcher, hop, clock } = this.#parts
      const { envelope, timeoutMs, balance, key } = settings
      const topic = topicOf(target)
      const plan = topic === target ? plans.get(topic) : addresses.get(topic)
      const handler = plan.choose(balance, { key, pendingOf: this.#pendingOf }, this.#balancers)
      if (handler === undefined) throw noHandler(topic)
      const { endpoint, local } = handler
      const isNotification = kind === 'notification'
      const thread = handler.attachment
      const slot = correlation.open({
        topic,
        timeoutMs,
        isNotification,
        endpoint,
        attachment: thread,
        fulfil,
        reject,
      })
      const generation = correlation.generation(slot)
      const dueMs = clock.nowMs() + timeoutMs
      try {
        if (local === undefined) {
          const frameKind = isNotification ? layout.KIND_NOTIFICATION : layout.KIND_REQUEST
          hop.toEndpoint(frameKind, thread, endpoint, { slot, generation }, topic, payload, envelope, dueMs)
        } else {
          const origin = { sender: attachment, slot, generation, dueMs, clock }
          dispatcher.dispatch([local], new ReceivedMessage(topic, payload, kind, origin, 0, envelope, 0))
        }
      } catch (error) {
        correlation.close(slot, generation)
        throw error
      }
      if (correlation.isOpen(slot, generation)) deadlines.arm(slot, generation, dueMs)
    })
  }

  /** The deadline of that use of a slot has passed. */
  expired(slot: number, generation: number): void {
    const waiter = this.#parts.correlation.close(slot, generation)
    waiter?.reject(timedOut(waiter.topic, waiter.timeoutMs, waiter.endpoint))
  }

  /** An attachment has left: it will answer nothing. */
  attachmentGone(attachment: number): void {
    for (const waiter of this.#close((one) => one.attachment === attachment)) {
      waiter.reject(handlerGone(waiter.topic, waiter.endpoint))
    }
  }

  /** The bus is closed in this thread; returns how many requests that ends. */
  closeAll(bus: string): number {
    const waiters = this.#close(() => true)
    for (const { topic, endpoint, reject } of waiters) reject(closed(bus, { topic, endpoint }))
    return waiters.length
  }

  readonly #pendingOf = (endpoint: number): number => this.#parts.correlation.pendingOf(endpoint)

  #close(chosen: (waiter: Waiter) => boolean): Waiter[] {
    return this.#parts.correlation.closeWhere(chosen)
  }
}
