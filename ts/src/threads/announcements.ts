/** The events of a pool: a listener that throws is its own affair, and what nobody listens to is a warning. */
import { EventEmitter } from 'node:events'
import type { WorkerExit, WorkerGivenUp, WorkersEventMap } from '../contract/workers.js'

/** How often unheard ends are told, at most. */
const WARNING_INTERVAL_MS = 10_000

/** The emitter behind the pool. */
export class Announcements extends EventEmitter<WorkersEventMap> {
  #nextWarningMs = 0

  /** Emits an event, come what may. */
  protected announce<Name extends keyof WorkersEventMap>(name: Name, ...what: WorkersEventMap[Name]): void {
    try {
      // The type of `emit` does not follow from a name that is generic.
      ;(this as EventEmitter).emit(name, ...what)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  /** A worker has ended; where nobody listens and it has thrown, a process warning tells it. */
  protected announceExit(bus: string, exit: WorkerExit): void {
    this.announce('exited', exit)
    if (this.listenerCount('exited') > 0 || !('error' in exit)) return
    const nowMs = performance.now()
    if (nowMs < this.#nextWarningMs) return
    this.#nextWarningMs = nowMs + WARNING_INTERVAL_MS
    const advice = "listen to 'exited' of what workers() returned to hear of each"
    warn(`worker ${exit.worker.index} of bus '${bus}' failed: ${described(exit.error)}; ${advice}`)
  }

  /** A worker is not replaced any more; where nobody listens, a process warning tells it. */
  protected announceGivenUp(bus: string, givenUp: WorkerGivenUp): void {
    this.announce('gaveUp', givenUp)
    if (this.listenerCount('gaveUp') > 0) return
    const { worker, restarts } = givenUp
    const why = 'error' in givenUp ? `: ${described(givenUp.error)}` : ''
    warn(`worker ${worker.index} of bus '${bus}' has ended${why}; after ${restarts} restarts it is given up`)
  }
}

function warn(message: string): void {
  process.emitWarning(message, 'BusbarWarning')
}

/** What was thrown, which may be anything: even something that throws when it is looked at. */
function described(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  } catch {
    return 'something that cannot be shown'
  }
}
