/** The emitter of what a bus tells about itself. */
import { EventEmitter } from 'node:events'
import type { BusEventMap, FailureEvent } from '../contract/events.js'

/** How often an unheard failure is told, at most. */
const WARNING_INTERVAL_MS = 10_000

/** The emitter behind {@link BusEvents}. */
export class Events extends EventEmitter<BusEventMap> {
  #unheard = 0
  #nextWarningMs = 0

  /** Tells a failure; where nobody listens, a process warning does, at most once in ten seconds. */
  failure(bus: string, failure: FailureEvent): void {
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
    this.#unheard++
    const nowMs = performance.now()
    if (nowMs < this.#nextWarningMs) return
    this.#nextWarningMs = nowMs + WARNING_INTERVAL_MS
    const { topic, error } = failure
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const others = this.#unheard === 1 ? '' : ` (${this.#unheard} failures so far)`
    const advice = "listen to bus.events 'failure' to hear of each"
    process.emitWarning(`bus '${bus}': a receiver of '${topic}' failed: ${what}${others}; ${advice}`, 'BusbarWarning')
  }
}
