/** Closes buses when the process is told to end, and lets it end as it would have without. */
import { isMainThread } from 'node:worker_threads'
import type { ThreadBus } from '../bus/bus.js'
import { openBuses } from '../bus/open.js'
import type { CloseOnSignalsOptions } from '../contract/signals.js'
import { signalsInWorker } from '../errors.js'
import { type SignalSettings, signalSettings } from '../options/signals.js'

/**
 * Closes the buses of this process when it is told to end: each bus that is open in the main thread, in all of its
 * threads, as by {@link Bus.shutdown}. Then the process ends by the signal, as it would have ended without: whoever
 * started it sees that. A second signal does not wait for what is left.
 *
 * Where somebody else listens to the signal, ending the process is up to them.
 *
 * @param options - which signals; `timeout` in milliseconds, 0 to 2³¹−1, default 5,000; `onClosed`, to log what came of it
 * @returns what takes it back
 * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_NOT_MAIN_THREAD` in a worker, which hears no signals
 * @example
 * closeOnSignals({ timeout: 10_000, onClosed: ({ abandoned }, bus) => console.log(bus, abandoned) })
 */
export function closeOnSignals(options?: CloseOnSignalsOptions): Disposable {
  const settings = signalSettings(options)
  if (!isMainThread) throw signalsInWorker()
  const listening = new Listening(settings)
  return { [Symbol.dispose]: () => listening.end() }
}

class Listening {
  readonly #settings: SignalSettings
  readonly #hurry = new AbortController()
  #isClosing = false

  constructor(settings: SignalSettings) {
    this.#settings = settings
    for (const signal of settings.signals) process.on(signal, this.#heard)
  }

  end(): void {
    for (const signal of this.#settings.signals) process.off(signal, this.#heard)
  }

  readonly #heard = (signal: NodeJS.Signals): void => {
    if (this.#isClosing) {
      this.#hurry.abort()
      this.#endBy(signal)
    } else {
      this.#isClosing = true
      void this.#close().finally(() => this.#endBy(signal))
    }
  }

  async #close(): Promise<void> {
    const endMs = performance.now() + this.#settings.timeoutMs
    let leftMs = this.#settings.timeoutMs
    do {
      await Promise.all(openBuses().map((bus) => this.#shutDown(bus, leftMs)))
      leftMs = Math.max(0, Math.ceil(endMs - performance.now()))
      // What was opened while others were closed is closed, too.
    } while (leftMs > 0 && openBuses().length > 0)
  }

  async #shutDown(bus: ThreadBus, timeout: number): Promise<void> {
    const report = await bus.shutdown({ timeout, signal: this.#hurry.signal })
    try {
      this.#settings.onClosed?.(report, bus.name)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }

  /** By its default action, where nobody else has another in mind. */
  #endBy(signal: NodeJS.Signals): void {
    this.end()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
}
