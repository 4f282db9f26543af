/** How the workers of a storm die, see `support/workers/storming`. */

/** The ways in which a worker dies by itself. */
export const DEATHS = ['exit', 'throw', 'reject', 'end', 'close', 'memory'] as const

/** What a worker of a storm is told. */
export interface Fate {
  readonly bus: string
  /** `none`: somebody else sees to it. */
  readonly death: (typeof DEATHS)[number] | 'none'
  /** How many things it does before. */
  readonly after: number
}
