/** What a circuit breaker does, said as plainly as can be: nothing is counted along, all is counted anew each time. */
import type { BreakerSettings, CallEnding } from '../../../ts/src/operate/breaker.js'

interface Call {
  readonly id: number
  readonly beganMs: number
}

interface Ended {
  readonly atMs: number
  readonly failed: boolean
  readonly slow: boolean
}

/** The model. Its calls are known by the numbers that the breaker gave them. */
export class BreakerModel {
  state: 'closed' | 'open' | 'half-open' = 'closed'
  untilMs = 0
  isForced = false
  openings = 0
  closedAtMs = Number.NEGATIVE_INFINITY
  openForMs = 0
  begun = 0
  ended: Ended[] = []
  calls: Call[] = []
  readonly #settings: BreakerSettings
  readonly #random: () => number

  constructor(settings: BreakerSettings, random: () => number) {
    this.#settings = settings
    this.#random = random
  }

  get room(): number {
    if (this.state === 'closed') return Number.POSITIVE_INFINITY
    return this.state === 'open' ? 0 : this.#settings.probes - this.begun
  }

  begin(id: number, nowMs: number): void {
    if (this.room === 0) return
    if (this.state === 'half-open') this.begun++
    this.calls.push({ id, beganMs: nowMs })
  }

  end(id: number, how: CallEnding, nowMs: number): void {
    this.advance(nowMs)
    const call = this.calls.find((one) => one.id === id)
    if (call === undefined) return
    this.calls = this.calls.filter((one) => one !== call)
    if (how === 'ignored') {
      if (this.state === 'half-open') this.begun--
      return
    }
    const slow = nowMs - call.beganMs >= this.#settings.slowCallMs
    this.#tell({ atMs: nowMs, failed: how === 'failed', slow }, nowMs)
  }

  advance(nowMs: number): void {
    if (this.state === 'open' && !this.isForced && nowMs >= this.untilMs) {
      this.#become('half-open')
      this.begun = 0
    }
    if (this.state === 'open') return
    const state = this.state
    for (const call of [...this.calls]) {
      if (this.state !== state || call.beganMs + this.#settings.callTimeoutMs > nowMs) continue
      this.calls = this.calls.filter((one) => one !== call)
      this.#tell({ atMs: nowMs, failed: true, slow: true }, nowMs)
    }
  }

  open(): void {
    this.#become('open')
    this.isForced = true
  }

  close(nowMs: number): void {
    this.openings = 0
    this.#close(nowMs)
  }

  #tell(one: Ended, nowMs: number): void {
    this.ended.push(one)
    const { calls, withinMs, minimum, probes } = this.#settings
    if (this.state === 'half-open') {
      const left = probes - this.ended.length
      const worst = this.ended.concat(
        Array.from({ length: left }, () => ({ atMs: 0, failed: true, slow: true })),
      )
      if (this.#isBad(this.ended, probes)) this.#trip(nowMs)
      else if (!this.#isBad(worst, probes)) this.#close(nowMs)
      return
    }
    const sliceOf = (ms: number): number => Math.floor(ms / (withinMs / 10))
    const seen =
      withinMs === 0
        ? this.ended.slice(-calls)
        : this.ended.filter(({ atMs }) => sliceOf(atMs) > sliceOf(nowMs) - 10)
    this.ended = seen
    if (seen.length >= minimum && this.#isBad(seen, seen.length)) this.#trip(nowMs)
  }

  #isBad(ended: readonly Ended[], of: number): boolean {
    const { failureRate, slowRate, slowCallMs } = this.#settings
    const failed = ended.filter((one) => one.failed).length
    const slow = ended.filter((one) => one.slow).length
    return failed >= failureRate * of || (slowCallMs < Number.POSITIVE_INFINITY && slow >= slowRate * of)
  }

  #trip(nowMs: number): void {
    const { initialMs, maxMs, jitter } = this.#settings
    if (this.state === 'closed' && nowMs - this.closedAtMs >= this.openForMs) this.openings = 0
    this.openings++
    let waitMs = initialMs
    for (let doubled = 1; doubled < this.openings && waitMs < maxMs; doubled++) waitMs *= 2
    this.openForMs = Math.min(waitMs, maxMs) * (1 + this.#random() * jitter)
    this.untilMs = nowMs + this.openForMs
    this.#become('open')
  }

  #close(nowMs: number): void {
    this.closedAtMs = nowMs
    this.#become('closed')
  }

  #become(state: BreakerModel['state']): void {
    this.state = state
    this.isForced = false
    this.calls = []
    this.ended = []
  }
}
