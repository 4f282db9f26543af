/** Time that stands still until it is told to go on: behind `busbar/testing`. */

/** Moves the time of one bus. */
export type Follower = (ms: number) => void

/** The time of any number of buses. */
export class VirtualTime {
  readonly #followers = new Set<Follower>()
  #nowMs = 0

  now(): number {
    return this.#nowMs
  }

  advance(ms: number): void {
    this.#nowMs += ms
    for (const follow of [...this.#followers]) follow(ms)
  }

  /** Moves another bus along; returns what ends that. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }
}
