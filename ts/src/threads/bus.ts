/** The bus of a thread that can start others. */

import { ThreadBus } from '../bus/bus.js'
import type { CloseOptions } from '../contract/options.js'
import type { CloseReport } from '../contract/receipts.js'
import type { Workers, WorkersOptions } from '../contract/workers.js'
import { closed, workersNeedNative } from '../errors.js'
import { closeTimeoutMs } from '../options/close.js'
import { workersSettings } from '../options/workers.js'
import { WorkerPool } from './pool.js'

/** As users have it; see the head of this file. */
export class WorkersBus extends ThreadBus {
  readonly #pools = new Set<WorkerPool>()
  #leaving: Promise<CloseReport> | undefined

  workers(module: string | URL, options?: WorkersOptions): Workers {
    const settings = workersSettings(module, options)
    if (this.#leaving !== undefined) throw closed(this.name)
    if (this.core !== 'native') throw workersNeedNative(this.name)
    const pool = new WorkerPool(this, settings, () => this.#pools.delete(pool))
    this.#pools.add(pool)
    return pool
  }

  override close(options?: CloseOptions): Promise<CloseReport> {
    const limitMs = closeTimeoutMs(options)
    this.#leaving ??= this.#pools.size === 0 ? super.close(options) : this.#closeWithWorkers(limitMs)
    return this.#leaving
  }

  /** The workers first: what they have in hand may need an answer from here. */
  async #closeWithWorkers(limitMs: number): Promise<CloseReport> {
    const startMs = performance.now()
    const reports = await Promise.all([...this.#pools].map((pool) => pool.close({ timeout: limitMs })))
    const leftMs = Math.max(0, Math.floor(limitMs - (performance.now() - startMs)))
    const report = await super.close({ timeout: leftMs })
    const workers = reports.flatMap((one) => one.workers)
    return { ...report, workers, elapsed: performance.now() - startMs }
  }
}
