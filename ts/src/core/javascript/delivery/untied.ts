/** The ids that an attachment has taken for deliveries that it has not handed over yet. */
import type { Claim } from './window.js'

/** The ids by endpoint, each to be tied to the next delivery for it. */
export class Untied {
  /** The oldest first; no endpoint has an empty list. */
  readonly #endpoints = new Map<number, Claim[]>()

  add(endpoint: number, claim: Claim): void {
    const claims = this.#endpoints.get(endpoint)
    if (claims === undefined) this.#endpoints.set(endpoint, [claim])
    else claims.push(claim)
  }

  /** The id that belongs to the next delivery for an endpoint, if it has one; it is no longer here then. */
  next(endpoint: number): Claim | undefined {
    const claims = this.#endpoints.get(endpoint)
    const claim = claims?.shift()
    if (claims?.length === 0) this.#endpoints.delete(endpoint)
    return claim
  }

  /** Gives an id back to its window; one that is not here, or no longer, is left as it is. */
  giveBack(endpoint: number, id: string): void {
    const claims = this.#endpoints.get(endpoint)
    // As a rule it was taken just now.
    const place = claims?.findLastIndex((claim) => claim.id === id) ?? -1
    if (claims === undefined || place < 0) return
    for (const claim of claims.splice(place, 1)) claim.window.giveBack(claim)
    if (claims.length === 0) this.#endpoints.delete(endpoint)
  }

  /** Gives all of them back. */
  giveBackAll(): void {
    for (const claim of [...this.#endpoints.values()].flat()) claim.window.giveBack(claim)
    this.#endpoints.clear()
  }
}
