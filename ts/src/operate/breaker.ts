/**
 * A circuit breaker as a state machine: it is told the time, and neither waits nor calls.
 *
 * **Closed**, it lets every call through and looks at how the last ones have ended. When too many of at least `minimum`
 * have failed or were slow it **opens**, and lets nothing through for a time that doubles with each opening. Then it is
 * **half open**: it lets `probes` calls through, and as soon as they tell it closes, or opens again.
 *
 * It is never stuck: each call has a time after which it counts as failed, probes included, whether its handler hangs, its
 * thread has died, or its message was lost. {@link Breaker.dueMs} says when {@link Breaker.advance} has something to do.
 */
import type { CircuitState } from '../contract/health.js'
import { backoffMs } from '../delivery/backoff.js'
import type { CircuitSettings } from '../options/circuit.js'
import { CallWindow, type Ending, type SlidingWindow, TimeWindow } from './window.js'

/** What a breaker goes by. */
export type BreakerSettings = Omit<CircuitSettings, 'isFailure'>

/** How a call has ended: `ignored` says nothing about whoever was called. */
export type CallEnding = 'succeeded' | 'failed' | 'ignored'

/** Hears of each change; it may use the breaker. */
export type BreakerListener = (from: CircuitState, to: CircuitState) => void

/** The breaker; see the head of this file. */
export class Breaker {
  readonly #settings: BreakerSettings
  readonly #random: () => number
  readonly #listener: BreakerListener
  readonly #window: SlidingWindow
  #state: CircuitState = 'closed'
  #lastCall = 0
  /** When the calls that count have begun, the oldest first. */
  readonly #running = new Map<number, number>()
  /** Those that answer with a stream, by whether it was slow to begin: how they end is all that counts yet. */
  readonly #answering = new Map<number, boolean>()
  /** How often it has opened without having been closed for long since. */
  #openings = 0
  #openMs = 0
  /** When an open one is to be half open; infinity for one that was opened by hand. */
  #untilMs = 0
  #closedAtMs = Number.NEGATIVE_INFINITY
  /** Of the probes, how many may still begin, and how those that have ended did. */
  #probesLeft = 0
  #probesFailed = 0
  #probesSlow = 0
  #probesEnded = 0

  /** @param random - from 0 to 1, for the jitter */
  constructor(settings: BreakerSettings, random: () => number, listener: BreakerListener) {
    this.#settings = settings
    this.#random = random
    this.#listener = listener
    const { calls, withinMs } = settings
    this.#window = withinMs === 0 ? new CallWindow(calls) : new TimeWindow(withinMs)
  }

  get state(): CircuitState {
    return this.#state
  }

