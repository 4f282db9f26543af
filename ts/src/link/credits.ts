/**
 * Room in the inboxes of other threads, and in what the core holds. It is asked of the core in portions: what a batch does
 * not use is free again when it has been handed over.
 */
import type { CoreAttachment } from '../core/core.js'

/** What is left of a portion. */
interface Credit {
  left: number
  /** The batch that it is for; that of another is gone. */
  batch: number
}

/** The credits of one attachment. */
export class Credits {
  readonly #attachment: CoreAttachment
  readonly #credits = new Map<number, Credit>()
  /** What was asked for last, as most often is again. */
  #lastPlace = -1
  #last: Credit | undefined
  #batch = 0
  #isOpen = false

  constructor(attachment: CoreAttachment) {
    this.#attachment = attachment
  }

  /** Takes `bytes` of the room of an attachment, or of `layout.HOLDINGS`; false where there is not enough. */
  take(place: number, bytes: number): boolean {
    const credit = this.#of(place)
    if (credit.left < bytes) credit.left += this.#attachment.reserve(place, bytes)
    return spent(credit, bytes)
  }

  /** As {@link take}; where there is not enough, a frame `Room` comes when there is some again. */
  takeOrAwait(place: number, bytes: number): boolean {
    const credit = this.#of(place)
    if (credit.left < bytes) credit.left += this.#attachment.reserveOrWait(place, bytes)
    return spent(credit, bytes)
  }

  /** Whether something was taken since the last batch. */
  get areOpen(): boolean {
    return this.#isOpen
  }

  /** A batch was handed over. */
  batchOver(): void {
    this.#batch++
    this.#isOpen = false
  }

  /** An attachment has left. */
  forget(place: number): void {
    this.#credits.delete(place)
    this.#lastPlace = -1
    this.#last = undefined
  }

  #of(place: number): Credit {
    this.#isOpen = true
    const credit = place === this.#lastPlace && this.#last !== undefined ? this.#last : this.#find(place)
    if (credit.batch !== this.#batch) {
      credit.left = 0
      credit.batch = this.#batch
    }
    return credit
  }

  #find(place: number): Credit {
    let credit = this.#credits.get(place)
    if (credit === undefined) {
      credit = { left: 0, batch: this.#batch }
      this.#credits.set(place, credit)
    }
    this.#lastPlace = place
    this.#last = credit
    return credit
  }
}

function spent(credit: Credit, bytes: number): boolean {
  if (credit.left < bytes) return false
  credit.left -= bytes
  return true
}
