/** A stream whose items are what the contract says: its schema looks at each of them before it is handed out. */
import { validate } from '../codec/validation.js'
import type { StandardSchema } from '../contract/standard-schema.js'
import type { Stream } from '../contract/streams.js'
import type { Reader } from './reader.js'

type Result = IteratorResult<unknown, undefined>

/** The stream; one that holds an item that its schema refuses ends there. */
export class ValidStream implements Stream<unknown> {
  readonly #reader: Reader
  readonly #topic: string
  readonly #schema: StandardSchema
  /** Settles with the item that was asked for last: a schema may take its time, and items are handed out in order. */
  #last: Promise<unknown> | undefined

  constructor(reader: Reader, topic: string, schema: StandardSchema) {
    this.#reader = reader
    this.#topic = topic
    this.#schema = schema
  }

  next(): Promise<Result> {
    // At once where nobody waits: what a request inherits depends on where it is made.
    const next = this.#last === undefined ? this.#next() : this.#last.then(() => this.#next())
    const settled = (): void => {
      if (this.#last === last) this.#last = undefined
    }
    // That it failed is the affair of who asked.
    const last = next.then(settled, settled)
    this.#last = last
    return next
  }

  return(): Promise<Result> {
    return this.#reader.return()
  }

  throw(error?: unknown): Promise<Result> {
    return this.#reader.throw(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  async #next(): Promise<Result> {
    const result = await this.#reader.next()
    if (result.done === true) return result
    try {
      return { done: false, value: await validate(this.#schema, this.#topic, 'item', result.value) }
    } catch (error) {
      this.#reader.leave(error)
      throw error
    }
  }
}
