/** One run from beginning to end: opens the bus, starts the threads, replays, collects, closes. */
import { type Bus, BusError, open } from 'busbar'
import type { RunOptions } from './arguments.js'
import { BUS_NAME, type Flight, type FlightsContract, type WorkerStatistics } from './contract.js'
import { readAirports, readFlights } from './data.js'
import { replay } from './replay.js'
import { type RunResult, toResult } from './result.js'
import { shareOrigins } from './share.js'
import { Threads } from './threads.js'
import type { WorkerSettings } from './worker.js'

/** How long each thread may take to close its bus. */
const CLOSE_TIMEOUT_MS = 1_000

/**
 * Runs the example.
 *
 * @param signal - ends the replay early; the result is that of what was replayed
 * @param onFlight - called after each flight with the number of flights so far
 * @throws Error when a worker could not be started
 */
export async function run(
  options: RunOptions,
  signal: AbortSignal,
  onFlight: (published: number) => void,
): Promise<RunResult> {
  const flights = readFlights()
  const bus = open<FlightsContract>(BUS_NAME)
  try {
    const threads = await Threads.start(bus, workerSettings(flights, options))
    try {
      return await runWith(bus, threads, flights, options, signal, onFlight)
    } finally {
      // They have ended by now, unless something went wrong.
      await threads.terminateAll()
    }
  } finally {
    await bus.close()
  }
}

async function runWith(
  bus: Bus<FlightsContract>,
  threads: Threads,
  flights: readonly Flight[],
  options: RunOptions,
  signal: AbortSignal,
  onFlight: (published: number) => void,
): Promise<RunResult> {
  const { flights: count, workers, inFlight, timeoutMs, fault } = options
  const terminateAt = fault === 'terminate' ? Math.ceil(count / 2) : undefined
  const replayed = await replay(bus, {
    flights,
    airports: readAirports(),
    count,
    inFlight,
    timeoutMs,
    signal,
    onFlight(published) {
      if (published === terminateAt) threads.terminate(workers)
      onFlight(published)
    },
  })
  const statistics = await Promise.all(threads.numbers.map((worker) => collect(bus, worker)))
  const finished = await threads.finish(CLOSE_TIMEOUT_MS)
  const close = await bus.close({ timeout: CLOSE_TIMEOUT_MS })
  const ends = threads.numbers.map((worker, index) => {
    const { report, error } = finished[index] ?? {}
    return { worker, statistics: statistics[index], report, error }
  })
  return toResult(flights, replayed, ends, close)
}

/** What each worker is told. It is the last one that misbehaves. */
function workerSettings(flights: readonly Flight[], { workers, fault }: RunOptions): WorkerSettings[] {
  return shareOrigins(flights, workers).map((origins, index) => {
    const worker = index + 1
    return { worker, origins, fault: worker === workers ? fault : undefined }
  })
}

/** Asks one worker what it has counted. Messages keep their order, so it has seen everything that was sent before. */
async function collect(bus: Bus<FlightsContract>, worker: number): Promise<WorkerStatistics | undefined> {
  try {
    return await bus.request(`workers.${worker}.statistics`, null)
  } catch (error) {
    // The thread was terminated: nobody is there to answer, and the bus says so at once.
    const gone = ['ERR_BUS_NO_HANDLER', 'ERR_BUS_HANDLER_GONE']
    if (error instanceof BusError && gone.includes(error.code)) return undefined
    throw error
  }
}
