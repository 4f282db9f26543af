/**
 * Waits until every other thread has seen all that happened before and handed over what it had sent until then; and
 * until this thread has handled what was handed over.
 */
import type { CoreAttachment } from '../core/core.js'
import type { Hop } from '../link/hop.js'

interface Barrier {
  readonly missing: Set<number>
  readonly resolve: () => void
}

/** The barriers of one attachment. */
export class Barriers {
  readonly #attachment: CoreAttachment
  readonly #hop: Hop
  readonly #open = new Map<number, Barrier>()
  #token = 0

  constructor(attachment: CoreAttachment, hop: Hop) {
    this.#attachment = attachment
    this.#hop = hop
  }

  /** The other attachments of the bus. */
  others(): readonly number[] {
    this.#token = (this.#token + 1) >>> 0
    // Their answers find nobody waiting.
    return this.#attachment.sync(this.#token)
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

  /** Resolves when this thread has handled what is in its inbox now, in `lane` and in those before it. */
  reach(lane: number): Promise<void> {
    return new Promise((resolve) => {
      this.#token = (this.#token + 1) >>> 0
      this.#open.set(this.#token, { missing: new Set([this.#attachment.id]), resolve })
      // A frame to ourselves: it comes behind all that came before it.
      this.#hop.synced(this.#attachment.id, this.#token, lane)
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

  /** This thread leaves the bus: nobody will answer it any more, and nobody is to wait for ever. */
  end(): void {
    for (const { resolve } of this.#open.values()) resolve()
    this.#open.clear()
  }

  /** `attachment` has left: it counts as having answered. */
  attachmentGone(attachment: number): void {
    for (const token of [...this.#open.keys()]) this.synced(token, attachment)
  }
}
