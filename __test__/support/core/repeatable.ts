/** Rounds of random choices that a failure can be repeated from. */
import type { ExecutionContext } from 'ava'
import { seed } from '../seed.js'
import { Random } from './random.js'

/** Does `body` again and again; a failure says which seed leads to it. */
export function repeatable(
  t: ExecutionContext,
  body: (random: Random, round: number) => void,
  rounds: number,
): void {
  for (let round = 0; round < rounds; round++) {
    try {
      body(new Random(Math.imul(seed, 0x9e37_79b1) + round), round)
    } catch (error) {
      t.log(`BUSBAR_SEED=${seed} repeats this; it is round ${round}`)
      throw error
    }
  }
  t.log(`BUSBAR_SEED=${seed}`)
}
