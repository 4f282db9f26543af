/** The routing table of one bus: who wants what. */
import { isReserved } from '../topic/exact.js'
import type { CompiledPattern } from '../topic/pattern.js'
import { RegexPattern } from '../topic/regex/pattern.js'
import { EXACT } from '../topic/specificity.js'
import { add, type Entries, type Entry, remove } from './entry.js'
import { Plan } from './plan.js'
import { Regexes } from './regexes.js'
import { Trie } from './trie.js'

/** The table. */
export class Table {
  readonly #exact = new Map<string, Entries>()
  readonly #trie = new Trie()
  readonly #regexes = new Regexes()
  readonly #plan = new Plan()

  /** Whether nothing is registered, and nothing is left of what was. */
  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#trie.nodes === 0 && this.#regexes.isEmpty
  }

  /** Adds `entry` under `pattern`. It costs the size of the pattern, not of the table. */
  insert(pattern: CompiledPattern, entry: Entry): void {
    if (typeof pattern === 'string') this.#insertExact(pattern, entry)
    else if (pattern instanceof RegexPattern) this.#regexes.insert(pattern, entry)
    else {
      for (const glob of pattern) {
        if (glob.exact === undefined) this.#trie.insert(glob, entry)
        else this.#insertExact(glob.exact, entry)
      }
    }
  }

  /** Takes `entry` out from under `pattern`; it need not be there. */
  remove(pattern: CompiledPattern, entry: Entry): void {
    if (typeof pattern === 'string') this.#removeExact(pattern, entry)
    else if (pattern instanceof RegexPattern) this.#regexes.remove(pattern, entry)
    else {
      for (const glob of pattern) {
        if (glob.exact === undefined) this.#trie.remove(glob, entry)
        else this.#removeExact(glob.exact, entry)
      }
    }
  }

  /** Who receives `topic`; valid until the next call. */
  plan(topic: string): Plan {
    const plan = this.#plan
    plan.begin()
    const exact = this.#exact.get(topic)
    if (exact !== undefined) plan.add(exact, EXACT)
    // Addresses are topics, too, but no pattern of a user means them.
    if (!isReserved(topic)) {
      this.#trie.matches(topic, plan)
      this.#regexes.matches(topic, plan)
    }
    plan.sort()
    return plan
  }

  #insertExact(topic: string, entry: Entry): void {
    const entries = this.#exact.get(topic)
    if (entries === undefined) this.#exact.set(topic, [entry])
    else add(entries, entry)
  }

  #removeExact(topic: string, entry: Entry): void {
    const entries = this.#exact.get(topic)
    if (entries !== undefined && remove(entries, entry) && entries.length === 0) this.#exact.delete(topic)
  }
}
