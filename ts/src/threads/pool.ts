/** The workers of one module: as many as there are to be, each replaced when it has ended. */
import { ClosingDeadline } from '../bus/closing-deadline.js'
import type { CloseOptions } from '../contract/options.js'
import type { StoppedWorker, Workers, WorkersReport, WorkerThread } from '../contract/workers.js'
import { workerRefused, workersClosed } from '../errors.js'
import { closeSettings } from '../options/close.js'
import { scaleSize, type WorkersSettings } from '../options/workers.js'
import { Announcements } from './announcements.js'
import { Place, type PlaceKeeper } from './place.js'
import type { StartedThread } from './thread.js'

/** What a pool asks of the bus that it belongs to. */
export interface PoolBus {
  readonly name: string
  /** Resolves when this thread knows of all that was registered until now. */
  caughtUp(): Promise<void>
  /** Resolves when every thread knows of all that was registered until now. */
  seenEverywhere(): Promise<void>
}

/** The pool; see the head of this file. */
export class WorkerPool extends Announcements implements Workers {
  readonly #bus: PoolBus
  readonly #settings: WorkersSettings
  readonly #onClosed: () => void
  readonly #places: Place[] = []
  /** Those that have left their place, until they have ended. */
  readonly #leaving = new Set<StartedThread>()
  readonly #keeper: PlaceKeeper
  #isReferenced = true
  #closing: Promise<WorkersReport> | undefined

  /**
   * Starts the workers.
   *
   * @param onClosed - called when all of them have ended
   * @throws BusError `ERR_BUS_INVALID_OPTION` when `new Worker()` refuses its options
   */
  constructor(bus: PoolBus, settings: WorkersSettings, onClosed: () => void) {
    super()
    this.#bus = bus
    this.#settings = settings
    this.#onClosed = onClosed
    this.#keeper = this.#asKeeper()
    this.#grow(settings.size)
  }

  get size(): number {
    return this.#places.length
  }

  get threads(): readonly WorkerThread[] {
    return this.#places.map(({ thread }) => thread)
  }

  get ready(): Promise<void> {
    return this.#allReady(this.#places.map(({ ready }) => ready))
  }

  [Symbol.iterator](): Iterator<WorkerThread> {
    return this.threads[Symbol.iterator]()
  }

  async scale(size: number, options?: CloseOptions): Promise<void> {
    const wanted = scaleSize(size)
    const { timeoutMs, signal } = closeSettings(options)
    if (this.#closing !== undefined) throw workersClosed(this.#bus.name)
    for (const place of this.#places) place.revive()
    const deadline = new ClosingDeadline(timeoutMs, signal)
    const stopped = this.#shrink(wanted, deadline).finally(() => deadline.end())
    this.#grow(wanted)
    await Promise.all([this.ready, stopped])
  }

  close(options?: CloseOptions): Promise<WorkersReport> {
    const { timeoutMs, signal } = closeSettings(options)
    const deadline = new ClosingDeadline(timeoutMs, signal)
    const closing = this.closeBy(deadline)
    void closing.then(() => deadline.end())
    return closing
  }

  /** Closes it by a deadline that others have, too; where it is being closed already, that is hastened. */
  closeBy(deadline: ClosingDeadline): Promise<WorkersReport> {
    if (this.#closing === undefined) this.#closing = this.#close(deadline)
    else void this.#stop([...this.#leaving], deadline)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  ref(): this {
    return this.#reference(true)
  }

  unref(): this {
    return this.#reference(false)
  }

  async #close(deadline: ClosingDeadline): Promise<WorkersReport> {
    const startMs = performance.now()
    void this.#shrink(0, deadline)
    // With those that an earlier `scale()` has asked to go.
    const workers = await this.#stop([...this.#leaving], deadline)
    this.#onClosed()
    return { workers, elapsed: performance.now() - startMs }
  }

  #reference(isReferenced: boolean): this {
    this.#isReferenced = isReferenced
    for (const place of this.#places) place.reference()
    for (const { worker } of this.#leaving) worker[isReferenced ? 'ref' : 'unref']()
    return this
  }

  #grow(size: number): void {
    while (this.#places.length < size) {
      try {
        this.#places.push(new Place(this.#places.length, this.#settings, this.#keeper))
      } catch (error) {
        throw workerRefused(error)
      }
    }
  }

  /** Has the youngest leave; resolves when they have ended. */
  #shrink(size: number, deadline: ClosingDeadline): Promise<StoppedWorker[]> {
    const threads = this.#places
      .splice(size)
      .map((place) => place.leave())
      // One that has left the bus because that is shut down is to be told of, too.
      .filter(({ state, isLeaving }) => state !== 'exited' || isLeaving)
    for (const thread of threads) this.#leaving.add(thread)
    return this.#stop(threads, deadline)
  }

  /** Has them end by the deadline, also where that is hastened. */
  #stop(threads: readonly StartedThread[], deadline: ClosingDeadline): Promise<StoppedWorker[]> {
    deadline.onHastened((leftMs) => {
      for (const thread of threads) void thread.stop(leftMs)
    })
    return Promise.all(threads.map((thread) => thread.stop(deadline.leftMs)))
  }

  async #allReady(ready: readonly Promise<void>[]): Promise<void> {
    await Promise.all(ready)
    if (this.#closing !== undefined) throw workersClosed(this.#bus.name)
    await this.#bus.seenEverywhere()
  }

  #asKeeper(): PlaceKeeper {
    const { name } = this.#bus
    const isReferenced = (): boolean => this.#isReferenced
    return {
      bus: name,
      get isReferenced(): boolean {
        return isReferenced()
      },
      caughtUp: () => this.#bus.caughtUp(),
      online: (worker) => this.announce('online', worker),
      exited: (worker) => {
        this.#leaving.delete(worker)
        const { code } = worker
        const expected = worker.isStopped || worker.isLeaving
        this.announceExit(name, { worker, code, ...thrownBy(worker), expected })
      },
      replaced: (previous, worker, restarts, delay) =>
        this.announce('restarted', { worker, previous, restarts, delay }),
      gaveUp: (worker, restarts) => this.announceGivenUp(name, { worker, restarts, ...thrownBy(worker) }),
    }
  }
}

function thrownBy({ error }: StartedThread): { error?: unknown } {
  return error === undefined ? {} : { error: error.thrown }
}
