/** Reports what this thread counts to the core, once a second and when somebody reads. */
import { threadId } from 'node:worker_threads'
import {
  BUS_COUNTS,
  BUS_HISTOGRAMS,
  BUS_ROW,
  type BusCount,
  type BusHistogram,
  FIRST_LEVEL,
  histogramAt,
  outcomeRow,
  THREAD_LEVELS,
  type ThreadLevel,
  UNITS_PER_MS,
} from './cells.js'
import { EventLoop } from './event-loop.js'
import { type Counting, Journal } from './journal.js'
import { LocalHistogram } from './local-histogram.js'
import { type LabelOf, ReceiverRows } from './receiver-rows.js'
import type { RequestTally } from './requests.js'

const INTERVAL_MS = 1_000

/** The histograms of what concerns no receiver. */
export type BusMeters = Readonly<Record<BusHistogram, LocalHistogram>>

/** Makes them. */
export function busMeters(): BusMeters {
  const durations = (): LocalHistogram => new LocalHistogram(UNITS_PER_MS)
  const counts = (): LocalHistogram => new LocalHistogram(1)
  return { route: durations(), matches: counts(), batchSize: counts(), timerLag: durations() }
}

/** The levels of a thread that are not those of its event loop. */
export type ThreadState = Readonly<
  Record<Exclude<ThreadLevel, 'threadId' | 'utilization' | `delay${string}`>, number>
>

/** What counts in this thread besides its receivers. */
export interface Sources {
  /** What each has counted so far. */
  readonly counts: () => Readonly<Record<BusCount, number>>
  /** What is there now. */
  readonly levels: () => ThreadState
  readonly meters: BusMeters
  readonly tally: RequestTally
  /** A second has passed: whoever samples may take more. */
  readonly relax: () => void
}

/** The reporter of one thread. */
export class Reporter {
  readonly receivers: ReceiverRows
  readonly #core: Counting
  readonly #journal: Journal
  readonly #sources: Sources
  readonly #row: number
  readonly #told: number[] = BUS_COUNTS.map(() => 0)
  readonly #eventLoop = new EventLoop()
  readonly #timer: NodeJS.Timeout
  #loop = { p50: 0, p99: 0, max: 0, utilization: 0 }

  constructor(core: Counting, labelOf: LabelOf, sources: Sources) {
    this.#core = core
    this.#journal = new Journal(core)
    this.#sources = sources
    this.#row = core.row(BUS_ROW) ?? 0
    this.receivers = new ReceiverRows(core, this.#journal, labelOf)
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS).unref()
  }

  /** Reports what was counted since the last time. */
  report(): void {
    this.#report(false)
  }

  /** Reports for the last time. */
  end(): void {
    clearInterval(this.#timer)
    this.#eventLoop.end()
    this.#report(false)
  }

  #tick(): void {
    this.#loop = this.#eventLoop.read()
    this.#report(true)
    this.#sources.relax()
    this.#sources.tally.relax()
  }

  #report(isNewSecond: boolean): void {
    const { counts, meters, tally } = this.#sources
    this.receivers.tell(isNewSecond)
    const now = counts()
    for (const [index, name] of BUS_COUNTS.entries()) {
      const more = now[name] - (this.#told[index] ?? 0)
      if (more !== 0) this.#journal.add(this.#row, index, more)
      this.#told[index] = now[name]
    }
    for (const [index, name] of BUS_HISTOGRAMS.entries())
      meters[name].moveTo(this.#journal, this.#row, histogramAt(index))
    tally.moveTo(this.#journal, (outcome) => this.#core.row(outcomeRow(outcome)))
    const levels = this.#levels()
    for (const [index, name] of THREAD_LEVELS.entries())
      this.#journal.add(this.#row, FIRST_LEVEL + index, levels[name])
    this.#journal.handOver()
  }

  #levels(): Readonly<Record<ThreadLevel, number>> {
    const { p50, p99, max, utilization } = this.#loop
    const delays = { delayP50: p50, delayP99: p99, delayMax: max, utilization }
    return { threadId, ...delays, ...this.#sources.levels() }
  }
}
