/** One place among the workers of a pool: the thread in it, and its replacements. */
import { workerFailed } from '../errors.js'
import type { WorkersSettings } from '../options/workers.js'
import { Restarts } from './restarts.js'
import { StartedThread } from './thread.js'

/** What a place needs of its pool, and tells it. */
export interface PlaceKeeper {
  /** The name of the bus. */
  readonly bus: string
  /** Resolves when this thread knows of all that was registered until now. */
  caughtUp(): Promise<void>
  /** Whether the threads keep this one alive. */
  readonly isReferenced: boolean
  online(thread: StartedThread): void
  exited(thread: StartedThread): void
  replaced(previous: StartedThread, thread: StartedThread, restarts: number, delayMs: number): void
  gaveUp(thread: StartedThread, restarts: number): void
}

/** How waiting for a worker to be online ends. */
interface Waiting {
  readonly promise: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** The place; see the head of this file. */
export class Place {
  readonly index: number
  readonly #settings: WorkersSettings
  readonly #keeper: PlaceKeeper
  readonly #restarts: Restarts
  #thread: StartedThread
  #waiting = waiting()
  #timer: NodeJS.Timeout | undefined
  #isLeft = false

  /** Starts a worker; throws what `new Worker()` throws. */
  constructor(index: number, settings: WorkersSettings, keeper: PlaceKeeper) {
    this.index = index
    this.#settings = settings
    this.#keeper = keeper
    this.#restarts = new Restarts(settings.restart)
    this.#thread = this.#start()
  }

  /** The thread that is here, or was here last. */
  get thread(): StartedThread {
    return this.#thread
  }

  /** Resolves when the worker is online; rejects when it ends before that, and at once where it is given up. */
  get ready(): Promise<void> {
    return this.#waiting.promise
  }

  /** Starts a worker where that was given up. */
  revive(): void {
    if (this.#isLeft || this.#thread.state !== 'exited' || this.#timer !== undefined) return
    this.#restarts.forget()
    this.#waiting = waiting()
    this.#replace(0)
  }

  /** Ends it for good; returns the thread that is to be stopped. */
  leave(): StartedThread {
    this.#isLeft = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    // Nobody is to wait for what is not wanted any more.
    this.#waiting.resolve()
    return this.#thread
  }

  /** As the pool is referenced now. */
  reference(): void {
    const verb = this.#keeper.isReferenced ? 'ref' : 'unref'
    this.#thread.worker[verb]()
    this.#timer?.[verb]()
  }

  #start(): StartedThread {
    const thread = new StartedThread(this.index, this.#keeper.bus, this.#settings, {
      ready: (ready) => void this.#online(ready),
      exited: (exited) => this.#exited(exited),
    })
    if (!this.#keeper.isReferenced) thread.worker.unref()
    return thread
  }

  async #online(thread: StartedThread): Promise<void> {
    await this.#keeper.caughtUp()
    if (!thread.markOnline()) return
    this.#waiting.resolve()
    this.#keeper.online(thread)
  }

  #exited(thread: StartedThread): void {
    this.#fail(thread.error, false)
    this.#keeper.exited(thread)
    // A listener may have closed the pool; and who leaves because the bus is shut down has nothing to come back to.
    if (!this.#isLeft && !thread.isLeaving) this.#replaceLater()
  }

  #replaceLater(): void {
    const delayMs = this.#restarts.next(performance.now())
    if (delayMs === undefined) {
      this.#giveUp()
      return
    }
    this.#timer = setTimeout(() => this.#replace(delayMs), delayMs)
    if (!this.#keeper.isReferenced) this.#timer.unref()
  }

  #giveUp(): void {
    this.#fail(this.#thread.error, true)
    this.#keeper.gaveUp(this.#thread, this.#restarts.recent)
  }

  #replace(delayMs: number): void {
    this.#timer = undefined
    const previous = this.#thread
    try {
      this.#thread = this.#start()
    } catch (thrown) {
      // There is no room for another thread now; there may be later.
      this.#fail({ thrown }, false)
      this.#replaceLater()
      return
    }
    this.#keeper.replaced(previous, this.#thread, this.#restarts.recent, delayMs)
  }

  /** Tells those who wait for the worker to be online; whoever asks from now on waits for the next one. */
  #fail(error: { readonly thrown: unknown } | undefined, isGivenUp: boolean): void {
    const { bus } = this.#keeper
    this.#waiting.reject(workerFailed(bus, this.index, this.#thread.code, error, isGivenUp))
    if (!isGivenUp) this.#waiting = waiting()
  }
}

function waiting(): Waiting {
  let resolve = (): void => {}
  let reject: Waiting['reject'] = () => {}
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  // As a rule nobody looks: what is wrong is an event, too.
  promise.catch(() => {})
  return { promise, resolve, reject }
}
