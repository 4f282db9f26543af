/** Waits until every other thread has seen all that happened before, and handed over what it had sent until then. */
import type { CoreAttachment } from '../core/core.js'

interface Barrier {
  readonly missing: Set<number>
  readonly resolve: () => void
}

/** The barriers of one attachment. */
export class Barriers {
  readonly #attachment: CoreAttachment
  readonly #open = new Map<number, Barrier>()
  #token = 0

  constructor(attachment: CoreAttachment) {
    this.#attachment = attachment
  }

  /** Resolves when every other attachment of the bus has answered, or left. */
  raise(): Promise<void> {
    return new Promise((resolve) => {
      this.#token = (this.#token + 1) >>> 0
      const missing = new Set(this.#attachment.sync(this.#token))
      if (missing.size === 0) resolve()
      else this.#open.set(this.#token, { missing, resolve })
    })
  }

  /** `attachment` has answered. */
  synced(token: number, attachment: number): void {
    const barrier = this.#open.get(token)
    if (barrier === undefined) return
    barrier.missing.delete(attachment)
    if (barrier.missing.size > 0) return
    this.#open.delete(token)
    barrier.resolve()
  }

  /** `attachment` has left: it counts as having answered. */
  attachmentGone(attachment: number): void {
    for (const token of [...this.#open.keys()]) this.synced(token, attachment)
  }
}
