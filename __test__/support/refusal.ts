/** Options that are refused, and what the error says. */
import type { ExecutionContext } from 'ava'
import { BusError } from 'busbar'

/** Asserts that `act` throws `ERR_BUS_INVALID_OPTION`, and that its message has all `parts`. */
export function refuses(t: ExecutionContext, act: () => unknown, parts: readonly string[]): void {
  const error = t.throws(act, { instanceOf: BusError, code: 'ERR_BUS_INVALID_OPTION' })
  t.notRegex(error.message, /,,|undefined must/)
  for (const part of parts) t.true(error.message.includes(part), `${part} is missing in: ${error.message}`)
}
