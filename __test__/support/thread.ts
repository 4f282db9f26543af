/** A worker that runs one of the programs in `support/workers`, seen from the test. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Account } from './receivers.js'

/** The worker; see the head of this file. */
export class Thread {
  readonly worker: Worker
  /** Resolves to the exit code. */
  readonly exited: Promise<number>
  #hasExited = false

  private constructor(worker: Worker) {
    this.worker = worker
    this.exited = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#hasExited = true
        resolve(code)
      })
    })
  }

  /** Starts `program` with nothing but the name of the bus; resolves when it says that it is ready. */
  static async start(bus: string, program: string): Promise<Thread> {
    const thread = new Thread(
      new Worker(new URL(`./workers/${program}.js`, import.meta.url), { workerData: bus }),
    )
    // An error of the worker rejects this.
    await once(thread.worker, 'message')
    return thread
  }

  /**
   * Has its bus closed, and waits until the worker has ended by itself; returns the accounts of its receivers. One that
   * is on its way out already, or ends without a word, has none.
   */
  async stop(): Promise<Account[]> {
    if (this.#hasExited) return []
    const told = new Promise<Account[]>((resolve) => this.worker.once('message', resolve))
    this.worker.postMessage('stop')
    const accounts = await Promise.race([told, this.exited.then(() => [])])
    await this.exited
    return accounts
  }

  /** Ends it, wherever it is. */
  async kill(): Promise<void> {
    await this.worker.terminate()
    await this.exited
  }
}
