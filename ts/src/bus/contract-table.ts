/**
 * What a contract says of a topic. The entry of the most specific key counts, and of equals the first: this asks a
 * routing table in which each key is a handler, so that it is the rule of routing and not one like it.
 */
import type { Entry } from '../core/javascript/router/entry.js'
import { Table } from '../core/javascript/router/table.js'
import { compile } from '../core/javascript/topic/pattern.js'
import type { EntrySettings } from '../options/entry.js'

/** The entries of a contract, to be looked up by topic. */
export class ContractTable {
  readonly #table = new Table()
  readonly #entries: readonly EntrySettings[]

  /** Throws `ERR_BUS_INVALID_PATTERN` where a key is neither a topic nor a glob. */
  constructor(entries: ReadonlyMap<string, EntrySettings>) {
    this.#entries = [...entries.values()]
    let endpoint = 0
    for (const key of entries.keys()) this.#table.insert(compile(key), handler(endpoint++))
  }

  /** The entry for a topic; undefined where no key matches. It costs as much as routing does: remember the answer. */
  entryOf(topic: string): EntrySettings | undefined {
    const [first] = this.#table.plan(topic).handlers
    return first === undefined ? undefined : this.#entries[first.endpoint]
  }
}

function handler(endpoint: number): Entry {
  return {
    endpoint,
    attachment: 0,
    isHandler: true,
    priority: 0,
    weight: 1,
    plan: 0,
    specificity: 0,
    flags: 0,
  }
}
