/** The emitter of what a bus tells about itself. */
import { EventEmitter } from 'node:events'
import type { BusEventMap, FailureEvent } from '../contract/events.js'

/** How often an unheard failure is told, at most. */
const WARNING_INTERVAL_MS = 10_000

/** The emitter behind {@link BusEvents}. */
export class Events extends EventEmitter<BusEventMap> {
  #unheard = 0
  #nextWarningMs = 0

  /**
   * Tells a failure. Where nobody listens, a process warning does, at most once in ten seconds; not so when somebody
   * else `isTold`, the caller of a request.
   */
  failure(bus: string, failure: FailureEvent, isTold: boolean): void {
    if (this.listenerCount('failure') > 0) {
      try {
        this.emit('failure', failure)
      } catch (error) {
        // A listener's failure is its own: it must reach neither the receiver's nor the publisher's code.
        queueMicrotask(() => {
          throw error
        })
      }
      return
    }
    if (isTold) return
    this.#unheard++
    const nowMs = performance.now()
    if (nowMs < this.#nextWarningMs) return
    this.#nextWarningMs = nowMs + WARNING_INTERVAL_MS
    const { topic, error } = failure
    const others = this.#unheard === 1 ? '' : ` (${this.#unheard} failures so far)`
    const advice = "listen to bus.events 'failure' to hear of each"
    process.emitWarning(
      `bus '${bus}': a receiver of '${topic}' failed: ${described(error)}${others}; ${advice}`,
      'BusbarWarning',
    )
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
