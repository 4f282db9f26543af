/** Who is registered on a bus: every endpoint with what it said of itself, and which names are taken. */

import { nameTaken } from '../../errors.js'
import type { EndpointRecord, Reception, Standing } from '../core.js'
import type { Entry } from './router/entry.js'
import { type CompiledPattern, written } from './topic/pattern.js'

/** A registered endpoint. */
export interface Registered {
  readonly entry: Entry
  readonly pattern: CompiledPattern
  /** The pattern, as `keyOf` says it. */
  readonly key: string
  readonly reception: Reception
  /** How it is; undefined where it is always usable. */
  standing: Standing | undefined
}

/** Whether it gets messages as it is. */
export function isRouted({ standing }: Registered): boolean {
  return standing === undefined || !(standing.isOut || standing.isSilent)
}

/**
 * The topics by which an endpoint is addressed: it is in the routing table under each of them, besides its pattern. Only
 * one-receiver messages have an address, so a subscription has none.
 */
export function addresses({ entry, reception }: Registered): string[] {
  if (!reception.isHandler) return []
  const { name, service, pool } = reception
  const all = [`$id.${entry.endpoint}`]
  if (name !== undefined) all.push(`$name.${name}`)
  if (service !== undefined) all.push(`$service.${service}`)
  if (pool !== undefined) all.push(`$pool.${pool}`)
  return all
}

/** Each thread has names of its own, besides those of the process: a name as a key, with whose it is. */
function naming(name: string, attachment: number, threadOnly: boolean): string {
  return `${threadOnly ? attachment : ''} ${name}`
}

/** The endpoints of one bus. */
export class Directory {
  /** By id, which is by age. */
  readonly #endpoints = new Map<number, Registered>()
  /** Which handler has which name, by the key of {@link naming}. */
  readonly #names = new Map<string, Registered>()

  /** Adds an endpoint; returns the handler whose name it takes over, which is then no longer here. */
  add(registered: Registered): Registered | undefined {
    const { entry, reception } = registered
    let replaced: Registered | undefined
    const { isHandler, name, replace, threadOnly } = reception
    if (isHandler && name !== undefined) {
      const key = naming(name, entry.attachment, threadOnly)
      replaced = this.#names.get(key)
      // One of another scope cannot be replaced: not everybody who sees it would see the new one.
      const overlapping = this.#names.get(naming(name, entry.attachment, !threadOnly))
      const taken = overlapping ?? (replace ? undefined : replaced)
      if (taken !== undefined) throw nameTaken(name, taken.entry.endpoint)
      if (replaced !== undefined) this.#endpoints.delete(replaced.entry.endpoint)
      this.#names.set(key, registered)
    }
    this.#endpoints.set(entry.endpoint, registered)
    return replaced
  }

  /** Takes an endpoint out; `undefined` when it is not here. */
  remove(endpoint: number): Registered | undefined {
    const registered = this.#endpoints.get(endpoint)
    if (registered === undefined) return undefined
    this.#endpoints.delete(endpoint)
    const { name, threadOnly } = registered.reception
    const key = name === undefined ? undefined : naming(name, registered.entry.attachment, threadOnly)
    if (key !== undefined && this.#names.get(key) === registered) this.#names.delete(key)
    return registered
  }

  /** The endpoints that get no messages as they are now, oldest first. */
  unrouted(): Registered[] {
    return [...this.#endpoints.values()].filter((registered) => !isRouted(registered))
  }

  has(endpoint: number): boolean {
    return this.#endpoints.has(endpoint)
  }

  /** The name that an endpoint was registered with. */
  nameOf(endpoint: number): string | undefined {
    return this.#endpoints.get(endpoint)?.reception.name
  }

  /** All endpoints, oldest first. */
  all(): EndpointRecord[] {
    return [...this.#endpoints.values()].map(recordOf)
  }
}

/** What others are told of an endpoint. */
export function recordOf({ entry, pattern, reception, standing }: Registered): EndpointRecord {
  const { replace: _, metadata, dedupe, standing: __, ...others } = reception
  const { endpoint, attachment } = entry
  // A copy, so that nobody changes what others are told.
  return {
    endpoint,
    attachment,
    pattern: written(pattern),
    ...others,
    metadata: metadata && { ...metadata },
    dedupe: dedupe && { ...dedupe },
    ...(standing !== undefined && { standing }),
  }
}
