/** What endpoints are registered with in tests that do not ask. */
import type { Reception } from '../../../ts/src/core/core.js'

/** A subscription that says nothing of itself. */
export const SUBSCRIPTION: Reception = {
  isHandler: false,
  threadOnly: false,
  priority: 0,
  weight: 1,
  name: undefined,
  replace: false,
  service: undefined,
  pool: undefined,
  metadata: undefined,
  held: false,
  dedupe: undefined,
}

/** A handler that says nothing of itself. */
export const HANDLER: Reception = { ...SUBSCRIPTION, isHandler: true }
