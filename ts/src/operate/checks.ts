/** Calls the check of an endpoint again and again, one at a time and each with a time that it may take. */
import type { HealthVerdict } from '../contract/health.js'
import type { TimerId, Timers } from '../link/timers.js'
import type { HealthSettings } from '../options/health.js'
import type { CheckEnding } from './vitality.js'

/** Hears how a check has ended. */
export type CheckListener = (ending: CheckEnding, reason: string) => void

/** The checks of one endpoint. */
export class Checks {
  readonly #settings: HealthSettings
  readonly #timers: Timers
  readonly #listener: CheckListener
  #next: TimerId | undefined
  #timeout: TimerId | undefined
  #abort: AbortController | undefined
  #isEnded = false

  constructor(settings: HealthSettings, timers: Timers, listener: CheckListener) {
    this.#settings = settings
    this.#timers = timers
    this.#listener = listener
  }

  /** Begins with the first one. */
  begin(): void {
    const { check } = this.#settings
    if (check !== undefined) void this.#run(check)
  }

  /** Calls it no more. */
  end(): void {
    this.#isEnded = true
    if (this.#next !== undefined) this.#timers.cancel(this.#next)
    if (this.#timeout !== undefined) this.#timers.cancel(this.#timeout)
    this.#abort?.abort(new Error('the endpoint was taken off the bus'))
  }

  async #run(check: NonNullable<HealthSettings['check']>): Promise<void> {
    const abort = new AbortController()
    this.#abort = abort
    this.#arm(abort)
    try {
      const verdict = await check(abort.signal)
      // Told by the time-out already.
      if (!abort.signal.aborted) this.#tell(verdict)
    } catch (error) {
      if (!abort.signal.aborted) this.#listener('failed', `its check failed: ${described(error)}`)
    }
    if (this.#timeout !== undefined) this.#timers.cancel(this.#timeout)
    this.#timeout = undefined
    this.#abort = undefined
    if (this.#isEnded) return
    this.#next = this.#timers.after(this.#settings.intervalMs, () => {
      this.#next = undefined
      void this.#run(check)
    })
  }

  /** While a check has not ended after its time it has failed, and fails again each interval: it is not called twice. */
  #arm(abort: AbortController): void {
    const { timeoutMs, intervalMs } = this.#settings
    const late = (): void => {
      if (!abort.signal.aborted) abort.abort(new Error('the time of the check is over'))
      this.#timeout = this.#timers.after(intervalMs, late)
      this.#listener('failed', `its check did not end within ${timeoutMs} ms`)
    }
    this.#timeout = this.#timers.after(timeoutMs, late)
  }

  #tell(verdict: HealthVerdict): void {
    if (verdict === false) this.#listener('failed', 'its check said no')
    else if (verdict === 'degraded') this.#listener('degraded', 'its check said so')
    else this.#listener('passed', 'its check passed')
  }
}

/** What was thrown, which may be anything: even something that throws when it is looked at. */
function described(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown)
  } catch {
    return 'something that cannot be shown'
  }
}
