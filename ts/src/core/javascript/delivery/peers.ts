/** The endpoints of a bus by pattern: who can take over from whom, and whose ids are remembered together. */
import { type Entry, isThreadOnly } from '../router/entry.js'
import { type CompiledPattern, written } from '../topic/pattern.js'

/**
 * Of how many subscriptions that have left the pattern is known still: a thread that has not heard of it may yet send to
 * them.
 */
const MOST_DEPARTED = 4_096

/** A pattern as a text that is the same for all that are equal, and for no others. */
export function keyOf(pattern: CompiledPattern): string {
  const text = written(pattern)
  return typeof text === 'string' ? `glob ${text}` : `regex ${text.flags} ${text.source}`
}

/** The peers; see the head of this file. */
export class Peers {
  /** By pattern and then by id, which is by age. */
  readonly #patterns = new Map<string, Map<number, Entry>>()
  readonly #patternOf = new Map<number, string>()
  /** The memories of those that remember by themselves, also of those that have left. */
  readonly #ownMemories = new Map<number, string>()
  /** Those that have left, the first one first. */
  readonly #departed = new Map<number, string>()

  add(pattern: string, entry: Entry): void {
    const entries = this.#patterns.get(pattern)
    if (entries === undefined) this.#patterns.set(pattern, new Map([[entry.endpoint, entry]]))
    else entries.set(entry.endpoint, entry)
    this.#patternOf.set(entry.endpoint, pattern)
    const { endpoint, isHandler } = entry
    if (!isHandler) this.#ownMemories.set(endpoint, `subscription ${endpoint}`)
    else if (isThreadOnly(entry)) this.#ownMemories.set(endpoint, `handler ${endpoint}`)
  }

  /** Takes an endpoint out; its pattern is known for a while. */
  remove(pattern: string, { endpoint }: Entry): void {
    const entries = this.#patterns.get(pattern)
    entries?.delete(endpoint)
    if (entries?.size === 0) this.#patterns.delete(pattern)
    this.#patternOf.delete(endpoint)
    this.#departed.set(endpoint, pattern)
    if (this.#departed.size <= MOST_DEPARTED) return
    for (const first of this.#departed.keys()) {
      this.#departed.delete(first)
      this.#ownMemories.delete(first)
      return
    }
  }

  /** Whether any endpoint has the pattern. */
  has(pattern: string): boolean {
    return this.#patterns.has(pattern)
  }

  /** The pattern of an endpoint, or of one that has just left. */
  patternOf(endpoint: number): string | undefined {
    return this.#patternOf.get(endpoint) ?? this.#departed.get(endpoint)
  }

  /**
   * Under which name the ids of an endpoint are remembered, or of one that has just left. The handlers of a pattern
   * remember together, as one of them is enough; each subscription by itself, as all of them are to have an event, and
   * so does what one thread alone sees.
   */
  memoryOf(endpoint: number): string | undefined {
    return this.#ownMemories.get(endpoint) ?? this.patternOf(endpoint)
  }

  /** Whether anybody who is there remembers under that name. */
  remembers(memory: string, endpoint: number): boolean {
    if (this.#patternOf.has(endpoint)) return true
    const peers = [...(this.#patterns.get(memory)?.values() ?? [])]
    return peers.some((entry) => entry.isHandler && !isThreadOnly(entry))
  }

  /** The subscriptions of a pattern, oldest first. */
  subscriptions(pattern: string): Entry[] {
    return [...(this.#patterns.get(pattern)?.values() ?? [])].filter(({ isHandler }) => !isHandler)
  }
}
