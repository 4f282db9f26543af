/** The dedupe windows of a bus, one for each pattern whose endpoints remember ids. */
import type { DedupeWindow } from '../../core.js'
import type { Alarms } from '../alarms.js'
import type { Clock } from '../clock.js'
import { Window } from './window.js'

/** What counts where no endpoint has said anything. */
const DEFAULT_WINDOW: DedupeWindow = { windowMs: 180_000, size: 100_000 }

/** The windows. One is forgotten when its pattern has had no endpoint for as long as ids are remembered, and it is empty. */
export class Windows {
  readonly #clock: Clock
  readonly #alarms: Alarms
  /** By pattern. */
  readonly #windows = new Map<string, Window>()
  /** What ends the windows of those patterns that have no endpoints. */
  readonly #ends = new Map<string, number>()

  constructor(clock: Clock, alarms: Alarms) {
    this.#clock = clock
    this.#alarms = alarms
  }

  /** An endpoint of the pattern has come: the first to say so decides how much is remembered, and others may widen it. */
  joined(pattern: string, settings: DedupeWindow | undefined): void {
    const end = this.#ends.get(pattern)
    if (end !== undefined) this.#alarms.cancel(end)
    this.#ends.delete(pattern)
    if (settings === undefined) return
    const window = this.#windows.get(pattern)
    if (window === undefined) this.#windows.set(pattern, new Window(settings))
    else window.widen(settings)
  }

  /** The last endpoint of the pattern has left. */
  deserted(pattern: string): void {
    const window = this.#windows.get(pattern)
    if (window !== undefined) this.#endLater(pattern, window)
  }

  /** The window of a pattern, if it has one. */
  of(pattern: string): Window | undefined {
    return this.#windows.get(pattern)
  }

  /** The window of a pattern; where it has none, one that remembers as much as is usual. */
  opened(pattern: string, hasEndpoints: boolean): Window {
    let window = this.#windows.get(pattern)
    if (window === undefined) {
      window = new Window(DEFAULT_WINDOW)
      this.#windows.set(pattern, window)
      if (!hasEndpoints) this.#endLater(pattern, window)
    }
    return window
  }

  #endLater(pattern: string, window: Window): void {
    const end = (): void => {
      // A delivery may be on its way to an endpoint that has left, or wait for one to come.
      if (!window.isEmpty(this.#clock.nowMs())) this.#endLater(pattern, window)
      else {
        this.#ends.delete(pattern)
        this.#windows.delete(pattern)
      }
    }
    // A millisecond at least, so that what ends by and by does not end now.
    const dueMs = this.#clock.nowMs() + Math.max(window.windowMs, 1)
    this.#ends.set(pattern, this.#alarms.set(dueMs, end))
  }
}
