/** The worker threads: starts them, waits until they are on the bus, and sees them off. */
import { Worker } from 'node:worker_threads'
import type { Bus, CloseReport } from 'busbar'
import type { FlightsContract } from './contract.js'
import type { WorkerSettings } from './worker.js'

/** How long a worker that has closed its bus may take to end, before it is made to. */
const EXIT_MS = 2_000

/** One worker thread, from its start to its end. */
class Thread {
  readonly worker: number
  readonly #thread: Worker
  readonly #exited: Promise<void>
  #report: CloseReport | undefined
  #error: Error | undefined

  constructor(settings: WorkerSettings) {
    this.worker = settings.worker
    this.#thread = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: settings,
      name: `flights-${settings.worker}`,
    })
    this.#thread.on('message', (report: CloseReport) => {
      this.#report = report
    })
    this.#thread.on('error', (error) => {
      this.#error = error
    })
    this.#exited = new Promise((resolve) => {
      this.#thread.on('exit', () => resolve())
    })
  }

  /** What its bus said when it closed; `undefined` when the thread ended before that. */
  get report(): CloseReport | undefined {
    return this.#report
  }

  /** What it threw and nobody caught. */
  get error(): Error | undefined {
    return this.#error
  }

  /** Rejects when the thread ends: for those who wait for something that only a living thread can do. */
  async untilExit(): Promise<never> {
    await this.#exited
    throw this.#error ?? new Error(`worker ${this.worker} ended before it was ready`)
  }

  /** Resolves when it has ended, and makes it end when that takes too long. */
  async exit(limitMs: number): Promise<void> {
    const timer = setTimeout(() => this.terminate(), limitMs)
    await this.#exited
    clearTimeout(timer)
  }

  terminate(): void {
    // What it resolves to is known from the `exit` event as well.
    void this.#thread.terminate()
  }
}

/** All worker threads of a run. */
export class Threads {
  readonly #bus: Bus<FlightsContract>
  readonly #threads: readonly Thread[]

  private constructor(bus: Bus<FlightsContract>, threads: readonly Thread[]) {
    this.#bus = bus
    this.#threads = threads
  }

  /**
   * Starts a thread for each of `settings`, and resolves when all of them have made their subscriptions.
   *
   * @throws Error when one of them ends before that
   */
  static async start(bus: Bus<FlightsContract>, settings: readonly WorkerSettings[]): Promise<Threads> {
    const waiting = new Set(settings.map(({ worker }) => worker))
    let allReady = (): void => {}
    const ready = new Promise<void>((resolve) => {
      allReady = resolve
    })
    // Before the threads start, so that none can be missed.
    const subscription = bus.subscribe('workers.*.ready', ({ worker }) => {
      waiting.delete(worker)
      if (waiting.size === 0) allReady()
    })
    const threads = new Threads(
      bus,
      settings.map((one) => new Thread(one)),
    )
    try {
      await Promise.race([ready, ...threads.#threads.map((thread) => thread.untilExit())])
      return threads
    } catch (error) {
      await threads.terminateAll()
      throw error
    } finally {
      await subscription.unsubscribe()
    }
  }

  /** The numbers of the workers, also of those that have ended. */
  get numbers(): number[] {
    return this.#threads.map(({ worker }) => worker)
  }

  /** Ends one thread without warning, in the middle of whatever it does. */
  terminate(worker: number): void {
    for (const thread of this.#threads) if (thread.worker === worker) thread.terminate()
  }

  /** Ends those that are left without warning. */
  async terminateAll(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.exit(0)))
  }

  /**
   * Asks all threads to close their bus, and resolves when they have ended.
   *
   * @returns for each worker what its bus said, and what broke it
   */
  async finish(closeTimeoutMs: number): Promise<Pick<Thread, 'report' | 'error'>[]> {
    this.#bus.publish('run.finished', { closeTimeoutMs })
    await Promise.all(this.#threads.map((thread) => thread.exit(closeTimeoutMs + EXIT_MS)))
    return this.#threads.map(({ report, error }) => ({ report, error }))
  }
}
