/** Times a handler: it stands between the call and whoever is told how it ended. Those that have ended are used again. */
import type { Meter } from '../link/meter.js'
import type { Receiver } from './calls.js'
import type { RunListener } from './runner.js'

/** The stopwatches of one endpoint. */
export class Stopwatches<Run> implements RunListener<Stopwatch<Run>> {
  readonly #listener: RunListener<Run>
  readonly #nowMs: () => number
  readonly #free: Stopwatch<Run>[] = []

  /**
   * @param listener - told of each run when it has ended
   * @param nowMs - milliseconds of the core's clock
   */
  constructor(listener: RunListener<Run>, nowMs: () => number) {
    this.#listener = listener
    this.#nowMs = nowMs
  }

  /** Starts one; `weight` is how many messages the run stands for. */
  start(run: Run, meter: Meter, weight: number): Stopwatch<Run> {
    const watch = this.#free.pop() ?? new Stopwatch(run, meter)
    watch.run = run
    watch.meter = meter
    watch.weight = weight
    watch.startMs = this.#nowMs()
    return watch
  }

  get receiver(): Receiver {
    return this.#listener.receiver
  }

  fulfilled(watch: Stopwatch<Run>, value: unknown): void {
    this.#listener.fulfilled(this.#stop(watch), value)
  }

  rejected(watch: Stopwatch<Run>, error: unknown): void {
    this.#listener.rejected(this.#stop(watch), error)
  }

  #stop(watch: Stopwatch<Run>): Run {
    const { run, meter, weight, startMs } = watch
    meter.record(this.#nowMs() - startMs, weight)
    this.#free.push(watch)
    return run
  }
}

/** One of them. */
export class Stopwatch<Run> {
  run: Run
  meter: Meter
  weight = 0
  startMs = 0

  constructor(run: Run, meter: Meter) {
    this.run = run
    this.meter = meter
  }
}
