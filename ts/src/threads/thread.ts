/** One worker thread, from its start to its end. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { CloseReport } from '../contract/receipts.js'
import type { StoppedWorker, WorkerState, WorkerThread } from '../contract/workers.js'
import { MAX_INTEGER } from '../options/check.js'
import type { WorkersSettings } from '../options/workers.js'
import { entrance } from './entrance.js'
import type { Order, Stop, Word } from './words.js'

/** How long after the deadline a worker may take to tell what it has abandoned, in milliseconds. */
const TELL_MS = 250

/** How long one that has told it may take to end, in milliseconds: it has nothing left to do. */
const END_MS = 1_000

/** Who is told what becomes of a thread. */
export interface ThreadWatcher {
  /** Its module has been evaluated, and is on the bus. */
  ready(thread: StartedThread): void
  /** It has ended. */
  exited(thread: StartedThread): void
}

/** The thread; see the head of this file. */
export class StartedThread implements WorkerThread {
  readonly index: number
  readonly threadId: number
  readonly worker: Worker
  /** Resolves when it has ended, to the exit code. */
  readonly exited: Promise<number>
  readonly #port: MessagePort
  #attachment: number | undefined
  #state: WorkerState = 'starting'
  #stopped: Promise<StoppedWorker> | undefined
  #report: CloseReport | undefined
  /** Whether it has said that its buses are closed. */
  #hasTold = false
  #error: { readonly thrown: unknown } | undefined
  #code = 0
  /** When it is terminated. */
  #endMs = Number.POSITIVE_INFINITY
  #overdue: NodeJS.Timeout | undefined
  #isTerminated = false
  #isLeaving = false

  /**
   * Starts it.
   *
   * @param bus - the name of the bus that its module opens
   */
  constructor(index: number, bus: string, { module, node }: WorkersSettings, watcher: ThreadWatcher) {
    this.index = index
    this.worker = new Worker(entrance(), node)
    this.threadId = this.worker.threadId
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const order: Order = { bus, module, port: port2 }
    this.worker.postMessage(order, [port2])
    port1.on('message', (word: Word) => this.#heard(word, watcher))
    // The worker itself is what keeps this thread alive.
    port1.unref()
    this.worker.on('error', (thrown) => {
      this.#error = { thrown }
    })
    this.exited = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        this.#code = code
        // The worker's last words may still be on their way.
        for (let last = receiveMessageOnPort(port1); last !== undefined; last = receiveMessageOnPort(port1)) {
          this.#heard(last.message, watcher)
        }
        port1.close()
        clearTimeout(this.#overdue)
        this.#state = 'exited'
        resolve(code)
        watcher.exited(this)
      })
    })
  }

  get attachment(): number | undefined {
    return this.#attachment
  }

  get state(): WorkerState {
    return this.#state
  }

  /** The exit code; 0 until it has ended. */
  get code(): number {
    return this.#code
  }

  /** Whether it was asked to end. */
  get isStopped(): boolean {
    return this.#stopped !== undefined
  }

  /** Whether another thread has shut down the bus, so that this one ends without being asked from here. */
  get isLeaving(): boolean {
    return this.#isLeaving
  }

  /** What it has thrown and not caught. */
  get error(): { readonly thrown: unknown } | undefined {
    return this.#error
  }

  /** It is on the bus, and this thread knows of all that it has registered. */
  markOnline(): boolean {
    if (this.#state !== 'starting') return false
    this.#state = 'online'
    return true
  }

  /**
   * Has it close its buses within so many milliseconds and end, and terminates it when it has not. A second call may
   * only hasten that.
   */
  stop(timeoutMs: number): Promise<StoppedWorker> {
    this.#stopped ??= this.exited.then(() => this.#account())
    const endMs = performance.now() + timeoutMs
    if (endMs < this.#endMs && this.#state !== 'exited') {
      this.#endMs = endMs
      this.#state = 'stopping'
      const order: Stop = { timeoutMs }
      this.#port.postMessage(order)
      if (!this.#hasTold) this.#terminateIn(timeoutMs + TELL_MS)
    }
    return this.#stopped
  }

  #terminateIn(ms: number): void {
    clearTimeout(this.#overdue)
    const terminate = (): void => {
      this.#isTerminated = true
      void this.worker.terminate()
    }
    this.#overdue = setTimeout(terminate, Math.min(ms, MAX_INTEGER))
  }

  #account(): StoppedWorker {
    const attachment = this.#attachment
    const report = this.#report
    return {
      threadId: this.threadId,
      ...(attachment !== undefined && { attachment }),
      code: this.#code,
      terminated: this.#isTerminated,
      ...(report !== undefined && { report }),
    }
  }

  #heard(word: Word, watcher: ThreadWatcher): void {
    switch (word.said) {
      case 'attached':
        this.#attachment = word.attachment
        break
      case 'ready':
        watcher.ready(this)
        break
      case 'leaving':
        this.#isLeaving = true
        if (this.#state !== 'exited') this.#state = 'stopping'
        break
      case 'closed':
        this.#report = word.report
        this.#hasTold = true
        this.#terminateIn(END_MS)
        break
    }
  }
}
