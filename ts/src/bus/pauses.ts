/**
 * What a request waits for while no handler has it: the next attempt, or somebody who handles its topic. Each wait is a
 * slot like that of an answer, so it ends in the same ways: at its time, by an abort, or with the bus.
 */
import { aborted } from '../errors.js'
import type { Correlation, Waiter } from '../link/correlation.js'
import type { Deadlines } from '../link/deadlines.js'
import type { AbortSignals } from './abort-signals.js'
import { hangOn, type Terms } from './terms.js'

/** Whether anybody handles a topic; it may throw, like any look-up. */
type HasHandler = (topic: string) => boolean

/** The waits of one attachment. */
export class Pauses {
  readonly #correlation: Correlation
  readonly #deadlines: Deadlines
  readonly #signals: AbortSignals
  readonly #hasHandler: HasHandler
  /** Who waits for a handler, by topic. */
  readonly #awaited = new Map<string, Set<() => void>>()
  /** The topics to look at again; undefined when nobody is going to look. */
  #changed: Set<string> | undefined

  constructor(correlation: Correlation, deadlines: Deadlines, signals: AbortSignals, hasHandler: HasHandler) {
    this.#correlation = correlation
    this.#deadlines = deadlines
    this.#signals = signals
    this.#hasHandler = hasHandler
  }

  /** Waits until `untilMs` of the core's clock. */
  until(untilMs: number, topic: string, terms: Terms): Promise<void> {
    return this.#wait(untilMs, topic, terms, (wait) => ({ onExpiry: wait.fulfil }))
  }

  /**
   * Waits until somebody handles `topic`, at most `limitMs`.
   *
   * @param nobody - what it rejects with when nobody does, of how long it has waited
   */
  forHandler(
    topic: string,
    nowMs: number,
    limitMs: number,
    terms: Terms,
    nobody: (waitedMs: number) => Error,
  ): Promise<void> {
    const untilMs = Math.min(nowMs + limitMs, terms.dueMs)
    return this.#wait(untilMs, topic, terms, (wait) => {
      this.#await(topic, wait.wake)
      return {
        onExpiry: () => wait.reject(nobody(Math.ceil(untilMs - nowMs))),
        release: () => this.#forget(topic, wait.wake),
      }
    })
  }

  /** The receivers of a topic changed, or those of any: some of those who wait may go on. */
  routesChanged(topic: string | undefined): void {
    if (this.#awaited.size === 0) return
    if (this.#changed === undefined) {
      this.#changed = new Set()
      // Once for all changes of this moment, and when they are complete.
      queueMicrotask(this.#look)
    }
    for (const awaited of this.#awaited.keys()) {
      // An address stands for handlers of any topic.
      if (topic === undefined || topic === awaited || awaited.startsWith('$')) this.#changed.add(awaited)
    }
  }

  readonly #look = (): void => {
    const topics = this.#changed ?? []
    this.#changed = undefined
    for (const topic of topics) {
      const waiting = this.#awaited.get(topic)
      if (waiting !== undefined && this.#hasHandler(topic)) for (const wake of [...waiting]) wake()
    }
  }

  #await(topic: string, wake: () => void): void {
    const waiting = this.#awaited.get(topic)
    if (waiting === undefined) this.#awaited.set(topic, new Set([wake]))
    else waiting.add(wake)
  }

  #forget(topic: string, wake: () => void): void {
    const waiting = this.#awaited.get(topic)
    if (waiting?.delete(wake) === true && waiting.size === 0) this.#awaited.delete(topic)
  }

  #wait(untilMs: number, topic: string, terms: Terms, how: (wait: Wait) => How): Promise<void> {
    return new Promise((fulfil, reject) => {
      const wake = (): void => void this.#correlation.close(slot, generation)?.fulfil(undefined)
      const { onExpiry, release } = how({ fulfil, reject, wake })
      const { timeoutMs } = terms
      const waiter: Waiter = {
        ...NO_HANDLER_HAS_IT,
        topic,
        timeoutMs,
        onExpiry,
        fulfil: () => fulfil(),
        reject,
      }
      const slot = this.#correlation.open(waiter)
      const generation = this.#correlation.generation(slot)
      const cut = (reason: unknown): void => {
        this.#correlation.close(slot, generation)?.reject(aborted(topic, reason))
      }
      const letGo = hangOn(terms, this.#signals, { cut })
      waiter.release = () => {
        letGo?.()
        release?.()
      }
      this.#deadlines.arm(slot, generation, untilMs)
    })
  }
}

interface Wait {
  fulfil(): void
  reject(error: unknown): void
  /** Ends it early. */
  wake(): void
}

interface How {
  readonly onExpiry: () => void
  readonly release?: () => void
}

const NO_HANDLER_HAS_IT = { endpoint: 0, attachment: 0, deliveryNumber: 0, isNotification: false }
