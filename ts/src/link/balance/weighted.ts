/**
 * By weight, evenly spread: with weights 3 and 1 the order is a a b a, not a a a b (nginx's smooth weighted
 * round-robin). Each round everyone gains its weight; the richest is chosen and pays the sum of all.
 */
import type { Balanced, Balancer } from './balancer.js'

export class Weighted implements Balancer {
  #credits: number[] = []

  choose(candidates: readonly Balanced[]): number {
    if (this.#credits.length !== candidates.length) this.#credits = candidates.map(() => 0)
    const credits = this.#credits
    let total = 0
    let richest = 0
    for (const [index, { weight }] of candidates.entries()) {
      total += weight
      credits[index] = (credits[index] ?? 0) + weight
      if ((credits[index] ?? 0) > (credits[richest] ?? 0)) richest = index
    }
    credits[richest] = (credits[richest] ?? 0) - total
    return richest
  }
}
