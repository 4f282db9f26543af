/** Who is registered on a bus: every endpoint with what it said of itself, and which names are taken. */

import { nameTaken } from '../../errors.js'
import type { EndpointRecord, Reception } from '../core.js'
import type { Entry } from './router/entry.js'
import { type CompiledPattern, written } from './topic/pattern.js'

/** A registered endpoint. */
export interface Registered {
  readonly entry: Entry
  readonly pattern: CompiledPattern
  /** The pattern, as `keyOf` says it. */
  readonly key: string
  readonly reception: Reception
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

/** The endpoints of one bus. */
export class Directory {
  /** By id, which is by age. */
  readonly #endpoints = new Map<number, Registered>()
  /** Which handler has which name. */
  readonly #names = new Map<string, Registered>()

  /** Adds an endpoint; returns the handler whose name it takes over, which is then no longer here. */
  add(registered: Registered): Registered | undefined {
    const { entry, reception } = registered
    let replaced: Registered | undefined
    if (reception.isHandler && reception.name !== undefined) {
      replaced = this.#names.get(reception.name)
      if (replaced !== undefined) {
        if (!reception.replace) throw nameTaken(reception.name, replaced.entry.endpoint)
        this.#endpoints.delete(replaced.entry.endpoint)
      }
      this.#names.set(reception.name, registered)
    }
    this.#endpoints.set(entry.endpoint, registered)
    return replaced
  }

  /** Takes an endpoint out; `undefined` when it is not here. */
  remove(endpoint: number): Registered | undefined {
    const registered = this.#endpoints.get(endpoint)
    if (registered === undefined) return undefined
    this.#endpoints.delete(endpoint)
    const { name } = registered.reception
    if (name !== undefined && this.#names.get(name) === registered) this.#names.delete(name)
    return registered
  }

  /** The name that an endpoint was registered with. */
  nameOf(endpoint: number): string | undefined {
    return this.#endpoints.get(endpoint)?.reception.name
  }

  /** All endpoints, oldest first. */
  all(): EndpointRecord[] {
    return [...this.#endpoints.values()].map(({ entry, pattern, reception }) => {
      const { replace: _, metadata, dedupe, ...others } = reception
      const { endpoint, attachment } = entry
      // A copy, so that nobody changes what others are told.
      return {
        endpoint,
        attachment,
        pattern: written(pattern),
        ...others,
        metadata: metadata && { ...metadata },
        dedupe: dedupe && { ...dedupe },
      }
    })
  }
}
