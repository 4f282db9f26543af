/**
 * By key: the same key goes to the same endpoint as long as it is there, and when one leaves only its own keys move
 * (rendezvous hashing: Thaler and Ravishankar, "A name-based mapping scheme for rendezvous", 1996).
 */
import type { Balanced, Balancer, Circumstances } from './balancer.js'

export class Hash implements Balancer {
  choose(candidates: readonly Balanced[], { key = '' }: Circumstances): number {
    const seed = hashOf(key)
    let best = 0
    let bestScore = -1
    for (const [index, { endpoint }] of candidates.entries()) {
      const score = mixed(seed ^ Math.imul(endpoint, 0x9e37_79b1))
      if (score > bestScore) {
        best = index
        bestScore = score
      }
    }
    return best
  }
}

/** FNV-1a over the code units. */
function hashOf(key: string): number {
  let hash = 0x811c_9dc5
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x0100_0193)
  return hash
}

/** The finaliser of MurmurHash3: every bit of the input changes half of the output's. */
function mixed(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
