/**
 * A regular expression as a pattern. It matches as `RegExp` does, because it is one. What the native core refuses because no
 * linear time is known for it is refused here as well, so that a program runs on either core; but what is left is matched
 * by backtracking, which for some expressions takes a time that is exponential in the length of the topic.
 */
import { isReserved } from '../exact.js'
import { noPattern } from '../refusal.js'
import { ofRegex } from '../specificity.js'
import { checkGroups } from './groups.js'
import type { Mode } from './mode.js'
import { literalPrefix } from './prefix.js'
import { read } from './reader.js'
import { Refusal } from './refusal.js'
import { screen } from './screen.js'

/** A JavaScript regular expression that topics are matched with. */
export class RegexPattern {
  readonly source: string
  /** The flags that have an influence, in alphabetical order. */
  readonly flags: string
  /** A literal with which every topic that matches begins; empty if there is none, or none that is plain to see. */
  readonly prefix: string
  readonly specificity: number
  /** Ours alone: nobody else sees, or moves, its `lastIndex`. */
  readonly #regex: RegExp

  /** Takes the source and the flags of a `RegExp`; throws `ERR_BUS_INVALID_PATTERN` for the constructs that are refused. */
  constructor(source: string, flags: string) {
    this.source = source
    // `g` and `d` have no influence on a first test.
    this.flags = flags.replace(/[dg]/g, '')
    const mode: Mode = {
      ignoresCase: flags.includes('i'),
      seesCharacters: /[uv]/.test(flags),
      hasSets: flags.includes('v'),
    }
    try {
      screen(source, mode.hasSets)
      const body = read(source, mode)
      checkGroups(body)
      this.prefix = literalPrefix(body, flags, mode)
    } catch (error) {
      throw error instanceof Refusal ? noPattern(source, error.at, error.message) : error
    }
    this.specificity = ofRegex(Buffer.byteLength(this.prefix))
    this.#regex = new RegExp(source, this.flags)
  }

  /** Whether it matches somewhere in the topic, as `test` of a fresh `RegExp` says; a reserved topic is never matched. */
  matches(topic: string): boolean {
    if (isReserved(topic)) return false
    // With `y` it remembers where it was.
    this.#regex.lastIndex = 0
    return this.#regex.test(topic)
  }

  /** What the named groups captured; those that took no part are left out. */
  captures(topic: string): Record<string, string> {
    if (isReserved(topic)) return {}
    this.#regex.lastIndex = 0
    const groups = Object.entries(this.#regex.exec(topic)?.groups ?? {}) as [string, string | undefined][]
    // Half of a pair is U+FFFD.
    return Object.fromEntries(
      groups.flatMap(([name, text]) => (text === undefined ? [] : [[name, text.toWellFormed()]])),
    )
  }
}
