/** A request that goes directly to the only handler of its topic, in another thread. */
import type { AskedParts } from './asked.js'
import { DirectWaiter } from './direct-waiter.js'

/** The request. */
export class AskedElsewhere extends DirectWaiter<AskedParts> {
  get endpoint(): number {
    return this.plan.onlyElsewhere?.endpoint ?? 0
  }

  get attachment(): number {
    return this.plan.onlyElsewhere?.attachment ?? 0
  }
}
