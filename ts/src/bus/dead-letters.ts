/** The messages that failed for good: what the core keeps of them, read page by page, and sent again. */
import type { Codecs } from '../codec/codecs.js'
import { decodeLetter, type Letter } from '../codec/letter.js'
import type { DeadLetter, DeadLetterFilter, DeadLetters } from '../contract/dead-letters.js'
import type { CoreAttachment, DeadLetterRecord } from '../core/core.js'
import { type DeadLetterSelection, deadLetterSelection, letterNumber } from '../options/dead-letters.js'

/** How many are fetched from the core at a time. */
const PAGE = 100

/** Gives a letter to an endpoint of the pattern that it failed at; false when there is none. */
export type Resend = (letter: Letter) => Promise<boolean>

/** Whether a topic is one of a pattern's; throws `ERR_BUS_INVALID_PATTERN`. */
export type MatcherOf = (pattern: string | RegExp) => (topic: string) => boolean

/** The dead letters of a bus; see {@link DeadLetters}. */
export class DeadLetterList implements DeadLetters {
  readonly #attachment: CoreAttachment
  readonly #codecs: Codecs
  readonly #resend: Resend
  readonly #matcherOf: MatcherOf

  constructor(attachment: CoreAttachment, codecs: Codecs, resend: Resend, matcherOf: MatcherOf) {
    this.#attachment = attachment
    this.#codecs = codecs
    this.#resend = resend
    this.#matcherOf = matcherOf
  }

  get count(): number {
    return this.#attachment.holdings().deadLetters
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DeadLetter, void, void> {
    for (const record of this.#records()) yield asDeadLetter(record, this.#codecs)
  }

  async get(number: number): Promise<DeadLetter | undefined> {
    const record = this.#record(letterNumber(number))
    return record && asDeadLetter(record, this.#codecs)
  }

  async replay(which?: number | DeadLetterFilter): Promise<number> {
    let replayed = 0
    for (const { number } of this.#selected(deadLetterSelection('replay()', which))) {
      const record = this.#record(number)
      // Only what somebody has got leaves the list.
      if (record !== undefined && (await this.#resend(decodeLetter(record.bytes, this.#codecs))))
        replayed += this.#attachment.removeDeadLetters([number])
    }
    return replayed
  }

  async purge(which?: number | DeadLetterFilter): Promise<number> {
    if (which === undefined) return this.#attachment.removeDeadLetters(undefined)
    const letters = this.#selected(deadLetterSelection('purge()', which))
    return this.#attachment.removeDeadLetters(letters.map(({ number }) => number))
  }

  #selected(selection: DeadLetterSelection): DeadLetter[] {
    const { number, topic, endpoint, name, reason, beforeMs } = selection
    if (number !== undefined) {
      const record = this.#record(number)
      return record === undefined ? [] : [asDeadLetter(record, this.#codecs)]
    }
    const matches = topic === undefined ? undefined : this.#matcherOf(topic)
    return Array.from(this.#records(), (record) => asDeadLetter(record, this.#codecs)).filter(
      (letter) =>
        (matches === undefined || matches(letter.topic)) &&
        (endpoint === undefined || endpoint === letter.endpoint) &&
        (name === undefined || name === letter.name) &&
        (reason === undefined || reason === letter.reason) &&
        (beforeMs === undefined || letter.buriedAt < beforeMs),
    )
  }

  #record(number: number): DeadLetterRecord | undefined {
    const [record] = this.#attachment.deadLetters(number - 1, 1)
    return record?.number === number ? record : undefined
  }

  /** Page by page: what is buried meanwhile comes behind the last and is seen, what is removed is not. */
  *#records(): Generator<DeadLetterRecord> {
    for (let after = 0; ; ) {
      const page = this.#attachment.deadLetters(after, PAGE)
      yield* page
      const last = page.at(-1)
      if (last === undefined) return
      after = last.number
    }
  }
}

function asDeadLetter({ number, bytes }: DeadLetterRecord, codecs: Codecs): DeadLetter {
  const { key: _, lane: __, timestamp: ___, sender: ____, name, ...letter } = decodeLetter(bytes, codecs)
  return { number, ...letter, ...(name !== undefined && { name }) }
}
