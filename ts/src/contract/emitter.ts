/** An event emitter whose events have types, in the very words of the package typed-emitter. */

/** What is called with what an event carries. */
type Listener<Carried extends unknown[]> = (...carried: Carried) => void

/**
 * Node's `EventEmitter`, seen through the events that it has: what takes a `TypedEmitter` of typed-emitter takes this.
 *
 * @typeParam Events - what each event carries, by its name
 */
export interface Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  addListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this
  on<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this
  once<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this
  prependListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this
  prependOnceListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this

  off<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this
  removeAllListeners<Name extends keyof Events>(event?: Name): this
  removeListener<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): this

  emit<Name extends keyof Events>(event: Name, ...carried: Events[Name]): boolean
  eventNames(): (keyof Events | string | symbol)[]
  rawListeners<Name extends keyof Events>(event: Name): Listener<Events[Name]>[]
  listeners<Name extends keyof Events>(event: Name): Listener<Events[Name]>[]
  listenerCount<Name extends keyof Events>(event: Name): number

  getMaxListeners(): number
  setMaxListeners(maxListeners: number): this
}
