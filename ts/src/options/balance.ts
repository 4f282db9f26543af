/** How one of several equal handlers is chosen. */
import type { Balance } from '../contract/addresses.js'
import { invalidOption } from '../errors.js'
import { oneOf, text } from './check.js'

/** The policies. */
export const BALANCES: readonly Balance[] = ['round-robin', 'random', 'least-pending', 'weighted', 'hash']

/** Complete options of a choice. */
export interface BalanceSettings {
  readonly balance: Balance
  readonly key: string | undefined
}

/** Checks `balance` and `key` and completes them; `fallback` is what the bus was opened with. */
export function balanceSettings(
  given: Readonly<Record<string, unknown>>,
  fallback: Balance,
): BalanceSettings {
  const balance = oneOf('balance', given['balance'], fallback, BALANCES) ?? fallback
  const key = text('key', given['key'])
  if (balance === 'hash' && key === undefined)
    throw invalidOption("key, which the policy 'hash' needs,", 'a string', key)
  return { balance, key }
}
