/**
 * The other threads of a bus that is being shut down: each is told to leave it, and tells what came of that. Those that
 * come meanwhile are told as well.
 *
 * A thread says twice that it has heard: at once, and when it is done. One that does not even do the former stands still,
 * and nothing else is to wait for it but the deadline.
 */
import { decodeMsgpack, encodeMsgpack } from '../codec/msgpack.js'
import type { Abandoned, ClosedThread, CloseReport } from '../contract/receipts.js'
import type { CoreAttachment } from '../core/core.js'
import type { Clock } from '../link/clock.js'
import type { Hop } from '../link/hop.js'
import type { Barriers } from './barriers.js'
import type { ClosingDeadline } from './closing-deadline.js'

/** How long a thread may take to say that it has heard, in milliseconds. */
const HEAR_MS = 500

/** How long after the deadline one that has heard may take to tell what it has abandoned, in milliseconds. */
const TELL_MS = 1_000

/** What of an attachment is needed to speak with others. */
export interface OthersParts {
  readonly attachment: CoreAttachment
  readonly barriers: Barriers
  readonly clock: Clock
  readonly hop: Hop
}

/** A thread that was told. */
interface Other {
  readonly toldMs: number
  hasHeard: boolean
  outcome: ClosedThread['outcome'] | undefined
  report: CloseReport | undefined
}

/** The other threads, as one attachment sees them; see the head of this file. */
export class Others {
  readonly #parts: OthersParts
  readonly #others = new Map<number, Other>()
  #isOver = false
  #changed = (): void => {}

  constructor(parts: OthersParts) {
    this.#parts = parts
  }

  /** Tells all of them; resolves when all but those that stand still have told, or it is time. */
  async prompt(deadline: ClosingDeadline): Promise<void> {
    deadline.onHastened(() => {
      if (!this.#isOver) this.#tellAll(deadline, () => true)
    })
    await this.#wait(deadline, ({ hasHeard, toldMs }) => hasHeard || toldMs + HEAR_MS > performance.now())
  }

  /** Resolves when all of them have told, or it is time; after {@link prompt}. */
  async all(deadline: ClosingDeadline): Promise<void> {
    await this.#wait(deadline, () => true)
    this.#isOver = true
    for (const other of this.#others.values()) other.outcome ??= 'silent'
  }

  /** Another thread has taken over: what is still open is that one's affair. */
  yield(): void {
    this.#isOver = true
    for (const [attachment, { outcome }] of this.#others)
      if (outcome === undefined) this.#others.delete(attachment)
    this.#changed()
  }

  /** What each of them has told; complete after {@link all}. */
  threads(): ClosedThread[] {
    return [...this.#others].map(([attachment, { outcome = 'silent', report }]) => ({
      attachment,
      outcome,
      ...(report !== undefined && { report }),
    }))
  }

  /** The endpoints of those that have not told, as long as this thread is on the bus. */
  unknown(): Abandoned[] {
    return this.#parts.attachment
      .directory()
      .filter(({ attachment }) => this.#others.get(attachment)?.outcome === 'silent')
      .map(({ endpoint, attachment, pattern, name }) => ({
        endpoint,
        attachment,
        pattern: String(pattern),
        ...(name !== undefined && { name }),
        running: 0,
        queued: 0,
        isSilent: true,
      }))
  }

  /** One of them has heard, or tells what came of it. */
  told(attachment: number, bytes: Uint8Array): void {
    const other = this.#others.get(attachment)
    if (other === undefined || this.#isOver) return
    other.hasHeard = true
    if (bytes.length > 0) {
      other.outcome = 'closed'
      other.report = decodeMsgpack(bytes) as CloseReport
    }
    this.#changed()
  }

  /** One has left the bus. What it had to tell came before this. */
  gone(attachment: number): void {
    const other = this.#others.get(attachment)
    if (other === undefined || this.#isOver) return
    other.outcome ??= 'gone'
    this.#changed()
  }

  /** Waits until none of those is left that `isWaitedFor`, also of those that come meanwhile. */
  async #wait(deadline: ClosingDeadline, isWaitedFor: (other: Other) => boolean): Promise<void> {
    while (!this.#isOver) {
      this.#tellAll(deadline, (attachment) => !this.#others.has(attachment))
      const open = [...this.#others.values()].filter(
        (other) => other.outcome === undefined && isWaitedFor(other),
      )
      if (open.length === 0) return
      const { leftMs, overForMs } = deadline
      const moreMs = open.some(({ hasHeard }) => hasHeard) ? TELL_MS - overForMs : 0
      if (leftMs === 0 && moreMs <= 0) return
      await this.#next(Math.min(leftMs > 0 ? leftMs : moreMs, HEAR_MS))
    }
  }

  /** Waits until one has something to say, so many milliseconds at most. */
  #next(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#changed = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #tellAll(deadline: ClosingDeadline, isMeant: (attachment: number) => boolean): void {
    const { barriers, clock, hop } = this.#parts
    const dueMs = clock.nowMs() + deadline.leftMs
    for (const attachment of barriers.others().filter(isMeant)) {
      const toldMs = performance.now()
      if (!this.#others.has(attachment))
        this.#others.set(attachment, { toldMs, hasHeard: false, outcome: undefined, report: undefined })
      hop.close(attachment, dueMs)
    }
  }
}

/** What came of closing, for another thread. */
export function encodeReport(report: CloseReport): Uint8Array {
  return encodeMsgpack(report)
}

/** The reports of all threads in one. */
export function merged(
  own: CloseReport,
  unknown: readonly Abandoned[],
  threads: ClosedThread[],
): CloseReport {
  const reports = [own, ...threads.flatMap(({ report }) => report ?? [])]
  const workers = reports.flatMap((report) => report.workers ?? [])
  const total = (count: (report: CloseReport) => number): number =>
    reports.reduce((sum, report) => sum + count(report), 0)
  return {
    drained: total(({ drained }) => drained),
    abandoned: [...reports.flatMap(({ abandoned }) => abandoned), ...unknown],
    requestsFailed: total(({ requestsFailed }) => requestsFailed),
    ...(reports.some((report) => report.workers !== undefined) && { workers }),
    threads,
    elapsed: own.elapsed,
  }
}
