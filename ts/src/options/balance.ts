/** How one of several equal handlers is chosen. */
import type { Balance, Prefer } from '../contract/addresses.js'
import { invalidOption } from '../errors.js'
import { oneOf, text } from './check.js'

/** The policies. */
export const BALANCES: readonly Balance[] = ['round-robin', 'random', 'least-pending', 'weighted', 'hash']

/** Where a handler may be that is chosen. */
const PREFERENCES: readonly Prefer[] = ['any', 'local']

/** Complete options of a choice. */
export interface BalanceSettings {
  readonly balance: Balance
  readonly prefer: Prefer
  readonly key: string | undefined
}

/** Checks `balance`, `prefer` and `key` and completes them; `fallback` is what the bus was opened with. */
export function balanceSettings(
  given: Readonly<Record<string, unknown>>,
  fallback: Omit<BalanceSettings, 'key'>,
): BalanceSettings {
  const balance = oneOf('balance', given['balance'], fallback.balance, BALANCES) ?? fallback.balance
  const key = text('key', given['key'])
  if (balance === 'hash' && key === undefined)
    throw invalidOption("key, which the policy 'hash' needs,", 'a string', key)
  return { balance, prefer: preferOf(given, fallback.prefer), key }
}

/** Checks `prefer`. */
export function preferOf(given: Readonly<Record<string, unknown>>, fallback: Prefer): Prefer {
  return oneOf('prefer', given['prefer'], fallback, PREFERENCES) ?? fallback
}
