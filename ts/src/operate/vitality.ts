/**
 * How an endpoint is, as a state machine: it is told what checks say and what is seen, and neither waits nor calls.
 *
 * Checks and signals count apart, and the worse of the two is the state: a mailbox that has been full for too long makes an
 * endpoint unhealthy whatever its check says, and a check that passes does not make up for it.
 */
import type { HealthState } from '../contract/health.js'
import type { HealthSettings } from '../options/health.js'

/** What vitality goes by. */
export type VitalitySettings = Pick<HealthSettings, 'failureThreshold' | 'successThreshold'>

/** How a check has ended. */
export type CheckEnding = 'passed' | 'degraded' | 'failed'

/** Hears of each change; it may use the vitality. */
export type VitalityListener = (from: HealthState, to: HealthState, reason: string) => void

/** The state; see the head of this file. */
export class Vitality {
  readonly #settings: VitalitySettings
  readonly #listener: VitalityListener
  /** What the checks say. */
  #checked: 'starting' | 'healthy' | 'degraded' | 'unhealthy'
  /** Checks in a row that passed, or failed. */
  #passed = 0
  #failed = 0
  /** What is seen that makes it unhealthy, whatever the checks say. */
  readonly #signals = new Set<string>()
  #end: 'draining' | 'gone' | undefined
  #state: HealthState

  /** @param isChecked - whether there are checks: it begins as `starting`, and else as `healthy` */
  constructor(settings: VitalitySettings, isChecked: boolean, listener: VitalityListener) {
    this.#settings = settings
    this.#listener = listener
    this.#checked = isChecked ? 'starting' : 'healthy'
    this.#state = this.#checked
  }

  get state(): HealthState {
    return this.#state
  }

  /** Whether it is to get messages. */
  get isUsable(): boolean {
    return this.#state === 'healthy' || this.#state === 'degraded'
  }

  /** Whether nothing but what is seen from outside speaks against it: its handler may still do what it has in hand. */
  get canWork(): boolean {
    return this.#checked === 'healthy' || this.#checked === 'degraded'
  }

  /** A check has ended. */
  checked(ending: CheckEnding, reason: string): void {
    const { failureThreshold, successThreshold } = this.#settings
    const isWell = ending !== 'failed'
    this.#passed = isWell ? this.#passed + 1 : 0
    this.#failed = isWell ? 0 : this.#failed + 1
    const wasUsable = this.#checked === 'healthy' || this.#checked === 'degraded'
    if (!isWell) {
      if (this.#failed >= failureThreshold) this.#checked = 'unhealthy'
      else if (wasUsable) this.#checked = 'degraded'
    } else if (wasUsable || this.#passed >= successThreshold) {
      this.#checked = ending === 'passed' ? 'healthy' : 'degraded'
    }
    this.#settle(reason)
  }

  /** Something is seen that makes it unhealthy, or is not seen any more. */
  signal(name: string, isOn: boolean): void {
    if (isOn === this.#signals.has(name)) return
    if (isOn) this.#signals.add(name)
    else this.#signals.delete(name)
    this.#settle(isOn ? name : `no longer: ${name}`)
  }

  /** It was unregistered. */
  drain(): void {
    this.#end ??= 'draining'
    this.#settle('it was taken off the bus')
  }

  /** It has finished. */
  leave(): void {
    this.#end = 'gone'
    this.#settle('it has finished')
  }

  #settle(reason: string): void {
    const from = this.#state
    this.#state = this.#end ?? (this.#signals.size > 0 ? 'unhealthy' : this.#checked)
    if (this.#state !== from) this.#listener(from, this.#state, reason)
  }
}
