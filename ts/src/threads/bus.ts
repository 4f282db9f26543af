/** The bus of a thread that can start others. */

import { ThreadBus } from '../bus/bus.js'
import type { Before } from '../bus/closing.js'
import type { ClosingDeadline } from '../bus/closing-deadline.js'
import type { CloseReport } from '../contract/receipts.js'
import type { Workers, WorkersOptions, WorkersReport } from '../contract/workers.js'
import { closed, workersNeedNative } from '../errors.js'
import { workersSettings } from '../options/workers.js'
import { entrance } from './entrance.js'
import { WorkerPool } from './pool.js'

/** As users have it; see the head of this file. */
export class WorkersBus extends ThreadBus {
  readonly #pools = new Set<WorkerPool>()
  #stopping: Promise<WorkersReport[]> | undefined

  workers(module: string | URL, options?: WorkersOptions): Workers {
    const settings = workersSettings(module, options)
    if (this.#stopping !== undefined) throw closed(this.name)
    if (this.core !== 'native') throw workersNeedNative(this.name)
    // Before there is a pool: in a bundle it throws.
    entrance()
    const pool = new WorkerPool(this, settings, () => this.#pools.delete(pool))
    this.#pools.add(pool)
    return pool
  }

  protected override prepareToLeave(deadline: ClosingDeadline): void {
    this.#stopping ??= Promise.all([...this.#pools].map((pool) => pool.closeBy(deadline)))
  }

  protected override leave(deadline: ClosingDeadline, before: Before): Promise<CloseReport> {
    return this.#pools.size === 0 ? super.leave(deadline, before) : this.#leaveAfterWorkers(deadline, before)
  }

  /** The workers first: what they have in hand may need an answer from here. */
  async #leaveAfterWorkers(deadline: ClosingDeadline, before: Before): Promise<CloseReport> {
    const reports = (await this.#stopping) ?? []
    return super.leave(deadline, { ...before, workers: reports.flatMap(({ workers }) => workers) })
  }
}
