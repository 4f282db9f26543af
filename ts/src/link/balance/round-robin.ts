/** Each in turn. */
import type { Balanced, Balancer } from './balancer.js'

export class RoundRobin implements Balancer {
  #next = 0

  choose(candidates: readonly Balanced[]): number {
    const index = this.#next < candidates.length ? this.#next : 0
    this.#next = index + 1
    return index
  }
}
