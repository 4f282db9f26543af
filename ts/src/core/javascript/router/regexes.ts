/** Regular expressions, narrowed by the literal text that they begin with before any of them runs. */
import type { RegexPattern } from '../topic/regex/pattern.js'
import type { Entry } from './entry.js'
import type { Plan } from './plan.js'

/** The expressions of one prefix by endpoint. */
type Bucket = Map<Entry, RegexPattern>

/** The table of regular expressions. */
export class Regexes {
  /** By literal prefix: a topic is compared only with those whose prefix it begins with. */
  readonly #buckets = new Map<string, Bucket>()
  /** How many buckets there are of each length of prefix: so many look-ups a topic needs. */
  readonly #lengths = new Map<number, number>()

  get isEmpty(): boolean {
    return this.#buckets.size === 0
  }

  insert(regex: RegexPattern, entry: Entry): void {
    const { prefix } = regex
    let bucket = this.#buckets.get(prefix)
    if (bucket === undefined) {
      bucket = new Map()
      this.#buckets.set(prefix, bucket)
      this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1)
    }
    bucket.set(entry, regex)
  }

  remove({ prefix }: RegexPattern, entry: Entry): boolean {
    const bucket = this.#buckets.get(prefix)
    if (bucket === undefined || !bucket.delete(entry)) return false
    if (bucket.size > 0) return true
    this.#buckets.delete(prefix)
    const others = (this.#lengths.get(prefix.length) ?? 1) - 1
    if (others > 0) this.#lengths.set(prefix.length, others)
    else this.#lengths.delete(prefix.length)
    return true
  }

  /** Adds the entries whose expressions match to `plan`. */
  matches(topic: string, plan: Plan): void {
    for (const length of this.#lengths.keys()) {
      const bucket = length > topic.length ? undefined : this.#buckets.get(topic.slice(0, length))
      if (bucket === undefined) continue
      for (const [entry, regex] of bucket) if (regex.matches(topic)) plan.addOne(entry, regex.specificity)
    }
  }
}
