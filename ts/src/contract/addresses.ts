/** Receivers without a topic: by what they are. */

/**
 * Names receivers instead of a topic: one handler by its id or its name, or the members of a service or a pool, of which
 * one gets each message. A member that is `undefined` counts as absent.
 *
 * @example
 * await bus.request({ name: 'pricing' }, { items: 3 })
 */
export type Address = {
  [Kind in keyof Kinds]: Pick<Kinds, Kind> & Readonly<Partial<Record<Exclude<keyof Kinds, Kind>, undefined>>>
}[keyof Kinds]

/** By what a receiver may be named; an address has one of them. */
interface Kinds {
  readonly id: number
  readonly name: string
  readonly service: string
  readonly pool: string
}

/** Which of several equal handlers are chosen from: all of them, or those of the sender's thread where there are any. */
export type Prefer = 'any' | 'local'

/** How one of several equal handlers is chosen. */
export type Balance = 'round-robin' | 'random' | 'least-pending' | 'weighted' | 'hash'
