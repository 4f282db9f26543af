/** A bus that is shut down in all of its threads: one of them leads, the others leave it and tell what came of that. */
import type { CloseReport } from '../contract/receipts.js'
import type { ClosingDeadline } from './closing-deadline.js'
import { encodeReport, Others, type OthersParts } from './others.js'

/** The shutting down of one attachment. */
export class Shutdown {
  readonly #parts: OthersParts
  /** Those that this one tells, where it leads. */
  readonly others: Others
  readonly #leaders = new Set<number>()
  readonly #listeners = new Set<(timeoutMs: number) => void>()
  #isLeading = false

  constructor(parts: OthersParts) {
    this.#parts = parts
    this.others = new Others(parts)
  }

  /** Has `listener` called with what is left of the time when another thread wants this one to leave the bus. */
  onAsked(listener: (timeoutMs: number) => void): void {
    this.#listeners.add(listener)
  }

  /** Tells all others to leave the bus; resolves when those that can have done so. */
  async lead(deadline: ClosingDeadline): Promise<void> {
    this.#isLeading = true
    await this.others.prompt(deadline)
  }

  /** Another thread wants this one to leave the bus by `dueMs` of the core's clock. */
  asked(leader: number, dueMs: number): void {
    const { attachment, clock, hop } = this.#parts
    hop.closed(leader)
    // Of two that lead, the older one goes on doing so: the other finds that out by being asked.
    if (this.#isLeading && attachment.id < leader) return
    this.others.yield()
    this.#leaders.add(leader)
    const leftMs = Math.max(0, Math.ceil(dueMs - clock.nowMs()))
    for (const listener of this.#listeners) listener(leftMs)
  }

  /** Tells those who have asked what came of it. */
  tell(report: CloseReport): void {
    if (this.#leaders.size === 0) return
    // A copy: what is encoded next would overwrite it.
    const bytes = Uint8Array.from(encodeReport(report))
    for (const leader of this.#leaders) this.#parts.hop.closed(leader, bytes)
  }
}
