/** Everything that is known at the end of a run, put together from what each thread has seen. */
import { isDeepStrictEqual } from 'node:util'
import type { CloseReport } from 'busbar'
import type { Flight, WorkerStatistics } from './contract.js'
import { countPlainly } from './plain.js'
import type { Replayed } from './replay.js'
import { type AirportStatistics, DelayStatistics } from './statistics.js'

/** One worker at the end of a run. */
export interface WorkerResult {
  readonly worker: number
  /** What it has counted, without the airports; absent when it could not be asked any more. */
  readonly counted?: Omit<WorkerStatistics, 'airports'>
  /** What its bus said when it closed; absent when the thread ended before that. */
  readonly close?: CloseReport
  /** What it threw and nobody caught; absent when there was nothing like that. */
  readonly error?: string
}

/** What a run has come to: with `--json`, this is what is printed. */
export interface RunResult extends Replayed {
  /** How often the data were begun: more than once when there were fewer flights than asked for. */
  readonly rounds: number
  /** How many of the flights the workers have counted. */
  readonly counted: number
  /** How many flights went down with a worker that had subscribed to them; 0 unless one was terminated. */
  readonly lost: number
  /** Whether the statistics equal those of a plain loop over the same flights. */
  readonly equalsPlainLoop: boolean
  /** The statistics of all workers together, by the code of the airport. */
  readonly airports: Readonly<Record<string, AirportStatistics>>
  readonly workers: readonly WorkerResult[]
  /** What the main thread's bus said when it closed. */
  readonly close: CloseReport
}

/** What one worker has left: its statistics, where it could be asked, and its report, where it could close. */
export interface WorkerEnd {
  readonly worker: number
  readonly statistics: WorkerStatistics | undefined
  readonly report: CloseReport | undefined
  readonly error: Error | undefined
}

/** Puts the result together. */
export function toResult(
  flights: readonly Flight[],
  replayed: Replayed,
  ends: readonly WorkerEnd[],
  close: CloseReport,
): RunResult {
  const total = new DelayStatistics()
  for (const { statistics } of ends) if (statistics !== undefined) total.addAll(statistics.airports)
  const airports = total.byAirport()
  const plain = countPlainly(flights, replayed.published)
  return {
    ...replayed,
    rounds: Math.ceil(replayed.published / flights.length),
    counted: total.flights,
    lost: replayed.published - replayed.unrouted - total.flights,
    equalsPlainLoop: isDeepStrictEqual(airports, plain),
    airports,
    workers: ends.map(toWorkerResult),
    close,
  }
}

function toWorkerResult({ worker, statistics, report, error }: WorkerEnd): WorkerResult {
  const rest = {
    ...(report !== undefined && { close: report }),
    ...(error !== undefined && { error: error.message }),
  }
  if (statistics === undefined) return { worker, ...rest }
  const { airports: _, ...counted } = statistics
  return { worker, counted, ...rest }
}
