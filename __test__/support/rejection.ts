/** Waits for a rejection, and returns what was rejected with, whatever it is. */
import type { ExecutionContext } from 'ava'
import { BusError } from 'busbar'

/** The error that `pending` is rejected with, which must be one of the bus. */
export async function busError(t: ExecutionContext, pending: Promise<unknown>): Promise<BusError> {
  const outcome = await pending.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome && outcome.error instanceof BusError) return outcome.error
  t.log(outcome)
  throw new Error('it should have been rejected with a BusError')
}
