/** How the requests of this thread end, and how long they take. */
import { BusError } from '../../errors.js'
import type { Meter } from '../../link/meter.js'
import { FAR, Sampler } from '../../link/sampler.js'
import type { Journal } from './journal.js'

/** A request that is timed. */
export interface RoundTrip {
  readonly startMs: number
  readonly weight: number
  readonly meter: Meter
}

/** What the tally of requests needs. */
export interface TallyParts {
  readonly nowMs: () => number
  readonly timerLag: Meter
  /** The meter of the round trips to an endpoint; undefined where nobody measures, or it is gone. */
  readonly meterOf: ((endpoint: number) => Meter | undefined) | undefined
}

/** The tally of one thread. */
export class RequestTally extends Sampler {
  readonly #parts: TallyParts
  #answered = 0
  readonly #failed = new Map<string, number>()

  constructor(parts: TallyParts) {
    super()
    this.#parts = parts
    if (parts.meterOf === undefined) this.countdown = FAR
  }

  /** Whether the next request is one that is timed, or may be. */
  get isTimedNext(): boolean {
    return this.countdown <= 1
  }

  /** A request is made that is not timed. */
  askedUntimed(): void {
    this.countdown--
  }

  /** A request is made; returns what is to be handed over when it has ended, if it is one that is timed. */
  asked(endpoint: number): RoundTrip | undefined {
    if (--this.countdown > 0) return undefined
    const weight = this.take()
    if (weight === 0) return undefined
    const { meterOf, nowMs } = this.#parts
    const meter = meterOf?.(endpoint)
    return meter === undefined ? undefined : { startMs: nowMs(), weight, meter }
  }

  /** It was answered. */
  answered(trip: RoundTrip | undefined): void {
    this.#answered++
    if (trip !== undefined) trip.meter.record(this.#parts.nowMs() - trip.startMs, trip.weight)
  }

  /** It has ended otherwise. */
  failed(error: unknown, trip: RoundTrip | undefined): void {
    const code = error instanceof BusError ? error.code : 'other'
    this.#failed.set(code, (this.#failed.get(code) ?? 0) + 1)
    if (trip !== undefined) trip.meter.record(this.#parts.nowMs() - trip.startMs, trip.weight)
  }

  /** A time-out was acted on so many milliseconds too late. */
  lag(ms: number): void {
    this.#parts.timerLag.record(Math.max(0, ms), 1)
  }

  /** Moves what was counted to the journal. */
  moveTo(journal: Journal, rowOf: (outcome: string) => number | undefined): void {
    const counted: [string, number][] = [['ok', this.#answered], ...this.#failed]
    for (const [outcome, count] of counted) {
      const row = count > 0 ? rowOf(outcome) : undefined
      if (row !== undefined) journal.add(row, 0, count)
    }
    this.#answered = 0
    this.#failed.clear()
  }
}
