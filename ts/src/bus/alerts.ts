/** The rules of this thread: each is looked at in its own time, and told by the event `alert`. */
import type { Alert } from '../contract/alerts.js'
import type { BusStats } from '../contract/stats.js'
import type { TimerId, Timers } from '../link/timers.js'
import { Alarm } from '../operate/alarm.js'
import { Durations } from '../operate/durations.js'
import { type Reading, Readings } from '../operate/readings.js'
import type { AlertSettings } from '../options/alert.js'
import type { Events } from './events.js'
import type { Interceptors } from './interceptors.js'

/** The parts of an attachment that rules are about. */
export interface AlertParts {
  readonly events: Events
  readonly interceptors: Interceptors
  readonly timers: Timers
  /** Milliseconds of the core's clock. */
  readonly now: () => number
}

/** The rules of one attachment. */
export class Alerts {
  readonly #parts: AlertParts
  readonly #watched = new Set<WatchedRule>()

  constructor(parts: AlertParts) {
    this.#parts = parts
  }

  /** Looks at a rule until it is disposed of. */
  add(settings: AlertSettings, stats: () => BusStats): Alert {
    const rule = new WatchedRule(this.#parts, settings, stats, () => this.#watched.delete(rule))
    this.#watched.add(rule)
    return rule
  }

  /** Looks at none any more. */
  end(): void {
    for (const rule of this.#watched) rule[Symbol.dispose]()
  }
}

/** One rule. */
class WatchedRule implements Alert {
  readonly name: string
  readonly #parts: AlertParts
  readonly #settings: AlertSettings
  readonly #stats: () => BusStats
  readonly #onEnd: () => void
  readonly #alarm: Alarm
  readonly #readings: Readings
  readonly #durations = new Durations(Math.random)
  /** What measures handlers, where the rule is about them. */
  readonly #stopwatch: Disposable | undefined
  #value: number | undefined
  #timer: TimerId | undefined
  #isEnded = false

  constructor(parts: AlertParts, settings: AlertSettings, stats: () => BusStats, onEnd: () => void) {
    const { metric, name, withinMs } = settings
    this.name = name
    this.#parts = parts
    this.#settings = settings
    this.#stats = stats
    this.#onEnd = onEnd
    this.#alarm = new Alarm(settings)
    this.#readings = new Readings(withinMs)
    if (metric === 'latency-p99') this.#stopwatch = this.#measure()
    this.#readings.add(this.#read(0))
    this.#wait()
  }

  get isRaised(): boolean {
    return this.#alarm.isRaised
  }

  get value(): number | undefined {
    return this.#value
  }

  [Symbol.dispose](): void {
    this.#isEnded = true
    if (this.#timer !== undefined) this.#parts.timers.cancel(this.#timer)
    this.#stopwatch?.[Symbol.dispose]()
    this.#onEnd()
  }

  #wait(): void {
    const { timers, now } = this.#parts
    const { intervalMs } = this.#settings
    const dueMs = now() + intervalMs
    this.#timer = timers.after(intervalMs, () => {
      const nowMs = now()
      this.#look(nowMs, Math.max(0, nowMs - dueMs))
      // Whoever was told may have ended it.
      if (!this.#isEnded) this.#wait()
    })
  }

  #look(nowMs: number, lateMs: number): void {
    const { name, metric, above, below } = this.#settings
    this.#readings.add(this.#read(lateMs))
    this.#value = this.#readings.of(metric)
    if (!this.#alarm.look(this.#value, nowMs) || this.#value === undefined) return
    const { isRaised } = this.#alarm
    const limit = isRaised ? above : below
    this.#parts.events.alert({ name, metric, isRaised, value: this.#value, limit })
  }

  #read(lateMs: number): Reading {
    const { processed, failed, deadLettered, unrouted, queued } = this.#stats()
    const bad = failed + deadLettered
    const durationsMs = this.#durations.take()
    return {
      atMs: this.#parts.now(),
      ended: processed + bad,
      failed: bad,
      unrouted,
      queued,
      lateMs,
      durationsMs,
    }
  }

  /** Looks at every handler of this thread; one that fails counts with the time that it took to fail. */
  #measure(): Disposable {
    const { interceptors, now } = this.#parts
    return interceptors.add({
      receive: (_, next) => {
        const startMs = now()
        const ended = (): void => this.#durations.add(now() - startMs)
        let answer: unknown
        try {
          answer = next()
        } catch (error) {
          ended()
          throw error
        }
        if (answer instanceof Promise) answer.then(ended, ended)
        else ended()
        return answer
      },
    })
  }
}
