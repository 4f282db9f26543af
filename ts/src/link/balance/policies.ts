/** The policies by name. */
import type { Balance } from '../../contract/addresses.js'
import type { Balancer } from './balancer.js'
import { Hash } from './hash.js'
import { LeastPending } from './least-pending.js'
import { Random } from './random.js'
import { RoundRobin } from './round-robin.js'
import { Weighted } from './weighted.js'

const POLICIES: Readonly<Record<Balance, new () => Balancer>> = {
  'round-robin': RoundRobin,
  random: Random,
  'least-pending': LeastPending,
  weighted: Weighted,
  hash: Hash,
}

/** A policy for one plan. */
export function balancer(policy: Balance): Balancer {
  return new POLICIES[policy]()
}
