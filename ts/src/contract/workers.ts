/** Worker threads that a bus starts, watches and stops. */
import type { EventEmitter } from 'node:events'
import type { Worker, WorkerOptions } from 'node:worker_threads'
import type { CloseOptions } from './options.js'
import type { CloseReport } from './receipts.js'

/** What of the options of `new Worker()` is passed on as it is: all but `eval` and `transferList`. */
type NodeOptions = Pick<
  WorkerOptions,
  | 'argv'
  | 'env'
  | 'execArgv'
  | 'name'
  | 'resourceLimits'
  | 'stderr'
  | 'stdin'
  | 'stdout'
  | 'trackUnmanagedFds'
  | 'workerData'
>

/** How often and when a worker that has ended is replaced. The waits double from one to the next. */
export interface RestartOptions {
  /** The wait before the first replacement, in milliseconds: an integer from 0 to `max`; default 100. */
  initial?: number | undefined
  /** The longest wait before `jitter`, in milliseconds: an integer from `initial` to 2³¹−1; default 30,000. */
  max?: number | undefined
  /** By how much a wait is lengthened at random, as a share of itself: from 0 to 1; default 0.2. */
  jitter?: number | undefined
  /** How many replacements there may be within `window` for each worker: an integer from 0 to 2³¹−1; default 10. */
  limit?: number | undefined
  /** How long a replacement is remembered, in milliseconds: an integer from 1 to 2³¹−1; default 300,000. */
  window?: number | undefined
}

/** How workers are started: besides these, what `new Worker()` of `node:worker_threads` takes. */
export interface WorkersOptions extends NodeOptions {
  /** How many: an integer from 1 to 1,024; default one less than `os.availableParallelism()`, at least 1. */
  size?: number | undefined
  /** How one that ends by itself, in whatever way, is replaced; `false`: it is not. */
  restart?: RestartOptions | false | undefined
}

/**
 * Where a worker stands: `starting` until its module has been evaluated and is on the bus; `stopping` from the moment on
 * that it was asked to finish; `exited` also while its replacement is being waited for.
 */
export type WorkerState = 'starting' | 'online' | 'stopping' | 'exited'

/** One worker thread, from its start to its end; a replacement is another one. */
export interface WorkerThread {
  /** Its place among the workers, from 0; that of its replacement is the same. */
  readonly index: number
  /** Its number in the process, which it keeps when it has ended. */
  readonly threadId: number
  /** The number of its attachment to the bus; undefined until it has opened it. */
  readonly attachment: number | undefined
  /** Where it stands now. */
  readonly state: WorkerState
  /** The worker of Node.js itself: for `postMessage()` and its events, which Busbar makes no use of. */
  readonly worker: Worker
}

/** A worker that has ended. */
export interface WorkerExit {
  /** The worker. */
  readonly worker: WorkerThread
  /** Its exit code. */
  readonly code: number
  /** What it had thrown and not caught; absent where it ended otherwise. */
  readonly error?: unknown
  /** Whether it had been asked to end: by `scale()` or `close()`. */
  readonly expected: boolean
}

/** A worker that has been replaced. */
export interface WorkerRestart {
  /** The replacement, which is starting. */
  readonly worker: WorkerThread
  /** The one that has ended. */
  readonly previous: WorkerThread
  /** How many replacements there have been within the `window`, this one included. */
  readonly restarts: number
  /** How long it was waited for, in milliseconds. */
  readonly delay: number
}

/** A worker that is not replaced any more, because that was done too often. */
export interface WorkerGivenUp {
  /** The last one in that place. */
  readonly worker: WorkerThread
  /** How many replacements there have been within the `window`. */
  readonly restarts: number
  /** What the last one had thrown; absent where it ended otherwise. */
  readonly error?: unknown
}

/** The events of workers and what they carry. */
export type WorkersEventMap = {
  online: [worker: WorkerThread]
  exited: [exit: WorkerExit]
  restarted: [restart: WorkerRestart]
  gaveUp: [givenUp: WorkerGivenUp]
}

/** A worker that was asked to end, and has. */
export interface StoppedWorker {
  /** Its number in the process. */
  readonly threadId: number
  /** The number of its attachment to the bus; absent where it had not opened it. */
  readonly attachment?: number
  /** Its exit code. */
  readonly code: number
  /** Whether it had to be terminated, because it had not ended in time. */
  readonly terminated: boolean
  /** How its bus was closed; absent where it could not tell, or had not opened it. */
  readonly report?: CloseReport
}

/** What happened when workers were closed. */
export interface WorkersReport {
  /** Those that were running, each with how it ended. */
  readonly workers: readonly StoppedWorker[]
  /** How long it took, in milliseconds. */
  readonly elapsed: number
}

/**
 * The workers of one module: what `bus.workers()` returns.
 *
 * @example
 * const workers = bus.workers(new URL('./worker.js', import.meta.url), { size: 4 })
 * workers.on('exited', ({ worker, code }) => console.log(worker.threadId, code))
 * await workers.ready
 * for (const { threadId, state } of workers) console.log(threadId, state)
 */
export interface Workers extends EventEmitter<WorkersEventMap>, Iterable<WorkerThread>, AsyncDisposable {
  /** How many there are to be. */
  readonly size: number

  /** Those that there are, by place; one that has ended stays until its replacement has been started. */
  readonly threads: readonly WorkerThread[]

  /**
   * Resolves when every worker there is to be is online, and every thread of the bus routes by what they have registered
   * until then. Each look asks anew.
   *
   * It rejects with `ERR_BUS_WORKER_FAILED` when one ends before it was online, with what it had thrown as `cause`,
   * although it is replaced all the same: look again to wait for the replacement. With `ERR_BUS_CLOSED` when they are
   * closed meanwhile.
   */
  readonly ready: Promise<void>

  /**
   * Starts workers, or stops the youngest, until there are `size`. Those that had been given up are started anew.
   *
   * @param size - an integer from 0 to 1,024
   * @param options - `timeout` in milliseconds, as in {@link Workers.close}: how long those that go may take
   * @returns when the new ones are online and the others have ended; it rejects as {@link Workers.ready} does
   * @throws BusError `ERR_BUS_INVALID_OPTION`; `ERR_BUS_CLOSED`
   * @example
   * const workers = bus.workers(new URL('./worker.js', import.meta.url), { size: 2 })
   * await workers.scale(8)
   */
  scale(size: number, options?: CloseOptions): Promise<void>

  /**
   * Stops all of them: each closes its buses as {@link Bus.close} does, and ends. One that has not ended by the deadline
   * is terminated. A second call returns the same promise.
   *
   * @param options - `timeout` in milliseconds, 0 to 2³¹−1, default 5,000: what is not done by then is abandoned
   * @throws BusError `ERR_BUS_INVALID_OPTION`
   * @example
   * const workers = bus.workers(new URL('./worker.js', import.meta.url))
   * const { workers: stopped } = await workers.close({ timeout: 1_000 })
   */
  close(options?: CloseOptions): Promise<WorkersReport>

  /** Keeps this thread alive as long as there are workers: the default. */
  ref(): this

  /** Lets this thread end, and the workers with it. */
  unref(): this
}
