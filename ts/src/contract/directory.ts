/** Who is on a bus. */
import type { EventEmitter } from 'node:events'
import type { CircuitState, HealthState } from './health.js'
import type { Scope } from './options.js'
import type { Pattern } from './patterns.js'

/** An endpoint of the bus, in whichever thread. */
export interface DirectoryEndpoint {
  /** Its number, unique on this bus for the life of the process. */
  readonly id: number
  /** The number of the attachment (a thread's connection to the bus) that runs it. */
  readonly attachment: number
  /** What it receives. */
  readonly role: 'subscription' | 'handler'
  /** The pattern it was registered with. */
  readonly pattern: Pattern
  /** The greatest comes first. */
  readonly priority: number
  /** Its share under the policy `weighted`. */
  readonly weight: number
  /** The name it was registered with. */
  readonly name?: string
  /** The service it belongs to. */
  readonly service?: string
  /** The pool it belongs to. */
  readonly pool?: string
  /** Whose messages it receives: those of all threads, or of its own alone. */
  readonly scope: Scope
  /** What it says of itself. */
  readonly metadata?: Readonly<Record<string, string>>
  /** How it is, where it was registered with `health` or `circuit`. */
  readonly health?: HealthState
  /** What its circuit does, where it was registered with one. */
  readonly circuit?: CircuitState
  /** Present where its thread has not been heard of in time: it stands still, and the endpoint is `unhealthy`. */
  readonly isStalled?: true
}

/** Which endpoints a directory lists: those that agree with every member that is given. */
export interface DirectoryFilter {
  /** What it receives. */
  role?: DirectoryEndpoint['role'] | undefined
  /** The name it was registered with. */
  name?: string | undefined
  /** The service it belongs to. */
  service?: string | undefined
  /** The pool it belongs to. */
  pool?: string | undefined
  /** What it says of itself, as far as it is named here. */
  metadata?: Readonly<Record<string, string>> | undefined
  /** A topic that it would receive. */
  topic?: string | undefined
}

/** The events of a directory: an endpoint is there, is not there any more, or is in another state than `before`. */
export type DirectoryEventMap = {
  joined: [endpoint: DirectoryEndpoint]
  left: [endpoint: DirectoryEndpoint]
  changed: [endpoint: DirectoryEndpoint, before: DirectoryEndpoint]
}

/**
 * A list of endpoints that follows the bus until it is closed. What joins and leaves again within one turn of the event
 * loop may not be seen.
 *
 * @example
 * using pricing = bus.directory({ service: 'pricing' })
 * pricing.on('left', ({ id }) => console.log('lost', id))
 * console.log(pricing.endpoints.length)
 */
export interface Directory extends EventEmitter<DirectoryEventMap>, Iterable<DirectoryEndpoint>, Disposable {
  /** The endpoints as they are now, oldest first. */
  readonly endpoints: readonly DirectoryEndpoint[]
  /** Stops following. */
  close(): void
}