  /** How many calls may begin now. */
  get room(): number {
    if (this.#state === 'closed') return Number.POSITIVE_INFINITY
    return this.#state === 'open' ? 0 : this.#probesLeft
  }

  /** How long it stays open, where it opened by itself. */
  get openMs(): number | undefined {
    return this.#state === 'open' && Number.isFinite(this.#untilMs) ? this.#openMs : undefined
  }

  /** When {@link advance} has something to do; infinity where it has not. */
  get dueMs(): number {
    if (this.#state === 'open') return this.#untilMs
    for (const beganMs of this.#running.values()) return beganMs + this.#settings.callTimeoutMs
    return Number.POSITIVE_INFINITY
  }

  /** A call begins, whether there was room or not: without room it does not count. Returns what {@link end} takes. */
  begin(nowMs: number): number {
    if (this.room === 0) return 0
    if (this.#state === 'half-open') this.#probesLeft--
    this.#running.set(++this.#lastCall, nowMs)
    return this.#lastCall
  }

  /**
   * A call has begun to answer with a stream: from now on it may take as long as it is read. Of a probe that is enough, so
   * that a stream without end does not keep the circuit half open.
   */
  answers(call: number, nowMs: number): void {
    this.advance(nowMs)
    const beganMs = this.#running.get(call)
    if (beganMs === undefined) return
    this.#running.delete(call)
    const slow = this.#isSlow(beganMs, nowMs)
    if (this.#state === 'half-open') this.#count({ failed: false, slow }, nowMs)
    else this.#answering.set(call, slow)
  }

  /** A call has ended; one that began before the state changed, or has had its time, does not count any more. */
  end(call: number, how: CallEnding, nowMs: number): void {
    // It may have had its time by now.
    this.advance(nowMs)
    const beganMs = this.#running.get(call)
    const slow = beganMs === undefined ? this.#answering.get(call) : this.#isSlow(beganMs, nowMs)
    if (slow === undefined) return
    this.#running.delete(call)
    this.#answering.delete(call)
    if (how !== 'ignored') this.#count({ failed: how === 'failed', slow }, nowMs)
    else if (this.#state === 'half-open') this.#probesLeft++
  }

  /** Does what is due. */
  advance(nowMs: number): void {
    if (this.#state === 'open') {
      if (nowMs >= this.#untilMs) this.#halfOpen()
      return
    }
    const { callTimeoutMs } = this.#settings
    for (const [call, beganMs] of this.#running) {
      if (beganMs + callTimeoutMs > nowMs) return
      this.#running.delete(call)
      const before: CircuitState = this.#state
      this.#count({ failed: true, slow: true }, nowMs)
      if (this.#state !== before) return
    }
  }

  /** Opens it by hand: it stays so until it is closed by hand. */
  open(): void {
    this.#untilMs = Number.POSITIVE_INFINITY
    this.#change('open')
  }

  /** Closes it by hand, and forgets what was. */
  close(nowMs: number): void {
    this.#openings = 0
    this.#shut(nowMs)
  }

  #count(ending: Ending, nowMs: number): void {
    if (this.#state === 'half-open') this.#countProbe(ending, nowMs)
    else {
      this.#window.add(ending, nowMs)
      const { calls, failed, slow } = this.#window.tally(nowMs)
      if (calls >= this.#settings.minimum && this.#isTooMuch(failed, slow, calls)) this.#trip(nowMs)
    }
  }

  /** It need not wait for the last probe when the others have decided already. */
  #countProbe({ failed, slow }: Ending, nowMs: number): void {
    const { probes } = this.#settings
    this.#probesEnded++
    if (failed) this.#probesFailed++
    if (slow) this.#probesSlow++
    const open = probes - this.#probesEnded
    if (this.#isTooMuch(this.#probesFailed, this.#probesSlow, probes)) this.#trip(nowMs)
    else if (!this.#isTooMuch(this.#probesFailed + open, this.#probesSlow + open, probes)) this.#shut(nowMs)
  }

  #isSlow(beganMs: number, nowMs: number): boolean {
    return nowMs - beganMs >= this.#settings.slowCallMs
  }

  #isTooMuch(failed: number, slow: number, calls: number): boolean {
    const { failureRate, slowCallMs, slowRate } = this.#settings
    return (
      failed >= failureRate * calls || (slowCallMs !== Number.POSITIVE_INFINITY && slow >= slowRate * calls)
    )
  }

  #trip(nowMs: number): void {
    const { initialMs, maxMs, jitter } = this.#settings
    // One that has opened just after it had closed goes on where it was.
    if (this.#state === 'closed' && nowMs - this.#closedAtMs >= this.#openMs) this.#openings = 0
    this.#openings++
    const policy = { backoff: 'exponential', initialMs, maxMs, jitter } as const
    this.#openMs = backoffMs(policy, this.#openings + 1, this.#random())
    this.#untilMs = nowMs + this.#openMs
    this.#change('open')
  }

  #halfOpen(): void {
    this.#probesLeft = this.#settings.probes
    this.#probesFailed = 0
    this.#probesSlow = 0
    this.#probesEnded = 0
    this.#change('half-open')
  }

  #shut(nowMs: number): void {
    this.#closedAtMs = nowMs
    this.#window.clear()
    this.#change('closed')
  }

  /** What was begun before does not count any more. */
  #change(to: CircuitState): void {
    const from = this.#state
    this.#running.clear()
    this.#answering.clear()
    this.#state = to
    if (from !== to) this.#listener(from, to)
  }
}
