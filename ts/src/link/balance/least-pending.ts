/**
 * Of two at random, the one that owes this thread fewer answers: nearly as even as asking all, at a constant cost, and
 * without the herd that runs to the one that was least busy a moment ago (Mitzenmacher, "The power of two choices in
 * randomized load balancing", 2001).
 */
import type { Balanced, Balancer, Circumstances } from './balancer.js'

export class LeastPending implements Balancer {
  choose(candidates: readonly Balanced[], circumstances: Circumstances): number {
    const count = candidates.length
    const one = Math.floor(Math.random() * count)
    // Any but the first choice.
    const other = (one + 1 + Math.floor(Math.random() * (count - 1))) % count
    return pending(candidates[other], circumstances) < pending(candidates[one], circumstances) ? other : one
  }
}

function pending(candidate: Balanced | undefined, circumstances: Circumstances): number {
  return candidate === undefined ? Number.POSITIVE_INFINITY : circumstances.pendingOf(candidate.endpoint)
}
