/** Ways to misbehave on purpose, to see that a run ends with its report all the same. */

/** What `--fault` may be. */
export const FAULTS = ['throw', 'terminate', 'silent'] as const

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number]

/** With `throw`, every how many lookups one fails. */
export const THROW_EVERY = 100

/** With `silent`, the airport that is never answered. */
export const SILENT_AIRPORT = 'JFK'

/**
 * A lookup handler with a fault.
 *
 * @param lookup - the handler without it
 */
export function withFault<Reply>(
  fault: Fault | undefined,
  lookup: (query: { code: string }) => Reply,
): (query: { code: string }) => Reply | Promise<Reply> {
  let calls = 0
  return (query) => {
    calls++
    if (fault === 'throw' && calls % THROW_EVERY === 0) throw new Error(`lookup ${calls} fails on purpose`)
    // A promise that nobody will ever settle.
    if (fault === 'silent' && query.code === SILENT_AIRPORT) return new Promise<Reply>(() => {})
    return lookup(query)
  }
}
